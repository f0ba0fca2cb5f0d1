// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/property.h"
#include "view/entry_words.h"
#include "view/make_diagram.h"
#include "view/table_builder.h"

#include <algorithm>

using namespace pfnscope;
using namespace pfnscope::view;
using namespace pfnscope::test;

namespace {

constexpr VirtAddr kBar(0x7f0000000000);
constexpr Pfn kDevice(0x200000);
constexpr hw::Geometry kGeometry;

FieldStretch stretchAt(std::uint32_t cell, std::uint16_t count, Role role = Role::Page4K,
                       Mark mark = Mark::None) {
    FieldStretch stretch;
    stretch.cell = cell;
    stretch.first = static_cast<std::uint16_t>(cell % 512);
    stretch.count = count;
    stretch.role = role;
    stretch.mark = mark;
    stretch.table = Pfn(0x4000 + cell / 512);
    stretch.word = kSpecialPage | cell << 12U;
    stretch.step = 0x1000;
    return stretch;
}

/// Stretches of random length with gaps between them, none across the end of a table.
std::vector<FieldStretch> anyStretches() {
    const auto lengths = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 300), rc::gen::inRange(1, 600)));
    std::vector<FieldStretch> stretches;
    std::uint32_t cell = 0;
    for (const auto& [gap, length] : lengths) {
        cell += static_cast<std::uint32_t>(gap);
        const auto count = std::min<std::uint32_t>(static_cast<std::uint32_t>(length), 512 - cell % 512);
        stretches.push_back(stretchAt(cell, static_cast<std::uint16_t>(count),
                                      length % 7 == 0 ? Role::Soft : Role::Page4K,
                                      length % 11 == 0 ? Mark::Changed : Mark::None));
        cell += count;
    }
    return stretches;
}

RC_GTEST_PROP(EntryField, ASummaryIsWhatItsCellsAre, ()) {
    const auto stretches = anyStretches();
    const std::uint32_t cells = (stretches.empty() ? 0 : stretches.back().end()) + 100;
    const EntryField field(stretches, cells, kGeometry);
    const auto first = *rc::gen::inRange<std::uint32_t>(0, cells);
    const auto end = *rc::gen::inRange<std::uint32_t>(first + 1, cells + 1);
    FieldSummary expected;
    for (std::uint32_t cell = first; cell < end; ++cell) {
        const FieldStretch* stretch = field.at(cell);
        const auto holds = [cell](const FieldStretch& s) { return s.cell <= cell && cell < s.end(); };
        RC_ASSERT((stretch != nullptr) == std::any_of(stretches.begin(), stretches.end(), holds));
        if (stretch == nullptr)
            expected.holes = true;
        else
            expected.add(*stretch, 512);
    }
    RC_ASSERT(field.summary(first, end) == expected);
}

TEST(EntryField, OneBadEntryAmongAMillionIsInTheSummaryOfItsBlockAndInNoOther) {
    std::vector<FieldStretch> stretches;
    constexpr std::uint32_t kTables = 1'954, kBad = 777'777;
    for (std::uint32_t table = 0; table < kTables; ++table) {
        const std::uint32_t first = table * 512;
        if (kBad / 512 != table) {
            stretches.push_back(stretchAt(first, 512));
            continue;
        }
        stretches.push_back(stretchAt(first, static_cast<std::uint16_t>(kBad - first)));
        stretches.push_back(stretchAt(kBad, 1, Role::Fault));
        stretches.push_back(stretchAt(kBad + 1, static_cast<std::uint16_t>(first + 511 - kBad)));
    }
    const EntryField field(std::move(stretches), kTables * 512, kGeometry);
    EXPECT_TRUE(field.summary(0, kTables * 512).has(Role::Fault));
    for (std::uint32_t block = 0; block < kTables; ++block)
        EXPECT_EQ(field.summary(block * 512, block * 512 + 512).has(Role::Fault), block == kBad / 512)
            << block;
    EXPECT_TRUE(field.summary(kBad, kBad + 1).has(Role::Fault));
    EXPECT_FALSE(field.summary(kBad + 1, kTables * 512).has(Role::Fault));
}

TEST(EntryField, ACellSaysWhatTheRunSaysOfItsEntry) {
    machine::Machine machine;
    TableBuilder build(machine);
    {
        const auto call = machine.enter("remap");
        build.pages(kBar, 512, kDevice);
    }
    const Diagram diagram = makeDiagram(snapshotGraph(machine.state()), nullptr);
    const Box& table = diagram.boxes.back();
    ASSERT_EQ(table.rows.size(), 1U);
    const EntryField& field = table.rows[0].field;
    ASSERT_EQ(field.cells(), 512U);
    EXPECT_EQ(cellText(*field.at(7), 7, field.geometry()), "pfn 0x200007 RW NX AD sp");
    const std::string tooltip = cellTooltip(*field.at(7), 7, field.geometry());
    EXPECT_TRUE(tooltip.starts_with("PTE entry 7 of table ")) << tooltip;
    EXPECT_NE(tooltip.find("0x7f0000007000"), std::string::npos) << tooltip;
    EXPECT_EQ(field.cellOf(*table.table, 7), 7U);
    EXPECT_EQ(field.cellOf(Pfn(1), 7), std::nullopt);
}

TEST(EntryField, OnlyTheCellsThatATlbStillHoldsAreStale) {
    machine::Machine machine;
    TableBuilder build(machine);
    {
        const auto call = machine.enter("remap");
        build.pages(kBar, 512, kDevice);
    }
    TableGraph graph = snapshotGraph(machine.state());
    const VirtAddr page = kBar + kPageSize * 100;
    graph.stale.push_back({TableBuilder::kMm, {page, page + kPageSize * 2}, machine::CpuId(0)});
    const Diagram diagram = makeDiagram(graph, nullptr);
    const Row& row = diagram.boxes.back().rows[0];
    EXPECT_TRUE(row.stale);
    for (std::uint32_t cell = 0; cell < 512; ++cell)
        EXPECT_EQ(row.field.at(cell)->stale, cell == 100 || cell == 101) << cell;
}

TEST(EntryField, WhatThereIsNoRoomForIsBehindTheLastRow) {
    machine::Machine machine;
    TableBuilder build(machine);
    {
        const auto call = machine.enter("remap");
        for (unsigned i = 0; i < 40; ++i) // every second entry: as many runs
            build.pages(kBar + kPageSize * (2 * i), 1, kDevice + 100 * i);
    }
    const Diagram diagram = makeDiagram(snapshotGraph(machine.state()), nullptr);
    const Box& table = diagram.boxes.back();
    ASSERT_EQ(table.rows.back().kind, RowKind::Elided);
    std::uint32_t cells = 0;
    for (const Row& row : table.rows)
        cells += row.field.cells();
    EXPECT_EQ(cells, 40U);
    EXPECT_EQ(cellText(*table.rows.back().field.at(0), 0, kGeometry), "pfn 0x200384 RW NX AD sp");
}

TEST(EntryField, AGroupHasACellForEveryEntryOfItsTables) {
    machine::Machine machine;
    TableBuilder build(machine);
    {
        const auto call = machine.enter("remap");
        for (unsigned i = 0; i < 100; ++i)
            build.pages(VirtAddr(kBar.raw() + (std::uint64_t{i} << 21)), 512, kDevice + 512U * i);
    }
    const Pfn odd = build.tableFor(VirtAddr(kBar.raw() + (50ULL << 21)), hw::Level::Pte);
    LayoutUnion all;
    all.addHistory(machine.journal(), machine.state().geometry());
    const TableGraph before = snapshotGraph(machine.state());
    {
        const auto call = machine.enter("munmap");
        machine.writeEntry(odd, 17, 0);
    }
    const UnionLayout layout = all.place();
    ViewOptions options;
    options.selected = EntryRef{odd, 18, 1};
    const Diagram diagram = makeDiagram(snapshotGraph(machine.state()), &before, layout, options);
    const auto group = std::find_if(diagram.boxes.begin(), diagram.boxes.end(),
                                    [](const Box& box) { return box.kind == BoxKind::Group; });
    ASSERT_NE(group, diagram.boxes.end());
    const Row& strip = group->rows.back();
    ASSERT_EQ(strip.field.cells(), 99U * 512);
    const std::uint32_t gone = 49 * 512 + 17; // the first table stands alone
    EXPECT_EQ(strip.field.at(gone)->mark, Mark::Removed);
    EXPECT_EQ(strip.field.at(gone)->wordAt(gone), PhysAddr(kDevice + 512U * 50 + 17).raw() | kSpecialPage);
    EXPECT_EQ(strip.field.at(gone + 1)->mark, Mark::None);
    EXPECT_TRUE(strip.selected);
    EXPECT_EQ(strip.selectedCell, gone + 1);
    EXPECT_TRUE(strip.field.summary(0, 99 * 512).has(Mark::Removed));
}

TEST(EntryField, ATableThatIsOddUnderOneOptionStandsAloneInTheLayoutOfBoth) {
    const auto history = [](machine::Machine& machine, bool odd) {
        TableBuilder build(machine);
        const auto call = machine.enter("remap");
        for (unsigned i = 0; i < 50; ++i)
            build.pages(VirtAddr(kBar.raw() + (std::uint64_t{i} << 21)), 512, kDevice + 512U * i);
        if (odd)
            machine.writeEntry(build.tableFor(VirtAddr(kBar.raw() + (30U << 21)), hw::Level::Pte), 5, 0);
    };
    machine::Machine first, second;
    history(first, true);
    history(second, false);
    LayoutUnion all;
    all.addHistory(first.journal(), first.state().geometry());
    all.addHistory(second.journal(), second.state().geometry());
    const UnionLayout layout = all.place();
    EXPECT_TRUE(std::any_of(layout.slots.begin(), layout.slots.end(), [](const Slot& slot) {
        return slot.key.level == hw::Level::Pte && slot.key.base == VirtAddr(kBar.raw() + (30U << 21));
    }));
}

} // namespace
