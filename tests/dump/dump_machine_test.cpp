// SPDX-License-Identifier: GPL-3.0-or-later
#include "dump/dump_machine.h"
#include "hw/walk.h"
#include "hw/x86_64.h"

#include <gtest/gtest.h>

using namespace pfnscope;
using namespace pfnscope::dump;
using hw::Level;

namespace {

Word entryAt(const machine::Machine& machine, VirtAddr at, Level wanted) {
    const machine::State& state = machine.state();
    const hw::Geometry& geometry = state.geometry();
    Pfn table = state.mms.at(kDumpedMm).pgd;
    for (Level level = Level::Pgd;; level = geometry.below(level)) {
        const Word word = state.memory.read(table, geometry.index(at, level));
        if (level == wanted ||
            hw::x86_64::kindOf(word, geometry.depth(level)) != hw::x86_64::EntryKind::Table)
            return word;
        table = PhysAddr(word & hw::x86_64::kAddress).frame();
    }
}

TEST(DumpMachine, EveryEntryStandsWhereTheDumpSays) {
    PageDump dump;
    dump.runs = {{VirtAddr(0x401ff000), Level::Pte, 2, 0x8000000000201067, 0x1000, 1},
                 {VirtAddr(0xffff888000000000), Level::Pmd, 1024, 0x80000000000001e3, 0x200000, 2}};
    const auto machine = machineOf(dump, "dump");
    ASSERT_TRUE(machine.has_value()) << toText(machine.error());
    EXPECT_EQ(entryAt(**machine, VirtAddr(0x401ff000), Level::Pte), 0x8000000000201067U);
    EXPECT_EQ(entryAt(**machine, VirtAddr(0x40200000), Level::Pte), 0x8000000000202067U)
        << "in the next table";
    EXPECT_EQ(entryAt(**machine, VirtAddr(0xffff88807fe00000), Level::Pmd), 0x800000007fe001e3U);
    EXPECT_EQ(entryAt(**machine, VirtAddr(0xffff888080000000), Level::Pmd), 0U);
    const auto& mm = (*machine)->state().mms.at(kDumpedMm);
    EXPECT_EQ(mm.counter(machine::Counter::PgtablesBytes), 7 * 4096) << "2 PUD, 3 PMD, 2 PTE tables";
}

TEST(DumpMachine, ATableWhoseFrameIsKnownLiesThere) {
    PageDump dump;
    dump.tables = {{Level::Pgd, VirtAddr(), Pfn(0x4000), 0}, // where the first table of our own would go
                   {Level::Pmd, VirtAddr(0x40000000), Pfn(0x8cca5ef), 0x8cca5ef067}};
    dump.runs = {{VirtAddr(0x40200000), Level::Pmd, 1, 0x8000000cc54008e7, 0, 1}};
    const auto machine = machineOf(dump, "dump");
    ASSERT_TRUE(machine.has_value()) << toText(machine.error());
    const machine::State& state = (*machine)->state();
    EXPECT_EQ(state.mms.at(kDumpedMm).pgd, Pfn(0x4000));
    ASSERT_NE(state.tableAt(Pfn(0x8cca5ef)), nullptr);
    EXPECT_EQ(state.memory.read(Pfn(0x8cca5ef), 1), 0x8000000cc54008e7U);
    EXPECT_EQ(entryAt(**machine, VirtAddr(0x40200000), Level::Pud), 0x8cca5ef067U);
}

TEST(DumpMachine, MoreTablesThanAMachineHoldsAreAnError) {
    PageDump dump;
    dump.runs = {{VirtAddr(0), Level::Pte, 1ULL << 35, 0x25, 0, 1}}; // 128 TiB in small pages
    EXPECT_FALSE(machineOf(dump, "dump").has_value());
}

} // namespace
