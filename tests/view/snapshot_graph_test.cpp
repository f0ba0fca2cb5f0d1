// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/pgtable_x86.h"
#include "support/property.h"
#include "view/entry_words.h"
#include "view/snapshot_graph.h"
#include "view/table_builder.h"

using namespace pfnscope;
using namespace pfnscope::view;
using namespace pfnscope::test;

namespace {

constexpr VirtAddr kBar(0x7f0000000000);
constexpr Pfn kDevice(0x200000);

/// The words a list of runs stands for.
std::vector<Word> expand(const std::vector<EntryRun>& runs) {
    std::vector<Word> words(kWordsPerFrame, 0);
    for (const EntryRun& run : runs)
        for (unsigned i = run.first; i <= run.last(); ++i)
            words[i] = run.wordAt(i);
    return words;
}

TEST(AppendRuns, MergesConsecutiveFramesOfEqualFlags) {
    std::vector<Word> words(kWordsPerFrame, 0);
    for (unsigned i = 0; i < 512; ++i)
        words[i] = PhysAddr(kDevice + i).raw() | kSpecialPage;
    words[7] = 0;
    words[100] |= 0x40 << 4; // a software bit
    std::vector<EntryRun> runs;
    appendRuns(runs, words, hw::Level::Pte, hw::kFourLevels);
    ASSERT_EQ(runs.size(), 4U);
    EXPECT_EQ(runs[0].last(), 6U);
    EXPECT_EQ(runs[1].first, 8U);
    EXPECT_EQ(runs[2].first, 100U);
    EXPECT_EQ(runs[3].last(), 511U);
    EXPECT_EQ(runs[3].target, kDevice + 101);
}

RC_GTEST_PROP(AppendRuns, SayExactlyWhatStandsInTheTable, ()) {
    const auto choices = *rc::gen::container<std::vector<int>>(512, rc::gen::inRange(0, 5));
    const auto level = *rc::gen::element(hw::Level::Pte, hw::Level::Pmd);
    std::vector<Word> words(kWordsPerFrame, 0);
    for (unsigned i = 0; i < 512; ++i) {
        const Word address = hw::kFourLevels.entrySpan(level).raw() * (i + 8);
        words[i] = choices[i] == 0   ? 0
                   : choices[i] == 1 ? address | kSpecialHuge
                   : choices[i] == 2 ? address | kTableFlags
                   : choices[i] == 3 ? 0xabc0 // not present
                                     : 0x200000 | kSpecialHuge;
    }
    std::vector<EntryRun> runs;
    appendRuns(runs, words, level, hw::kFourLevels);
    RC_ASSERT(expand(runs) == words);
    for (std::size_t i = 1; i < runs.size(); ++i)
        RC_ASSERT(runs[i - 1].last() < runs[i].first);
}

TEST(SnapshotGraph, HasTablesDepositsVmasAndWhatIsMapped) {
    machine::Machine machine;
    TableBuilder build(machine);
    {
        const auto call = machine.enter("remap");
        build.vma(machine::VmaId(1), kBar, Bytes(4U << 20));
        build.hugeLeaf(kBar, kDevice);
        build.deposit(kBar);
        build.pages(VirtAddr(kBar.raw() + (2U << 20)), 512, kDevice + 512);
    }
    const TableGraph graph = snapshotGraph(machine.state());
    ASSERT_EQ(graph.tree.size(), 4U);
    EXPECT_EQ(graph.tree[0].key.level, hw::Level::Pgd);
    EXPECT_EQ(graph.tree[3].key.level, hw::Level::Pte);
    for (const TableNode& node : graph.tree)
        EXPECT_TRUE(node.reachable);
    ASSERT_EQ(graph.docks.size(), 1U);
    EXPECT_EQ(graph.docks[0].owner.pmdTable, graph.tree[2].frame);
    ASSERT_EQ(graph.mapped.size(), 2U);
    EXPECT_EQ(graph.mapped[0].range.size(), Bytes(2U << 20));
    EXPECT_TRUE(graph.mapped[0].device);
    EXPECT_EQ(graph.mapped[1].target, kDevice + 512);
    EXPECT_EQ(graph.vmas.size(), 1U);
}

TEST(SnapshotGraph, KnowsATableThatNoEntryLeadsTo) {
    machine::Machine machine;
    TableBuilder build(machine);
    {
        const auto call = machine.enter("oops");
        build.pages(kBar, 1, kDevice);
        machine.writeEntry(build.tableFor(kBar, hw::Level::Pmd), build.pmdIndex(kBar),
                           PhysAddr(kDevice).raw() | kSpecialHuge);
    }
    const TableGraph graph = snapshotGraph(machine.state());
    ASSERT_EQ(graph.tree.size(), 4U);
    EXPECT_TRUE(graph.tree[2].reachable);
    EXPECT_FALSE(graph.tree[3].reachable);
}

TEST(SoftEntries, ConsecutiveFramesAreOneRunThoughTheyAreStoredInverted) {
    const hw::Geometry geometry = hw::kFourLevels;
    std::vector<Word> words(kWordsPerFrame, 0);
    for (unsigned i = 0; i < 100; ++i)
        words[i] = mm::makeEntry(geometry, hw::Level::Pte, kDevice + i, mm::bits::kProtnone | mm::bits::kA);
    for (unsigned i = 100; i < 200; ++i)
        words[i] = mm::makeSwapEntry(mm::SwapType::MigrationWrite, kDevice + i);
    std::vector<EntryRun> runs;
    appendRuns(runs, words, hw::Level::Pte, geometry);
    ASSERT_EQ(runs.size(), 2U);
    EXPECT_EQ(runs[0].count, 100U);
    EXPECT_EQ(expand(runs), words);
    const TableGraph graph{.geometry = geometry};
    EXPECT_EQ(runText(runs[0], hw::Level::Pte, graph, 60), "100 x PROT_NONE pfn 0x200000");
    EXPECT_EQ(runText(runs[1], hw::Level::Pte, graph, 60), "100 x migration pfn 0x200064 write");
}

TEST(SoftEntries, EachHasTheFormatThatItIsWrittenIn) {
    const hw::Geometry geometry = hw::kFourLevels;
    const auto name = [&](Word word, hw::Level level) {
        return std::string(formatOf(word, level, geometry).name());
    };
    const Word leaf = mm::makeEntry(geometry, hw::Level::Pmd, Pfn(0x200000), mm::bits::kPse | mm::bits::kRw);
    EXPECT_EQ(name(leaf, hw::Level::Pmd), "PMD leaf that is invalidated or PROT_NONE");
    EXPECT_EQ(name(mm::makeSwapEntry(mm::SwapType::MigrationRead, Pfn(1)), hw::Level::Pte),
              "softleaf: migration entry");
    EXPECT_EQ(name(mm::makeSwapEntry(static_cast<mm::SwapType>(0), Pfn(1)), hw::Level::Pte),
              "softleaf: swap entry");
    EXPECT_EQ(name(mm::bits::kProtnone, hw::Level::Pte), "PTE of a PROT_NONE page");
    EXPECT_EQ(name(0, hw::Level::Pte), "entry that is not present");
}

} // namespace
