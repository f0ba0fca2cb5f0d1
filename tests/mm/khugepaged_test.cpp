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

TEST(Khugepaged, CollapseDepositsTheOldTable) {
    test::Bench bench;
    ASSERT_TRUE(bench.map(Backing::Anonymous, kBase, kPmd * 2, Share::Private).ok());
    ASSERT_TRUE(bench.write(kBase).ok());
    ASSERT_TRUE(bench.run(SplitHugePmd{kBase}).ok());
    const Pfn table = entryPfn(bench.machine.state().geometry(), Level::Pte, bench.entry(kBase, Level::Pmd));
    const auto bytes = bench.mm().counter(Counter::PgtablesBytes);
    ASSERT_TRUE(bench.run(Collapse{kBase + Bytes(0x5000)}).ok());
    EXPECT_TRUE(isLeaf(bench.entry(kBase, Level::Pmd)));
    EXPECT_EQ(bench.depositsAt(kBase), machine::DepositRing{table});
    EXPECT_EQ(bench.mm().counter(Counter::PgtablesBytes), bytes);
    EXPECT_EQ(bench.mm().counter(Counter::AnonPages), 512);
    ASSERT_TRUE(bench.run(Exit{}).ok());
    EXPECT_FALSE(bench.happened(machine::HappeningKind::BadPageTables));
    EXPECT_FALSE(bench.happened(machine::HappeningKind::BadRssCounter));
}

TEST(Khugepaged, CollapseFillsTheHoles) {
    test::Bench bench;
    ASSERT_TRUE(bench.map(Backing::Anonymous, kBase, kPmd, Share::Private).ok());
    ASSERT_TRUE(bench.run(Madvise{kBase, kPmd, Advice::NoHugePage}).ok());
    ASSERT_TRUE(bench.write(kBase + kPageSize * 3).ok());
    ASSERT_TRUE(bench.run(Madvise{kBase, kPmd, Advice::HugePage}).ok());
    EXPECT_EQ(bench.mm().counter(Counter::AnonPages), 1);
    ASSERT_TRUE(bench.run(Collapse{kBase}).ok());
    EXPECT_EQ(bench.mm().counter(Counter::AnonPages), 512);
    EXPECT_EQ(bench.depositsAt(kBase).size(), 1U);
}

TEST(Khugepaged, DeviceMemoryIsNeverCollapsed) {
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
    const Word before = bench.entry(kBase, Level::Pmd);
    EXPECT_EQ(bench.run(Collapse{kBase}).error, Errno::Inval);
    EXPECT_EQ(bench.run(Madvise{kBase, kPmd, Advice::Collapse}).error, Errno::Inval);
    EXPECT_EQ(bench.entry(kBase, Level::Pmd), before);
}

/// A file's huge folio that PTEs map: the table is freed, nothing is deposited.
class CollapseFile : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(bench_.map(Backing::Shmem, kBase, kPmd, Share::Shared).ok());
        ASSERT_TRUE(bench_.write(kBase).ok()); // the folio is huge
        ASSERT_TRUE(bench_.run(SplitHugePmd{kBase}).ok());
        ASSERT_TRUE(bench_.run(Madvise{kBase, kPmd, Advice::NoHugePage}).ok());
        ASSERT_TRUE(bench_.read(kBase).ok());
        ASSERT_TRUE(bench_.run(Madvise{kBase, kPmd, Advice::HugePage}).ok());
        ASSERT_EQ(bench_.ptesMapped(kBase), 16U);
    }
    test::Bench bench_;
};

TEST_F(CollapseFile, KhugepagedLeavesTheSlotEmpty) {
    ASSERT_TRUE(bench_.run(Collapse{kBase}).ok());
    EXPECT_EQ(bench_.entry(kBase, Level::Pmd), 0U);
    EXPECT_EQ(bench_.mm().counter(Counter::ShmemPages), 0);
    EXPECT_EQ(bench_.mm().counter(Counter::PgtablesBytes), 2 * 4096);
    ASSERT_TRUE(bench_.read(kBase).ok());
    EXPECT_TRUE(isLeaf(bench_.entry(kBase, Level::Pmd)));
}

TEST_F(CollapseFile, MadviseMapsTheLeafItself) {
    ASSERT_TRUE(bench_.run(Madvise{kBase, kPmd, Advice::Collapse}).ok());
    EXPECT_TRUE(isLeaf(bench_.entry(kBase, Level::Pmd)));
    EXPECT_EQ(bench_.mm().counter(Counter::ShmemPages), 512);
    EXPECT_TRUE(bench_.depositsAt(kBase).empty());
}

} // namespace
} // namespace pfnscope::mm
