// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_process.h"
#include "mm/pgtable_x86.h"

#include <gtest/gtest.h>

namespace pfnscope::mm {
namespace {

using hw::Level;
using machine::Counter;
using test::kBase;
using test::kPmd;

class MigrateHuge : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(bench_.map(Backing::Anonymous, kBase, kPmd, Share::Private).ok());
        ASSERT_TRUE(bench_.write(kBase).ok());
        before_ = bench_.entry(kBase, Level::Pmd);
    }
    test::Bench bench_;
    Word before_ = 0;
};

TEST_F(MigrateHuge, TheEntryGoesAndTheDepositStays) {
    const auto deposits = bench_.depositsAt(kBase);
    ASSERT_TRUE(bench_.run(Migrate{kBase, Migration::Start}).ok());
    const Word entry = bench_.entry(kBase, Level::Pmd);
    EXPECT_TRUE(isSwapPmd(entry));
    EXPECT_EQ(swapType(entry), SwapType::MigrationWrite);
    EXPECT_EQ(swapPfn(entry), entryPfn(bench_.machine.state().geometry(), Level::Pmd, before_));
    EXPECT_EQ(bench_.depositsAt(kBase), deposits);
    EXPECT_EQ(bench_.mm().counter(Counter::AnonPages), 512);
}

TEST_F(MigrateHuge, AfterwardsTheSameBitsShowAnotherFrame) {
    ASSERT_TRUE(bench_.run(Migrate{kBase, Migration::Start}).ok());
    ASSERT_TRUE(bench_.run(Migrate{kBase, Migration::Finish}).ok());
    const Word after = bench_.entry(kBase, Level::Pmd);
    const Word frames = pfnMask(bench_.machine.state().geometry(), Level::Pmd);
    EXPECT_EQ(after & ~frames, before_ & ~frames);
    EXPECT_NE(after & frames, before_ & frames);
    EXPECT_EQ(bench_.depositsAt(kBase).size(), 1U);
    ASSERT_TRUE(bench_.run(Exit{}).ok());
    EXPECT_FALSE(bench_.happened(machine::HappeningKind::BadPageTables));
    EXPECT_FALSE(bench_.happened(machine::HappeningKind::BadRssCounter));
}

TEST_F(MigrateHuge, AnUnmapOfTheEntryWithdrawsItsDeposit) {
    ASSERT_TRUE(bench_.run(Migrate{kBase, Migration::Start}).ok());
    ASSERT_TRUE(bench_.run(Munmap{kBase, kPmd}).ok());
    EXPECT_EQ(bench_.mm().counter(Counter::AnonPages), 0);
    EXPECT_EQ(bench_.mm().counter(Counter::PgtablesBytes), 0);
}

TEST_F(MigrateHuge, ASplitOfTheEntryMakesAsManyAsThereArePages) {
    ASSERT_TRUE(bench_.run(Migrate{kBase, Migration::Start}).ok());
    ASSERT_TRUE(bench_.run(SplitHugePmd{kBase}).ok());
    EXPECT_EQ(bench_.ptesMapped(kBase), 512U);
    const Pfn head = entryPfn(bench_.machine.state().geometry(), Level::Pmd, before_);
    for (unsigned i = 0; i < 512; ++i)
        EXPECT_EQ(swapPfn(bench_.entry(kBase + kPageSize * i, Level::Pte)), head + i);
    EXPECT_TRUE(bench_.depositsAt(kBase).empty());
}

TEST_F(MigrateHuge, NothingToMigrateIsRefused) {
    EXPECT_EQ(bench_.run(Migrate{kBase, Migration::Finish}).error, Errno::Inval);
    ASSERT_TRUE(bench_.run(SplitHugePmd{kBase}).ok());
    EXPECT_EQ(bench_.run(Migrate{kBase, Migration::Start}).error, Errno::Inval);
}

TEST(MigrateFile, ThePageCacheShowsTheNewFolio) {
    test::Bench bench;
    ASSERT_TRUE(bench.map(Backing::Shmem, kBase, kPmd, Share::Shared).ok());
    ASSERT_TRUE(bench.write(kBase).ok());
    ASSERT_TRUE(bench.run(Migrate{kBase, Migration::Start}).ok());
    ASSERT_TRUE(bench.run(Migrate{kBase, Migration::Finish}).ok());
    const Word leaf = bench.entry(kBase, Level::Pmd);
    ASSERT_TRUE(bench.run(SplitHugePmd{kBase}).ok());
    ASSERT_TRUE(bench.read(kBase).ok());
    EXPECT_EQ(entryPfn(bench.machine.state().geometry(), Level::Pmd, bench.entry(kBase, Level::Pmd)),
              entryPfn(bench.machine.state().geometry(), Level::Pmd, leaf));
}

} // namespace
} // namespace pfnscope::mm
