// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_process.h"
#include "mm/vm_flags.h"

#include <gtest/gtest.h>

/// Anonymous huge pages: the case that has a deposit today.
namespace pfnscope::mm::test {
namespace {

using hw::Level;

constexpr Word kFlags = 0x8000000000000fff;

TEST(Anonymous, WriteMakesHugePageAndReadHugeZeroPage) {
    Bench bench;
    ASSERT_TRUE(bench.mapAnonymous().ok());
    ASSERT_TRUE(bench.write(kBase + Bytes(0x3008)).ok());
    EXPECT_EQ(bench.entry(kBase, Level::Pmd) & kFlags, 0x80000000000000e7);
    EXPECT_EQ(bench.tableBytes(), 12288);
    EXPECT_EQ(bench.mm().counter(machine::Counter::AnonPages), 512);
    ASSERT_TRUE(bench.read(kBase + kPmd).ok());
    EXPECT_EQ(bench.entry(kBase + kPmd, Level::Pmd) & kFlags, 0x80000000000000a5);
    EXPECT_EQ(bench.deposits(), 2U);
}

TEST(Anonymous, SplitTakesTheNewestDeposit) {
    Bench bench;
    bench.mapAnonymous();
    bench.write(kBase + Bytes(8));
    bench.read(kBase + kPmd);
    const Pfn newest = bench.machine.state().deposits.begin()->second.front();
    ASSERT_TRUE(bench.run(Munmap{kBase + Bytes(0x100000), kPageSize}).ok());
    EXPECT_EQ(PhysAddr(bench.entry(kBase, Level::Pmd) & ~0xfffULL).frame(), newest);
    EXPECT_EQ(bench.entry(kBase + Bytes(0x100000), Level::Pte), 0U);
    EXPECT_EQ(bench.entry(kBase + Bytes(0x101000), Level::Pte) & kFlags, 0x8000000000000067);
    const auto& folios = bench.machine.state().folios;
    std::int32_t refs = 0;
    for (const auto& [id, folio] : folios)
        refs = folio.kind == machine::FolioKind::Anon ? folio.refcount : refs;
    EXPECT_EQ(refs, 511);
    bench.run(Exit{});
    EXPECT_TRUE(bench.machine.state().tables.empty());
}

TEST(Anonymous, ForkSharesAndWriteCopies) {
    Bench bench;
    bench.mapAnonymous();
    bench.write(kBase + Bytes(0x3008));
    const Outcome fork = bench.run(Fork{"child"});
    ASSERT_TRUE(fork.ok());
    const machine::Pid child(static_cast<std::uint32_t>(fork.value));
    EXPECT_EQ(bench.entry(kBase, Level::Pmd) & kFlags, 0x80000000000000a5);
    EXPECT_EQ(bench.entry(kBase, Level::Pmd, child) & kFlags, 0x8000000000000085);
    ASSERT_TRUE(bench.touch(kBase + Bytes(0x3008), hw::AccessType::Write, child).ok());
    EXPECT_EQ(bench.read(kBase + Bytes(0x3008)).value, 1U);
    EXPECT_EQ(bench.touch(kBase + Bytes(0x3008), hw::AccessType::Read, child).value, child.raw());
    EXPECT_EQ(bench.mm(child).counter(machine::Counter::AnonPages), 512);
    EXPECT_TRUE(bench.run(Exit{}, child).ok());
    EXPECT_TRUE(bench.run(Exit{}).ok());
    EXPECT_TRUE(bench.machine.state().tables.empty());
    EXPECT_TRUE(bench.machine.state().deposits.empty());
}

TEST(Anonymous, MoveToAnotherPmdPageTakesTheDepositsAlong) {
    Bench bench;
    bench.mapAnonymous();
    bench.write(kBase + Bytes(8));
    bench.write(kBase + kPmd + Bytes(8));
    const VirtAddr to(0x100100000000);
    ASSERT_EQ(bench.run(Mremap{kBase, kFour, kFour, to, false}).value, to.raw());
    EXPECT_EQ(bench.deposits(), 2U);
    EXPECT_TRUE(bench.run(Exit{}).ok());
    EXPECT_TRUE(bench.machine.state().deposits.empty());
}

TEST(Anonymous, MprotectOfHalfSplitsAndMergesBack) {
    Bench bench;
    bench.mapAnonymous();
    bench.write(kBase + Bytes(8));
    ASSERT_TRUE(bench.run(Mprotect{kBase + Bytes(0x100000), Bytes(0x100000), {true, false, false}}).ok());
    EXPECT_EQ(bench.machine.state().vmas.size(), 3U);
    EXPECT_EQ(bench.entry(kBase + Bytes(0x100000), Level::Pte) & kFlags, 0x8000000000000025);
    ASSERT_TRUE(bench.run(Mprotect{kBase + Bytes(0x100000), Bytes(0x100000), {true, true, false}}).ok());
    EXPECT_EQ(bench.machine.state().vmas.size(), 1U);
    EXPECT_EQ(bench.entry(kBase + Bytes(0x100000), Level::Pte) & kFlags, 0x8000000000000067);
}

TEST(Anonymous, CollapseDepositsTheOldTable) {
    Bench bench;
    bench.mapAnonymous();
    bench.write(kBase + Bytes(8));
    bench.run(SplitHugePmd{kBase});
    EXPECT_EQ(bench.deposits(), 0U);
    const std::int64_t bytes = bench.tableBytes();
    ASSERT_TRUE(bench.run(Collapse{kBase}).ok());
    EXPECT_EQ(bench.deposits(), 1U);
    EXPECT_EQ(bench.tableBytes(), bytes);
    EXPECT_EQ(bench.mm().counter(machine::Counter::AnonPages), 512);
    EXPECT_EQ(bench.read(kBase + Bytes(8)).value, 1U);
}

std::vector<VirtRange> mapsOf(const Bench& bench) {
    std::vector<VirtRange> ranges;
    for (const machine::VmaId id : bench.machine.state().vmasOf(bench.mmId()))
        ranges.push_back(bench.machine.state().vmas.at(id).range);
    return ranges;
}

/// vma_merge_extend(): recorded on 6.12.117.
TEST(Anonymous, AMapThatGrowsUpToItsNeighbourBecomesOneWithIt) {
    Bench bench;
    ASSERT_TRUE(bench.mapAnonymous().ok());
    ASSERT_TRUE(bench.write(kBase).ok());
    ASSERT_TRUE(bench.run(Munmap{kBase + Bytes(0x100000), Bytes(0x100000)}).ok());
    ASSERT_EQ(mapsOf(bench).size(), 2U);
    ASSERT_TRUE(bench.run(Mremap{kBase, Bytes(0x100000), kPmd, {}, false}).ok());
    EXPECT_EQ(mapsOf(bench), (std::vector<VirtRange>{{kBase, kBase + kFour}}));
}

/// apply_vma_lock_flags() stops at the first hole: recorded on 6.12.117.
TEST(Anonymous, MlockGoesAsFarAsTheFirstHole) {
    Bench bench;
    ASSERT_TRUE(bench.mapAnonymous().ok());
    ASSERT_TRUE(bench.run(Munmap{kBase + Bytes(0x100000), kPageSize}).ok());
    EXPECT_EQ(bench.run(Mlock{kBase, kPmd}).error, Errno::NoMem);
    const auto vmas = bench.machine.state().vmasOf(bench.mmId());
    ASSERT_EQ(vmas.size(), 2U); // the second is not cut at the end of the range
    EXPECT_NE(bench.machine.state().vmas.at(vmas[0]).flags & vm::kLocked, 0U);
    EXPECT_EQ(bench.machine.state().vmas.at(vmas[1]).flags & vm::kLocked, 0U);
    EXPECT_EQ(bench.tableBytes(), 0); // and nothing was faulted in
}

} // namespace
} // namespace pfnscope::mm::test
