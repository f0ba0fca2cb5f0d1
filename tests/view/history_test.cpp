// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/consequence.h"
#include "view/differences.h"
#include "view/history.h"
#include "view/same_changes.h"
#include "view/table_builder.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace pfnscope;
using namespace pfnscope::view;
using namespace pfnscope::test;

namespace {

constexpr VirtAddr kBar(0x7f0000000000);
constexpr Pfn kDevice(0x200000);

struct SplitHistory : testing::Test {
    void SetUp() override {
        {
            const auto operation = machine.enter("remap");
            build.hugeLeaf(kBar, kDevice);
            const auto call = machine.enter("pgtable_trans_huge_deposit");
            build.deposit(kBar);
        }
        mapped = machine.position();
        {
            const auto operation = machine.enter("munmap");
            const auto call = machine.enter("__split_huge_pmd", {{"address", kBar}});
            build.split(kBar);
        }
    }
    machine::Machine machine;
    TableBuilder build{machine};
    machine::Position mapped = 0;
};

TEST_F(SplitHistory, NamesEveryWriterOfAWord) {
    const Pfn pmd = build.tableFor(kBar, hw::Level::Pmd);
    const auto writes = writersOf(machine.journal(), pmd, 0, machine.position());
    ASSERT_EQ(writes.size(), 3U);
    EXPECT_EQ(writes[0].function, "__split_huge_pmd");
    EXPECT_EQ(writes[1].after, 0U);
    EXPECT_EQ(writes[2].function, "remap");
    EXPECT_EQ(writes[2].before, 0U);
    const Pfn pte = build.tableFor(kBar, hw::Level::Pte);
    const auto filled = writersOf(machine.journal(), pte, 5, machine.position());
    ASSERT_EQ(filled.size(), 1U);
    EXPECT_EQ(filled[0].after, PhysAddr(kDevice + 5).raw() | kSpecialPage);
    EXPECT_TRUE(writersOf(machine.journal(), pte, 5, mapped).empty());
}

TEST_F(SplitHistory, WritesTheCallTree) {
    const auto lines = callTree(machine.journal(), machine.position());
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].text, "munmap()");
    EXPECT_EQ(lines[1].text, "__split_huge_pmd(address 0x7f0000000000)");
    EXPECT_TRUE(lines[1].current);
    EXPECT_TRUE(callTree(machine.journal(), 0).empty());
}

TEST_F(SplitHistory, KeepsTheLedgerOfSpareTables) {
    auto ledger = depositLedger(machine.journal(), mapped);
    ASSERT_EQ(ledger.size(), 1U);
    EXPECT_EQ(ledger[0].fate, SpareFate::Deposited);
    EXPECT_EQ(ledger[0].depositedBy, "remap");
    EXPECT_EQ(ledger[0].forAddress, kBar);
    ledger = depositLedger(machine.journal(), machine.position());
    EXPECT_EQ(ledger[0].fate, SpareFate::Linked);
    EXPECT_EQ(ledger[0].withdrawnBy, "__split_huge_pmd");
}

TEST_F(SplitHistory, CountsCosts) {
    const auto series = costSeries(machine.journal());
    EXPECT_EQ(costAt(series, mapped).deposited, 1);
    EXPECT_EQ(costAt(series, machine.position()).deposited, 0);
    EXPECT_EQ(costAt(series, machine.position()).tables, 4);
    EXPECT_EQ(costAt(series, 0), CostPoint{});
}

TEST_F(SplitHistory, SaysWhatDiffers) {
    const TableGraph now = snapshotGraph(machine.state());
    machine.moveTo(mapped);
    const TableGraph before = snapshotGraph(machine.state());
    const auto list = differences(before, now, Kinship::SameHistory);
    ASSERT_EQ(list.size(), 4U);
    EXPECT_EQ(list[0].words,
              "PMD entry 0 (0x7f0000000000): was 2M pfn 0x200000 RW NX AD sp, is -> PTE 0x4003.");
    EXPECT_EQ(list[1].mark, Mark::Added);
    EXPECT_EQ(list[2].after, "512 x 4K pfn 0x200000-0x2001ff RW NX AD sp");
    EXPECT_EQ(list[3].before, "1");
    EXPECT_EQ(list[0].consequence, "split: smaller entries say what is mapped");
    EXPECT_EQ(list[1].consequence, "takes a frame more");
    EXPECT_EQ(list[2].consequence, "accesses go through instead of faulting");
    EXPECT_EQ(list[3].consequence, "a split finds no table to withdraw");
    EXPECT_TRUE(differences(now, now, Kinship::SameHistory).empty());
    for (std::size_t limit = 0; limit <= list.size() + 1; ++limit) { // who asks for few gets the first of all
        const auto few = differences(before, now, Kinship::SameHistory, limit);
        ASSERT_EQ(few.size(), std::min(limit, list.size()));
        EXPECT_TRUE(std::equal(few.begin(), few.end(), list.begin()));
    }
}

TEST(Consequence, OfALeafThatBecameAnother) {
    const EntryRun leaf{0, 1, EntryMeaning::Leaf, PhysAddr(kDevice).raw() | kSpecialHuge, 0, kDevice};
    EntryRun moved = leaf, readOnly = leaf, accessed = leaf;
    moved.target = kDevice + 512;
    readOnly.word &= ~hw::x86_64::kRw;
    accessed.word ^= 0x20;
    const auto from = [&](const EntryRun& was, const EntryRun& is) {
        return consequenceOf({0, 1, Mark::Changed, was, is});
    };
    EXPECT_EQ(from(leaf, moved), "accesses reach other frames");
    EXPECT_EQ(from(leaf, readOnly), "writes fault instead of going through");
    EXPECT_EQ(from(readOnly, leaf), "writes go through instead of faulting");
    EXPECT_EQ(from(leaf, accessed), "the same frames with other bits");
}

TEST(Consequence, OfCountersSaysHowMuchAndOfWhat) {
    EXPECT_EQ(consequenceForCounter(machine::Counter::PgtablesBytes, 12288, 8192), "4096 bytes of page tables less");
    EXPECT_EQ(consequenceForCounter(machine::Counter::AnonPages, 0, 512), "RSS counts 512 pages more");
    EXPECT_EQ(consequenceForCounter(machine::Counter::SwapEntries, 0, 1), "1 pages counted as swapped out more");
}

TEST_F(SplitHistory, ChangesAreAlikeUntilTheyTouchOtherWords) {
    machine::Machine same, other;
    for (machine::Machine* made : {&same, &other}) {
        TableBuilder again(*made);
        const auto operation = made->enter("remap");
        again.hugeLeaf(kBar, made == &same ? kDevice : kDevice + 512);
        made->commit(machine::Happening{machine::HappeningKind::Message, TableBuilder::kMm, kBar, 0, 0, "said by one only"});
        again.deposit(kBar);
    }
    const Stretch mine{machine.journal(), 0, mapped};
    EXPECT_TRUE(changeAlike(mine, {same.journal(), 0, same.position()}));
    EXPECT_FALSE(changeAlike(mine, {other.journal(), 0, other.position()}));
    EXPECT_FALSE(changeAlike({machine.journal(), 0, machine.position()}, {same.journal(), 0, same.position()}));
    EXPECT_TRUE(changeAlike({machine.journal(), mapped, mapped}, {other.journal(), 0, 0}));
}

} // namespace
