// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/culprit.h"
#include "check/leaf.h"
#include "machine/machine.h"

#include <gtest/gtest.h>

using namespace pfnscope;
using namespace pfnscope::check;

namespace {

/// pgd 0x4000 -> pud 0x4001 -> pmd 0x4002 -> pte 0x4003, all index 0.
class Tables : public testing::Test {
protected:
    Tables() {
        const auto call = machine.enter("setup");
        machine.put(machine::MmId(1), machine::Mm{Pfn(0x4000)});
        machine.writeEntry(Pfn(0x4000), 0, 0x4001067);
        machine.writeEntry(Pfn(0x4001), 0, 0x4002067);
        machine.writeEntry(Pfn(0x4002), 0, 0x4003067);
    }
    std::optional<EntryPlace> at(std::uint64_t va) {
        return entryFor(machine.state(), machine::MmId(1), VirtAddr(va));
    }
    machine::Machine machine;
};

} // namespace

TEST_F(Tables, EndsAtTheEmptyEntry) {
    const auto place = at(0x5000);
    ASSERT_TRUE(place);
    EXPECT_FALSE(place->isLeaf);
    EXPECT_EQ(place->level, hw::Level::Pte);
    EXPECT_EQ(place->index, 5U);
    EXPECT_EQ(at(0x200000)->level, hw::Level::Pmd);
    EXPECT_FALSE(entryFor(machine.state(), machine::MmId(2), VirtAddr(0)));
}

TEST_F(Tables, FindsLeavesOfBothSizesWithTheirCacheType) {
    const auto call = machine.enter("map");
    machine.writeEntry(Pfn(0x4003), 5, 0x40005000 | 0x237);  // UC-: PCD
    machine.writeEntry(Pfn(0x4002), 1, 0x40200000 | 0x12bf); // WT: PAT at bit 12, PCD, PWT
    EXPECT_TRUE(at(0x5123)->isLeaf);
    EXPECT_EQ(at(0x5123)->frame, Pfn(0x40005));
    EXPECT_EQ(at(0x5123)->patIndex, 2U);
    EXPECT_EQ(at(0x203000)->frame, Pfn(0x40203));
    EXPECT_EQ(at(0x203000)->patIndex, 7U);
}

TEST_F(Tables, NamesTheFunctionThatWroteLast) {
    {
        const auto first = machine.enter("remap_pfn_range");
        machine.fillEntries(Pfn(0x4003), {0, 512, 0x40000237, 0x1000});
    }
    {
        const auto second = machine.enter("munmap");
        const auto inner = machine.enter("zap_pte_range");
        machine.writeEntry(Pfn(0x4003), 7, 0);
    }
    EXPECT_EQ(lastWriter(machine.journal(), *at(0x7000))->function, "zap_pte_range");
    EXPECT_EQ(lastWriter(machine.journal(), *at(0x7000))->operation, 2U);
    EXPECT_EQ(lastWriter(machine.journal(), *at(0x8000))->function, "remap_pfn_range");
    EXPECT_FALSE(lastWriter(machine.journal(), *at(0x400000)));
}
