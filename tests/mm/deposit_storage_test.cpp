// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_process.h"

#include <gtest/gtest.h>

/// Where deposited tables are kept, by architecture.
namespace pfnscope::mm::test {
namespace {

KernelConfig configOf(DepositStorage storage, bool archNeeds = false) {
    KernelConfig config;
    config.depositStorage = storage;
    config.archNeedsDeposit = archNeeds;
    return config;
}

class Storage : public testing::TestWithParam<DepositStorage> {};

TEST_P(Storage, SplitsAndExitGiveEveryTableBack) {
    Bench bench({}, configOf(GetParam(), GetParam() == DepositStorage::SlotPerPmd));
    bench.mapAnonymous();
    bench.write(kBase + Bytes(8));
    bench.read(kBase + kPmd);
    EXPECT_EQ(bench.deposits(), 2U);
    ASSERT_TRUE(bench.run(Munmap{kBase + Bytes(0x100000), kPageSize}).ok());
    EXPECT_EQ(bench.deposits(), 1U);
    // What the list node wrote into the table is gone before the table is one.
    EXPECT_EQ(bench.entry(kBase, hw::Level::Pte) & 0xfff, 0x067U);
    EXPECT_EQ(bench.entry(kBase + kPageSize, hw::Level::Pte) & 0xfff, 0x067U);
    ASSERT_TRUE(bench.run(Mremap{kBase + kPmd, kPmd, kPmd, VirtAddr(0x100100000000), false}).ok());
    EXPECT_EQ(bench.deposits(), 1U);
    ASSERT_TRUE(bench.run(Exit{}).ok());
    EXPECT_TRUE(bench.machine.state().tables.empty());
    EXPECT_TRUE(bench.machine.state().deposits.empty());
}

INSTANTIATE_TEST_SUITE_P(Architectures, Storage,
                         testing::Values(DepositStorage::RingPerPmdPage, DepositStorage::RingPerMm,
                                         DepositStorage::SlotPerPmd, DepositStorage::OverlaidRing));

TEST(Storage, RingPerMmHangsAtTheMm) {
    Bench bench({}, configOf(DepositStorage::RingPerMm));
    bench.mapAnonymous();
    bench.write(kBase + Bytes(8));
    ASSERT_EQ(bench.machine.state().deposits.size(), 1U);
    EXPECT_FALSE(bench.machine.state().deposits.begin()->first.pmdTable.has_value());
}

TEST(Storage, OverlaidRingKeepsItsNodeInTheTable) {
    Bench bench({}, configOf(DepositStorage::OverlaidRing));
    bench.mapAnonymous();
    bench.write(kBase + Bytes(8));
    const Pfn table = bench.machine.state().deposits.begin()->second.front();
    EXPECT_EQ(bench.machine.state().memory.read(table, 0), 0xffff888000000000 + PhysAddr(table).raw());
}

TEST(Storage, HashNeedsATableForEveryLeaf) {
    Bench bench({}, configOf(DepositStorage::SlotPerPmd, true));
    bench.mapFaulting();
    ASSERT_TRUE(bench.read(kBase).ok());
    EXPECT_EQ(bench.deposits(), 1U);
    EXPECT_EQ(bench.tableBytes(), 12288);
    ASSERT_TRUE(
        bench.run(Munmap{kBase + Bytes(0x100000), kPageSize}).ok()); // drops the leaf, frees the table
    EXPECT_EQ(bench.deposits(), 0U);
    EXPECT_EQ(bench.tableBytes(), 8192);
}

} // namespace
} // namespace pfnscope::mm::test
