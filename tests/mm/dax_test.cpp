// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_process.h"
#include "mm/dax.h"
#include "mm/pgtable_x86.h"

#include <gtest/gtest.h>

namespace pfnscope::mm {
namespace {

using hw::Level;
using machine::Counter;
using test::kBase;
using test::kPmd;

class DaxFault : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(bench_.map(Backing::Dax, kBase, kPmd * 2, Share::Shared).ok()); }
    Word leaf() const { return bench_.entry(kBase, Level::Pmd); }
    Pfn frame() const { return entryPfn(bench_.machine.state().geometry(), Level::Pmd, leaf()); }
    test::Bench bench_;
};

TEST_F(DaxFault, AHoleIsTheHugeZeroPageWithoutADeposit) {
    ASSERT_TRUE(bench_.read(kBase).ok());
    const auto zero = bench_.machine.state().globals.hugeZeroFolio;
    ASSERT_TRUE(zero);
    EXPECT_EQ(frame(), bench_.machine.state().folios.at(*zero).head);
    EXPECT_TRUE(bench_.depositsAt(kBase).empty());
    EXPECT_EQ(bench_.mm().counter(Counter::PgtablesBytes), 2 * 4096);
    ASSERT_TRUE(bench_.run(Exit{}).ok()); // zap asks vma_is_dax() and withdraws nothing
    EXPECT_FALSE(bench_.happened(machine::HappeningKind::BadPageTables));
}

TEST_F(DaxFault, AWriteAllocatesAndTheZerosGo) {
    ASSERT_TRUE(bench_.read(kBase).ok());
    ASSERT_TRUE(bench_.write(kBase + Bytes(0x3000)).ok());
    EXPECT_EQ(frame(), kPmemBase);
    EXPECT_TRUE(isDirty(leaf()));
    ASSERT_TRUE(bench_.write(kBase + kPmd).ok());
    EXPECT_EQ(entryPfn(bench_.machine.state().geometry(), Level::Pmd, bench_.entry(kBase + kPmd, Level::Pmd)),
              kPmemBase + 512);
    EXPECT_EQ(bench_.mm().counter(Counter::FilePages), 0);
}

TEST_F(DaxFault, ASplitDropsTheLeafAndPtesComeBack) {
    ASSERT_TRUE(bench_.write(kBase).ok());
    ASSERT_TRUE(bench_.run(Munmap{kBase + Bytes(0x100000), kPageSize}).ok());
    EXPECT_EQ(leaf(), 0U);
    ASSERT_TRUE(bench_.read(kBase + Bytes(0x5000)).ok());
    EXPECT_EQ(bench_.ptesMapped(kBase), 1U);
    EXPECT_EQ(entryPfn(bench_.machine.state().geometry(), Level::Pte,
                       bench_.entry(kBase + Bytes(0x5000), Level::Pte)),
              kPmemBase + 5);
}

} // namespace
} // namespace pfnscope::mm
