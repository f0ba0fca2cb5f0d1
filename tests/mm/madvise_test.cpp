// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_process.h"
#include "mm/pgtable_x86.h"
#include "mm/vm_flags.h"

#include <gtest/gtest.h>

namespace pfnscope::mm {
namespace {

using hw::Level;
using machine::Counter;
using test::kBase;
using test::kPmd;

class MadviseAnon : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(bench_.map(Backing::Anonymous, kBase, kPmd * 2, Share::Private).ok());
        ASSERT_TRUE(bench_.write(kBase).ok());
    }
    Errno advise(Advice advice, Bytes size = kPmd) { return bench_.run(Madvise{kBase, size, advice}).error; }
    Word leaf() const { return bench_.entry(kBase, Level::Pmd); }
    test::Bench bench_;
};

TEST_F(MadviseAnon, FreeLeavesALeafThatIsCleanAndOldAndItsDeposit) {
    ASSERT_EQ(advise(Advice::Free), Errno::None);
    EXPECT_TRUE(isLeaf(leaf()));
    EXPECT_FALSE(isDirty(leaf()));
    EXPECT_EQ(leaf() & bits::kA, 0U);
    EXPECT_EQ(bench_.depositsAt(kBase).size(), 1U);
    ASSERT_TRUE(bench_.write(kBase).ok()); // taken back
    EXPECT_TRUE(isDirty(leaf()));
}

/// The folio is split, and of its pages those that hold only zeros are given up for the shared page of zeros.
TEST_F(MadviseAnon, FreeOfAPartSplitsTheFolio) {
    ASSERT_TRUE(bench_.write(kBase + kPageSize).ok());
    ASSERT_EQ(advise(Advice::Free, kPageSize), Errno::None);
    EXPECT_EQ(bench_.ptesMapped(kBase), 512U);
    EXPECT_FALSE(isDirty(bench_.entry(kBase, Level::Pte)));
    EXPECT_TRUE(isDirty(bench_.entry(kBase + kPageSize, Level::Pte)));
    for (unsigned page = 2; page < 512; ++page)
        ASSERT_TRUE(isSpecial(bench_.entry(kBase + kPageSize * page, Level::Pte))) << page;
    EXPECT_EQ(bench_.mm().counter(Counter::AnonPages), 2);
    EXPECT_TRUE(bench_.depositsAt(kBase).empty());
}

TEST_F(MadviseAnon, ColdClearsOnlyTheAccessedBit) {
    ASSERT_EQ(advise(Advice::Cold), Errno::None);
    EXPECT_TRUE(isDirty(leaf()));
    EXPECT_EQ(leaf() & bits::kA, 0U);
}

TEST_F(MadviseAnon, PageOutTakesWhatFreeGaveUp) {
    ASSERT_EQ(advise(Advice::Free), Errno::None);
    ASSERT_EQ(advise(Advice::PageOut), Errno::None);
    EXPECT_EQ(bench_.mm().counter(Counter::AnonPages), 0);
    EXPECT_TRUE(isTable(leaf()));
    EXPECT_EQ(bench_.ptesMapped(kBase), 0U);
    EXPECT_TRUE(bench_.depositsAt(kBase).empty());
}

TEST_F(MadviseAnon, PageOutTakesSinglePagesThatFreeGaveUpButNotWhatWasWrittenSince) {
    ASSERT_EQ(advise(Advice::NoHugePage, kPmd * 2), Errno::None);
    const VirtAddr small = kBase + kPmd;
    ASSERT_TRUE(bench_.write(small).ok());
    ASSERT_TRUE(bench_.write(small + kPageSize).ok());
    ASSERT_EQ(bench_.run(Madvise{small, kPmd, Advice::Free}).error, Errno::None);
    ASSERT_TRUE(bench_.write(small + kPageSize).ok());
    ASSERT_EQ(bench_.run(Madvise{small, kPmd, Advice::PageOut}).error, Errno::None);
    EXPECT_EQ(bench_.entry(small, Level::Pte), 0U);
    EXPECT_TRUE(ptePresent(bench_.entry(small + kPageSize, Level::Pte)));
}

TEST_F(MadviseAnon, PopulateFaultsEveryPageIn) {
    ASSERT_EQ(advise(Advice::PopulateWrite, kPmd * 2), Errno::None);
    EXPECT_EQ(bench_.mm().counter(Counter::AnonPages), 1024);
    ASSERT_EQ(advise(Advice::PopulateRead, kPmd * 2), Errno::None);
    EXPECT_EQ(bench_.run(Madvise{kBase + kPmd * 2, kPageSize, Advice::PopulateRead}).error, Errno::NoMem);
}

TEST_F(MadviseAnon, FlagsOfAPartCutTheVmaAndSplitTheLeaf) {
    ASSERT_EQ(advise(Advice::NoHugePage, Bytes(0x100000)), Errno::None);
    EXPECT_EQ(bench_.ptesMapped(kBase), 512U);
    const auto vmas = bench_.machine.state().vmasOf(bench_.mmId());
    ASSERT_EQ(vmas.size(), 2U);
    EXPECT_EQ(bench_.machine.state().vmas.at(vmas[0]).flags ^ bench_.machine.state().vmas.at(vmas[1]).flags,
              vm::kNoHugePage);
}

TEST_F(MadviseAnon, BadRangesAreRefused) {
    EXPECT_EQ(bench_.run(Madvise{kBase + Bytes(1), kPageSize, Advice::DontNeed}).error, Errno::Inval);
    EXPECT_EQ(bench_.run(Madvise{kBase, Bytes(0), Advice::DontNeed}).error, Errno::None);
    EXPECT_EQ(bench_.run(Madvise{kBase, kPmd * 3, Advice::DontNeed}).error, Errno::NoMem);
    EXPECT_EQ(bench_.mm().counter(Counter::AnonPages), 0); // what is mapped was advised all the same
}

/// Recorded on 6.12.117: the split of a folio of shmem unmaps the pages that its leaf left behind as PTEs.
TEST(MadviseShmem, ColdOfAPartUnmapsTheFolio) {
    test::Bench bench;
    ASSERT_TRUE(bench.map(Backing::Shmem, kBase, kPmd, Share::Shared).ok());
    ASSERT_TRUE(bench.write(kBase).ok());
    ASSERT_TRUE(bench.run(Munmap{kBase + kPmd - kPageSize, kPageSize}).ok());
    ASSERT_TRUE(bench.read(kBase).ok());
    ASSERT_EQ(bench.ptesMapped(kBase), 16U);
    ASSERT_EQ(bench.run(Madvise{kBase, kPmd - kPageSize, Advice::Cold}).error, Errno::None);
    EXPECT_EQ(bench.ptesMapped(kBase), 0U);
    EXPECT_EQ(bench.mm().counter(Counter::ShmemPages), 0);
    EXPECT_EQ(bench.tableBytes(), 3 * 4096);
    ASSERT_TRUE(bench.run(Exit{}).ok());
    EXPECT_FALSE(bench.happened(machine::HappeningKind::BadRssCounter));
}

TEST(MadviseDevice, OnlyFlagsMayChange) {
    test::Bench bench;
    Mmap call;
    call.name = "bar";
    call.at = kBase;
    call.size = kPmd;
    call.backing = Backing::Device;
    call.share = Share::Shared;
    call.file = "device";
    call.driver.emplace();
    call.remap.push_back({Bytes(0), kPmd, Pfn(0x40000)});
    ASSERT_TRUE(bench.run(call).ok());
    const auto advise = [&](Advice advice) { return bench.run(Madvise{kBase, kPmd, advice}).error; };
    for (const Advice refused :
         {Advice::DontNeed, Advice::Free, Advice::Cold, Advice::PageOut, Advice::Collapse,
          Advice::PopulateRead, Advice::PopulateWrite, Advice::DoFork})
        EXPECT_EQ(advise(refused), Errno::Inval);
    for (const Advice accepted : {Advice::HugePage, Advice::NoHugePage, Advice::DontFork})
        EXPECT_EQ(advise(accepted), Errno::None);
}

} // namespace
} // namespace pfnscope::mm
