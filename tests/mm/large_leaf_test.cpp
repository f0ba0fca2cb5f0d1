// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_process.h"

#include <gtest/gtest.h>

/// 1 GiB leaves, which 6.12 treats unevenly, and what stands in the way of a leaf. Recorded on 6.12.117.
namespace pfnscope::mm::test {
namespace {

using hw::Level;

constexpr Bytes kPud{1ULL << 30};

void mapPud(Bench& bench) {
    Mmap op;
    op.at = kBase;
    op.size = kPud;
    op.backing = Backing::Device;
    op.share = Share::Shared;
    op.file = "vfio";
    op.driver = Bench::faultingDriver();
    op.driver->ops.hugeFault = {true, true, true};
    ASSERT_TRUE(bench.run(op).ok());
    ASSERT_TRUE(bench.write(kBase + Bytes(8)).ok());
    ASSERT_EQ(bench.entry(kBase, Level::Pud), 0x80000000400002f7);
}

TEST(LargeLeaf, ForkCopiesItOld) {
    Bench bench;
    mapPud(bench);
    const Outcome fork = bench.run(Fork{"child"});
    const machine::Pid child(static_cast<std::uint32_t>(fork.value));
    EXPECT_EQ(bench.entry(kBase, Level::Pud, child), 0x80000000400002d7);
    EXPECT_EQ(bench.tableBytes(), 4096);
}

TEST(LargeLeaf, UnmapOfAPageDiesLookingForThePmdLock) {
    Bench bench;
    mapPud(bench);
    const Outcome outcome = bench.run(Munmap{kBase + Bytes(0x100000), kPageSize});
    ASSERT_TRUE(outcome.oops.has_value());
    EXPECT_EQ(outcome.oops->function, "_raw_spin_lock");
    EXPECT_EQ(outcome.oops->address, VirtAddr(0xffffea0001000028));
    EXPECT_EQ(outcome.oops->trace.front(), "__split_huge_pmd");
    EXPECT_TRUE(bench.read(kBase).processGone);
}

TEST(LargeLeaf, RevokeOfAPageDropsItAll) {
    Bench bench;
    mapPud(bench);
    ASSERT_TRUE(bench.run(UnmapMappingRange{"vfio", Bytes(0x100000), kPageSize, true}).ok());
    EXPECT_EQ(bench.entry(kBase, Level::Pud), 0U);
    EXPECT_TRUE(bench.read(kBase).ok());
}

TEST(LargeLeaf, MoveTakesItForABadEntry) {
    Bench bench;
    mapPud(bench);
    ASSERT_TRUE(bench.run(Mremap{kBase, kPud, kPud, VirtAddr(0x100100000000), false}).ok());
    EXPECT_EQ(bench.entry(kBase, Level::Pud), 0U);
    EXPECT_EQ(bench.entry(VirtAddr(0x100100000000), Level::Pud), 0U);
}

TEST(LargeLeaf, WholeMprotectKeepsIt) {
    Bench bench;
    mapPud(bench);
    ASSERT_TRUE(bench.run(Mprotect{kBase, kPud, {true, false, false}}).ok());
    EXPECT_EQ(bench.entry(kBase, Level::Pud), 0x84000000400002b5);
}

TEST(LargeLeaf, HalfMprotectIsAVmBug) {
    KernelConfig config;
    config.debugVm = true;
    Bench bench({}, config);
    mapPud(bench);
    const Outcome outcome = bench.run(Mprotect{kBase, Bytes(kPud.raw() / 2), {true, false, false}});
    ASSERT_TRUE(outcome.oops.has_value());
    EXPECT_TRUE(outcome.oops->isBug);
    EXPECT_EQ(outcome.oops->function, "__split_huge_pud");
}

TEST(InTheWay, RemapOverPtesIsABug) {
    Bench bench;
    bench.mapRemapped();
    const Outcome outcome = bench.run(RemapPfnRange{kBase, kPmd, kDevice, 0});
    ASSERT_TRUE(outcome.oops.has_value());
    EXPECT_TRUE(outcome.oops->isBug);
}

TEST(InTheWay, RemapOverALeafFailsAndTakesItAway) {
    Bench bench;
    bench.mapFaulting();
    bench.read(kBase);
    EXPECT_EQ(bench.run(RemapPfnRange{kBase, kPmd, kDevice, 0}).error, Errno::NoMem);
    EXPECT_EQ(bench.entry(kBase, Level::Pmd), 0U);
}

TEST(InTheWay, FreeingAnEmptyTableUncountedShowsAtExit) {
    option::Option option = depositingOption();
    option.remapOverTable = option::OverTable::Free;
    Bench bench(option);
    bench.mapRemapped();
    bench.run(SplitHugePmd{kBase});
    bench.run(ZapVmaPtes{kBase, kPmd});
    ASSERT_TRUE(bench.run(RemapPfnRange{kBase, kPmd, kDevice, 0}).ok());
    const auto before = bench.machine.position();
    ASSERT_TRUE(bench.run(Exit{}).ok());
    std::int64_t leaked = 0;
    for (auto i = before; i < bench.machine.position(); ++i)
        if (const auto* found = std::get_if<machine::Happening>(&bench.machine.journal().deltas()[i]))
            if (found->kind == machine::HappeningKind::BadPageTables)
                leaked = static_cast<std::int64_t>(found->detail);
    EXPECT_EQ(leaked, 4096);
}

TEST(MemoryType, WriteThroughLosesItsBitInARawLeaf) {
    for (const auto prot : {option::LeafProt::Raw, option::LeafProt::Converted}) {
        option::Option option = depositingOption();
        option.leafProt = prot;
        Bench bench(option);
        Mmap op;
        op.at = kBase;
        op.size = kPmd;
        op.backing = Backing::Device;
        op.share = Share::Shared;
        op.driver = Driver{};
        op.driver->cache = CacheMode::WriteThrough;
        op.remap = {{Bytes(0), kPmd, kDevice, 0}};
        ASSERT_TRUE(bench.run(op).ok());
        const bool raw = prot == option::LeafProt::Raw;
        EXPECT_EQ(bench.entry(kBase, Level::Pmd), raw ? 0x80000000400002bf : 0x80000000400012bf);
        ASSERT_TRUE(bench.run(SplitHugePmd{kBase}).ok());
        EXPECT_EQ(bench.entry(kBase, Level::Pte), raw ? 0x800000004000023f : 0x80000000400002bf);
    }
}

TEST(MemoryType, ForkNeedsTheFirstPageOfAReservedMap) {
    Bench bench;
    Mmap op;
    op.at = kBase;
    op.size = kPmd;
    op.backing = Backing::Device;
    op.share = Share::Private;
    op.driver = Driver{};
    op.remap = {{Bytes(0), kPmd, kDevice, 0}};
    ASSERT_TRUE(bench.run(op).ok());
    EXPECT_TRUE(bench.run(Fork{"first"}).ok());
    EXPECT_EQ(bench.machine.state().globals.memtypes.size(), 2U);
    ASSERT_TRUE(bench.write(kBase + Bytes(8)).ok()); // the first page is a copy now
    EXPECT_EQ(bench.read(kBase).value, kDevice.raw());
    EXPECT_EQ(bench.run(Fork{"second"}).error, Errno::NoMem);
    EXPECT_EQ(bench.machine.state().mms.size(), 2U);
}

TEST(MemoryType, CutMapsReturnOnlyTheEndOfTheirReservation) {
    Bench bench;
    bench.mapRemapped();
    bench.run(Munmap{kBase, Bytes(0x100000)}); // no reservation begins and ends there
    ASSERT_EQ(bench.machine.state().globals.memtypes.size(), 1U);
    bench.run(Munmap{kBase + Bytes(0x100000), Bytes(0x300000)});
    EXPECT_EQ(bench.machine.state().globals.memtypes.front().end, PhysAddr(0x40100000));
}

} // namespace
} // namespace pfnscope::mm::test
