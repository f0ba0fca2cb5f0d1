// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_process.h"

#include <gtest/gtest.h>

/// Device maps: by remap and by fault. The values are those recorded on Linux 6.12.117.
namespace pfnscope::mm::test {
namespace {

using hw::Level;

TEST(DeviceMap, FaultInsertsLeafWithoutDeposit) {
    Bench bench;
    ASSERT_TRUE(bench.mapFaulting().ok());
    const Outcome write = bench.write(kBase + Bytes(0x3008));
    EXPECT_TRUE(write.ok());
    EXPECT_EQ(write.handlerCalls, (HandlerCalls{0, 1, 0, 1, 0}));
    EXPECT_EQ(bench.entry(kBase, Level::Pmd), 0x80000000400002f7);
    EXPECT_EQ(bench.tableBytes(), 8192);
    EXPECT_EQ(bench.deposits(), 0U);
    const Outcome read = bench.read(kBase + kPmd);
    EXPECT_EQ(read.value, 0x40200U);
    EXPECT_EQ(bench.entry(kBase + kPmd, Level::Pmd), 0x80000000402002b7);
}

TEST(DeviceMap, SplitOfFaultedLeafDropsItAndSmallPagesComeBack) {
    Bench bench;
    bench.mapFaulting();
    bench.write(kBase + Bytes(0x3008));
    ASSERT_TRUE(bench.run(Munmap{kBase + Bytes(0x100000), kPageSize}).ok());
    EXPECT_EQ(bench.entry(kBase, Level::Pmd), 0U);
    EXPECT_EQ(bench.tableBytes(), 8192);
    const Outcome read = bench.read(kBase);
    EXPECT_EQ(read.handlerCalls, (HandlerCalls{1, 0, 0, 2, 0}));
    EXPECT_EQ(bench.entry(kBase, Level::Pte), 0x8000000040000237);
    EXPECT_EQ(bench.tableBytes(), 12288);
    const Outcome hole = bench.read(kBase + Bytes(0x100000));
    EXPECT_EQ(hole.signal, Signal::Segv);
    EXPECT_EQ(hole.signalCode, 1);
    ASSERT_TRUE(bench.run(Munmap{kBase, kFour}).ok());
    EXPECT_EQ(bench.tableBytes(), 0);
}

TEST(DeviceMap, RemapMakesPtesAndVmPat) {
    Bench bench;
    ASSERT_TRUE(bench.mapRemapped().ok());
    EXPECT_EQ(bench.entry(kBase + Bytes(0x5000), Level::Pte), 0x8000000040005237);
    EXPECT_EQ(bench.tableBytes(), 16384);
    const auto& vma = bench.machine.state().vmas.begin()->second;
    EXPECT_EQ(vma.flags, 0x50444fbU);
    EXPECT_EQ(vma.pageProt, 0x8000000000000037);
    ASSERT_TRUE(bench.run(UnmapMappingRange{"mem", Bytes(0), Bytes(0), true}).ok());
    const Outcome lost = bench.read(kBase);
    EXPECT_EQ(lost.signal, Signal::Bus);
    EXPECT_EQ(lost.signalCode, 2);
    EXPECT_EQ(bench.tableBytes(), 16384);
}

TEST(DeviceMap, RemapOfDepositingOptionSplitsIntoTheDepositedTable) {
    Bench bench(depositingOption());
    ASSERT_TRUE(bench.mapRemapped().ok());
    EXPECT_EQ(bench.entry(kBase, Level::Pmd), 0x80000000400002b7);
    EXPECT_EQ(bench.deposits(), 2U);
    EXPECT_EQ(bench.tableBytes(), 16384);
    ASSERT_TRUE(bench.run(Munmap{kBase + Bytes(0x100000), kPageSize}).ok());
    EXPECT_EQ(bench.deposits(), 1U);
    EXPECT_EQ(bench.tableBytes(), 16384);
    EXPECT_EQ(bench.entry(kBase + Bytes(0x101000), Level::Pte), 0x8000000040101237);
    ASSERT_TRUE(bench.run(Exit{}).ok());
    EXPECT_TRUE(bench.machine.state().tables.empty());
}

TEST(DeviceMap, ForkWithoutDepositDiesWhenTheChildExits) {
    option::Option option = depositingOption();
    option.forkDeposit = option::Rule::never();
    Bench bench(option);
    bench.mapRemapped();
    const Outcome fork = bench.run(Fork{"child"});
    ASSERT_TRUE(fork.ok());
    const machine::Pid child(static_cast<std::uint32_t>(fork.value));
    const Outcome exit = bench.run(Exit{}, child);
    ASSERT_TRUE(exit.oops.has_value());
    EXPECT_EQ(exit.oops->function, "pgtable_trans_huge_withdraw");
    EXPECT_EQ(exit.oops->address, VirtAddr(8));
    ASSERT_GE(exit.oops->trace.size(), 3U);
    EXPECT_EQ(exit.oops->trace[0], "zap_deposited_table");
    EXPECT_EQ(exit.oops->trace[1], "zap_huge_pmd");
    EXPECT_TRUE(bench.run(Exit{}, child).processGone);
    EXPECT_TRUE(bench.read(kBase).ok());
    EXPECT_TRUE(bench.run(Munmap{kBase, kFour}).ok());
}

TEST(DeviceMap, ProtNoneInvertsTheFrame) {
    Bench bench;
    bench.mapFaulting();
    bench.write(kBase + Bytes(0x3008));
    ASSERT_TRUE(bench.run(Mprotect{kBase, kPmd, {false, false, false}}).ok());
    EXPECT_EQ(bench.entry(kBase, Level::Pmd), 0x040fffffbfe003b0);
    const Outcome read = bench.read(kBase);
    EXPECT_EQ(read.signal, Signal::Segv);
    EXPECT_EQ(read.signalCode, 2);
}

TEST(DeviceMap, ReadOnlyKeepsDirtyInSoftware) {
    Bench bench;
    bench.mapFaulting();
    bench.write(kBase + Bytes(0x3008));
    ASSERT_TRUE(bench.run(Mprotect{kBase, kPmd, {true, false, false}}).ok());
    EXPECT_EQ(bench.entry(kBase, Level::Pmd), 0x84000000400002b5);
}

TEST(DeviceMap, FailedRemapLeavesNothing) {
    for (std::uint32_t nth = 1; nth <= 4; ++nth) {
        Bench bench;
        Mmap op;
        op.at = kBase;
        op.size = kFour;
        op.backing = Backing::Device;
        op.share = Share::Shared;
        op.driver = Driver{};
        op.remap = {{Bytes(0), kFour, kDevice, nth}};
        const Outcome outcome = bench.run(op);
        EXPECT_EQ(outcome.error, Errno::NoMem) << nth;
        EXPECT_EQ(outcome.failuresLeft, 0U);
        EXPECT_EQ(bench.tableBytes(), 0) << nth;
        EXPECT_EQ(bench.machine.state().tables.size(), 1U);
        EXPECT_TRUE(bench.machine.state().vmas.empty());
    }
}

/// VM_BUG_ON(pmd_trans_huge(*pmd)) of remap_pmd_range() stands before the loop.
TEST(DeviceMap, RemapLooksForALeafInTheFirstPmdAlone) {
    Bench bench({}, KernelConfig{.debugVm = true});
    bench.mapFaulting();
    ASSERT_TRUE(bench.read(kBase + kPmd).ok());
    const Outcome second = bench.run(RemapPfnRange{kBase, kFour, kDevice, 0});
    EXPECT_EQ(second.error, Errno::NoMem);
    EXPECT_EQ(bench.entry(kBase + kPmd, Level::Pmd), 0U); // what a failed remap leaves: nothing
    ASSERT_TRUE(bench.read(kBase + kPmd).ok());
    const Outcome first = bench.run(RemapPfnRange{kBase + kPmd, kPmd, kDevice, 0});
    ASSERT_TRUE(first.oops);
    EXPECT_EQ(first.oops->function, "remap_pmd_range");
}

TEST(DeviceMap, RefusedRemapIsEinval) {
    option::Option option = depositingOption();
    option.remapRefuse = option::Rule::fact(option::Fact::VmaFault);
    Bench bench(option);
    Mmap op;
    op.at = kBase;
    op.size = kFour;
    op.backing = Backing::Device;
    op.share = Share::Shared;
    op.driver = Bench::faultingDriver();
    op.remap = {{Bytes(0), kFour, kDevice, 0}};
    EXPECT_EQ(bench.run(op).error, Errno::Inval);
    EXPECT_TRUE(bench.machine.state().vmas.empty());
}

} // namespace
} // namespace pfnscope::mm::test
