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

class ShmemFault : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(bench_.map(Backing::Shmem, kBase, kPmd * 2, Share::Shared).ok()); }
    std::int64_t shmem() const { return bench_.mm().counter(Counter::ShmemPages); }
    std::int64_t tables() const { return bench_.mm().counter(Counter::PgtablesBytes) / 4096; }
    test::Bench bench_;
};

TEST_F(ShmemFault, AWriteMapsTheWholeTwoMiBWithoutADeposit) {
    ASSERT_TRUE(bench_.write(kBase + Bytes(0x3000)).ok());
    const Word leaf = bench_.entry(kBase, Level::Pmd);
    EXPECT_TRUE(isLeaf(leaf));
    EXPECT_TRUE(isDirty(leaf));
    EXPECT_TRUE(isWritable(leaf));
    EXPECT_EQ(shmem(), 512);
    EXPECT_EQ(tables(), 2); // PUD and PMD
    EXPECT_TRUE(bench_.depositsAt(kBase).empty());
}

TEST_F(ShmemFault, ASplitDropsAndRefaultsMapAroundTheAddress) {
    ASSERT_TRUE(bench_.write(kBase).ok());
    ASSERT_TRUE(bench_.run(Munmap{kBase + Bytes(0x100000), kPageSize}).ok());
    EXPECT_EQ(bench_.entry(kBase, Level::Pmd), 0U);
    EXPECT_EQ(shmem(), 0);
    ASSERT_TRUE(bench_.read(kBase).ok());
    EXPECT_EQ(bench_.ptesMapped(kBase), 16U);
    ASSERT_TRUE(bench_.read(kBase + Bytes(0x101000)).ok());
    // The window begins where the VMA does: pages 257 to 272.
    EXPECT_EQ(bench_.entry(kBase + Bytes(0x100000), Level::Pte), 0U);
    EXPECT_NE(bench_.entry(kBase + Bytes(0x110000), Level::Pte), 0U);
    EXPECT_EQ(bench_.entry(kBase + Bytes(0x111000), Level::Pte), 0U);
    EXPECT_EQ(shmem(), 32);
}

/// Reference: which pages a read maps, computed page by page from the definition of the window.
TEST_F(ShmemFault, FaultAroundMatchesThePageByPageReference) {
    const VirtAddr end = kBase + Bytes(0x100000);
    ASSERT_TRUE(bench_.write(kBase).ok());
    ASSERT_TRUE(bench_.run(Munmap{end, kPageSize}).ok());
    std::array<bool, 256> expected{};
    for (const unsigned page : {5U, 40U, 47U, 255U, 128U, 100U, 111U}) {
        ASSERT_TRUE(bench_.read(kBase + kPageSize * page).ok());
        if (!expected[page])
            for (unsigned other = 0; other < expected.size(); ++other)
                expected[other] = expected[other] || other / 16 == page / 16;
        for (unsigned other = 0; other < expected.size(); ++other)
            ASSERT_EQ(bench_.entry(kBase + kPageSize * other, Level::Pte) != 0, expected[other])
                << "page " << other << " after a read of page " << page;
    }
}

TEST_F(ShmemFault, EveryMapShowsThePageCache) {
    ASSERT_TRUE(bench_.write(kBase).ok());
    const Pfn head = entryPfn(bench_.machine.state().geometry(), Level::Pmd, bench_.entry(kBase, Level::Pmd));
    ASSERT_TRUE(bench_.run(Munmap{kBase + Bytes(0x100000), kPageSize}).ok());
    ASSERT_TRUE(bench_.read(kBase + kPageSize * 7).ok());
    for (unsigned i = 0; i < 16; ++i)
        EXPECT_EQ(entryPfn(bench_.machine.state().geometry(), Level::Pte,
                           bench_.entry(kBase + kPageSize * i, Level::Pte)),
                  head + i);
}

TEST_F(ShmemFault, AForkedChildFaultsItsOwnLeafIn) {
    ASSERT_TRUE(bench_.write(kBase).ok());
    const Outcome fork = bench_.run(Fork{"child"});
    ASSERT_TRUE(fork.ok());
    const machine::Pid child(static_cast<std::uint32_t>(fork.value));
    EXPECT_EQ(bench_.entry(kBase, Level::Pmd, child), 0U);
    ASSERT_TRUE(bench_.touch(kBase, hw::AccessType::Read, child).ok());
    EXPECT_TRUE(isLeaf(bench_.entry(kBase, Level::Pmd, child)));
    EXPECT_TRUE(bench_.run(Exit{}, child).ok());
    EXPECT_FALSE(bench_.happened(machine::HappeningKind::BadPageTables));
    EXPECT_FALSE(bench_.happened(machine::HappeningKind::BadRssCounter));
}

TEST_F(ShmemFault, APrivateWriteCopiesOnePage) {
    const VirtAddr at = kBase + Bytes(0x40000000);
    ASSERT_TRUE(bench_.map(Backing::Shmem, at, kPmd, Share::Private).ok());
    ASSERT_TRUE(bench_.write(at).ok());
    EXPECT_EQ(bench_.mm().counter(Counter::AnonPages), 1);
    EXPECT_EQ(bench_.ptesMapped(at), 1U);
    EXPECT_TRUE(isWritable(bench_.entry(at, Level::Pte)));
}

TEST(FileFault, ARegularFileIsMappedInSmallPages) {
    test::Bench bench;
    ASSERT_TRUE(bench.map(Backing::File, kBase, kPmd, Share::Shared).ok());
    ASSERT_TRUE(bench.read(kBase + Bytes(0x5000)).ok());
    EXPECT_EQ(bench.ptesMapped(kBase), 1U);
    EXPECT_EQ(bench.mm().counter(Counter::FilePages), 1);
    ASSERT_TRUE(bench.run(Exit{}).ok());
    EXPECT_FALSE(bench.happened(machine::HappeningKind::BadRssCounter));
}

TEST(FileFault, AnArchitectureThatNeedsDepositsGetsOne) {
    option::Option powerpc;
    test::Bench bench(powerpc, {.debugVm = true, .archNeedsDeposit = true});
    ASSERT_TRUE(bench.map(Backing::Shmem, kBase, kPmd, Share::Shared).ok());
    ASSERT_TRUE(bench.write(kBase).ok());
    EXPECT_EQ(bench.depositsAt(kBase).size(), 1U);
    EXPECT_EQ(bench.mm().counter(Counter::PgtablesBytes), 3 * 4096);
    ASSERT_TRUE(bench.run(Exit{}).ok());
    EXPECT_FALSE(bench.happened(machine::HappeningKind::BadPageTables));
}

} // namespace
} // namespace pfnscope::mm
