// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/timeline.h"
#include "support/property.h"
#include "view/make_diagram.h"
#include "view/table_builder.h"

#include <algorithm>
#include <set>

using namespace pfnscope;
using namespace pfnscope::view;
using namespace pfnscope::test;

namespace {

constexpr VirtAddr kBar(0x7f0000000000);
constexpr Pfn kDevice(0x200000);

/// A history of maps, deposits, splits and zaps over a few PMD tables.
void play(machine::Machine& machine, TableBuilder& build, const std::vector<std::pair<int, int>>& steps) {
    for (const auto& [what, where] : steps) {
        const auto call = machine.enter("operation");
        const VirtAddr at(kBar.raw() + (static_cast<std::uint64_t>(where % 5) << 21) +
                          (static_cast<std::uint64_t>(where % 3) << 30));
        const Pfn pmd = build.tableFor(at, hw::Level::Pmd);
        const Word word = machine.state().memory.read(pmd, build.pmdIndex(at));
        const bool spare = !machine.state().depositsOf(build.ownerFor(at)).empty();
        if (what == 0 && word == 0)
            build.hugeLeaf(at, kDevice + 512U * static_cast<unsigned>(where));
        else if (what == 1)
            build.deposit(at);
        else if (what == 2 && (word & 0x80) != 0 && spare)
            build.split(at);
        else if (what == 3)
            build.zap(at);
        else if (what == 4 && (word & 0x80) == 0)
            build.pages(at, static_cast<std::uint16_t>(1 + where * 7 % 500), kDevice);
        else if (what == 5 && (word & 0x81) == 1)
            machine.writeEntry(build.tableFor(at, hw::Level::Pte), static_cast<unsigned>(where) % 512,
                               kSpecialPage | 0x1000);
        else if (what == 6)
            build.vma(machine::VmaId(static_cast<std::uint32_t>(where % 4) + 1), at, Bytes(1U << 21));
        else if (what == 7 && spare)
            build.withdraw(at);
    }
}

auto anyHistory() {
    return *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 8), rc::gen::inRange(0, 40)));
}

void assertWellFormed(const Diagram& diagram) {
    for (std::size_t i = 0; i < diagram.boxes.size(); ++i) {
        const Box& box = diagram.boxes[i];
        RC_ASSERT(box.rect.x >= 0 && box.rect.right() <= diagram.width);
        RC_ASSERT(box.rect.bottom() <= diagram.height);
        RC_ASSERT(static_cast<int>(box.title.size()) + 4 <= box.rect.width);
        for (std::size_t j = i + 1; j < diagram.boxes.size(); ++j)
            RC_ASSERT(!box.rect.overlaps(diagram.boxes[j].rect));
        const RowColumns columns = columnsOf(box);
        for (const Row& row : box.rows)
            RC_ASSERT(row.kind == RowKind::Strip ||
                      columns.text + static_cast<int>(row.text.size()) <= columns.end);
    }
    for (const Edge& edge : diagram.edges)
        for (std::size_t i = 1; i < edge.points.size(); ++i) {
            Point at = edge.points[i - 1];
            const Point end = edge.points[i];
            RC_ASSERT(at.x == end.x || at.y == end.y);
            for (;; at.x += (end.x > at.x) - (end.x < at.x), at.y += (end.y > at.y) - (end.y < at.y)) {
                RC_ASSERT(diagram.boxAt(at) == nullptr);
                if (at == end)
                    break;
            }
        }
}

RC_GTEST_PROP(Diagram, NothingOverlapsAndNothingMoves, ()) {
    machine::Machine machine;
    TableBuilder build(machine);
    play(machine, build, anyHistory());
    LayoutUnion all;
    all.addHistory(machine.journal(), machine.state().geometry());
    LayoutOptions options;
    options.form = *rc::gen::element(Form::Staircase, Form::Columns);
    options.docks = *rc::gen::element(DockSide::Beside, DockSide::Below);
    options.width = *rc::gen::inRange(leastWidth(options.docks), 100);
    const UnionLayout layout = all.place(options);
    std::map<TableKey, Rect> places;
    std::optional<TableGraph> before;
    machine::Timeline timeline(machine);
    timeline.jump(0);
    do {
        TableGraph now = snapshotGraph(machine.state());
        const Diagram diagram = makeDiagram(now, before ? &*before : nullptr, layout);
        assertWellFormed(diagram);
        RC_ASSERT(diagram.height == std::max(0, layout.height - 1));
        for (const TableNode& node : now.tree)
            if (const auto box = std::find_if(diagram.boxes.begin(), diagram.boxes.end(),
                                              [&](const Box& b) { return b.table == node.frame; });
                box != diagram.boxes.end()) {
                const Rect place{box->rect.x, box->rect.y, box->rect.width, 0};
                if (now.find(node.key).size() == 1)
                    RC_ASSERT(places.try_emplace(node.key, place).first->second == place);
            }
        before = std::move(now);
    } while (timeline.stepForward(machine::StepDepth::Operation));
}

RC_GTEST_PROP(Diagram, ATightOneShowsEveryTable, ()) {
    machine::Machine machine;
    TableBuilder build(machine);
    play(machine, build, anyHistory());
    const TableGraph now = snapshotGraph(machine.state());
    const Diagram diagram = makeDiagram(now, nullptr);
    assertWellFormed(diagram);
    for (const TableNode& node : now.tree)
        RC_ASSERT(std::count_if(diagram.boxes.begin(), diagram.boxes.end(),
                                [&](const Box& box) { return box.table == node.frame; }) == 1);
    RC_ASSERT(diagram == makeDiagram(now, nullptr));
}

RC_GTEST_PROP(Diagram, TheCellsOfACardAreTheEntriesOfItsTable, ()) {
    machine::Machine machine;
    TableBuilder build(machine);
    play(machine, build, anyHistory());
    for (const Box& box : makeDiagram(snapshotGraph(machine.state()), nullptr).boxes) {
        if (box.kind != BoxKind::Table)
            continue;
        std::map<unsigned, Word> cells;
        for (const Row& row : box.rows)
            for (std::uint32_t cell = 0; cell < row.field.cells(); ++cell) {
                const FieldStretch* stretch = row.field.at(cell);
                RC_ASSERT(stretch != nullptr);
                RC_ASSERT(cells.emplace(stretch->indexAt(cell), stretch->wordAt(cell)).second);
            }
        for (unsigned index = 0; index < kWordsPerFrame; ++index) {
            const Word word = machine.state().memory.read(*box.table, index);
            RC_ASSERT((cells.contains(index) ? cells[index] : 0) == word);
        }
    }
}

TEST(Diagram, MarksAgainstAnotherHistoryByPlaceAndNotByFrame) {
    machine::Machine with, without;
    for (machine::Machine* machine : {&with, &without}) {
        TableBuilder build(*machine);
        const auto call = machine->enter("remap");
        build.hugeLeaf(kBar, kDevice);
        if (machine == &with) { // frames from here on are others
            build.deposit(kBar);
            build.pages(kBar + Bytes(4U << 20), 3, kDevice);
        }
        build.pages(kBar + Bytes(8U << 20), 2, kDevice);
    }
    LayoutUnion all;
    for (const machine::Machine* machine : {&with, &without})
        all.addHistory(machine->journal(), machine->state().geometry());
    const UnionLayout layout = all.place();
    ViewOptions options;
    options.kinship = Kinship::OtherHistory;
    const TableGraph first = snapshotGraph(with.state());
    const TableGraph other = snapshotGraph(without.state());
    const auto marked = [](const Diagram& diagram, BoxKind kind, Mark mark) {
        return std::count_if(diagram.boxes.begin(), diagram.boxes.end(),
                             [&](const Box& box) { return box.kind == kind && box.mark == mark; });
    };
    const Diagram diagram = makeDiagram(other, &first, layout, options);
    EXPECT_EQ(marked(diagram, BoxKind::Table, Mark::Removed), 1); // the three pages
    EXPECT_EQ(marked(diagram, BoxKind::Table, Mark::Changed), 0); // equal tables in other frames
    EXPECT_EQ(marked(diagram, BoxKind::Table, Mark::Added), 0);
    EXPECT_EQ(marked(diagram, BoxKind::Deposit, Mark::Removed), 1);
    const Diagram same = makeDiagram(first, &first, layout, options);
    for (const Box& box : same.boxes)
        EXPECT_EQ(box.mark, Mark::None) << box.id;
    std::set<std::string> ids;
    for (const Box& box : diagram.boxes)
        EXPECT_TRUE(ids.insert(box.id).second) << box.id;
}

TEST(Diagram, ManyVmasAreCountedAndThoseThatChangedAreShown) {
    machine::Machine machine;
    TableBuilder build(machine);
    {
        const auto call = machine.enter("mmap");
        for (std::uint32_t i = 1; i <= 40; ++i)
            build.vma(machine::VmaId(i), kBar + Bytes(std::uint64_t{i} << 21), Bytes(4096));
    }
    const TableGraph before = snapshotGraph(machine.state());
    {
        const auto call = machine.enter("mmap");
        build.vma(machine::VmaId(99), kBar + Bytes(100U << 21), Bytes(8192)); // behind all of them
    }
    const TableGraph now = snapshotGraph(machine.state());
    LayoutUnion all;
    all.addHistory(machine.journal(), machine.state().geometry());
    const Diagram diagram = makeDiagram(now, &before, all.place());
    assertWellFormed(diagram);
    const Box& space = diagram.boxes.front();
    ASSERT_EQ(space.kind, BoxKind::Space);
    EXPECT_EQ(space.rows.size(), 2U * 16 + 1);
    EXPECT_EQ(space.rows.back().text, "... 25 more VMAs");
    EXPECT_EQ(std::count_if(space.rows.begin(), space.rows.end(), [](const Row& row) { return row.mark == Mark::Added; }), 1);
    EXPECT_EQ(space.rows[30].mark, Mark::Added); // in the order of addresses the last
    EXPECT_EQ(diagram.height, all.place().height - 1);
}

TEST(Diagram, ShowsWhatASplitDid) {
    machine::Machine machine;
    TableBuilder build(machine);
    {
        const auto call = machine.enter("remap");
        build.hugeLeaf(kBar, kDevice);
        build.deposit(kBar);
    }
    const TableGraph before = snapshotGraph(machine.state());
    {
        const auto call = machine.enter("split");
        build.split(kBar);
    }
    const TableGraph now = snapshotGraph(machine.state());
    const Diagram diagram = makeDiagram(now, &before);
    const Pfn spare = now.tree.back().frame;
    const Box* table = diagram.find("pte-" + toHex(spare.raw()));
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->mark, Mark::Added);
    ASSERT_EQ(table->rows.size(), 1U);
    EXPECT_EQ(table->rows[0].text, "512 x 4K pfn 0x200000-0x2001ff RW NX AD sp");
    const Box* pmd = diagram.find("pmd-" + toHex(now.tree[2].frame.raw()));
    ASSERT_NE(pmd, nullptr);
    EXPECT_EQ(pmd->rows[0].mark, Mark::Changed);
    const Box* dock = diagram.find("deposit-" + toHex(now.tree[2].frame.raw()));
    ASSERT_NE(dock, nullptr);
    EXPECT_EQ(dock->rows[0].mark, Mark::Removed);
    EXPECT_TRUE(dock->ghost);
}

TEST(Diagram, ShowsADepositWhoseOwnerWasFreedAsWhatNoOneReaches) {
    machine::Machine machine;
    TableBuilder build(machine);
    Pfn pmd;
    {
        const auto call = machine.enter("remap");
        build.hugeLeaf(kBar, kDevice);
        build.deposit(kBar);
        pmd = build.tableFor(kBar, hw::Level::Pmd);
    }
    const TableGraph before = snapshotGraph(machine.state());
    {
        const auto call = machine.enter("free_pgtables");
        machine.writeEntry(build.tableFor(kBar, hw::Level::Pud), 0, 0);
        build.freeTable(pmd);
    }
    const TableGraph now = snapshotGraph(machine.state());
    ASSERT_TRUE(now.docks.at(0).orphaned);
    LayoutUnion all;
    all.addHistory(machine.journal(), machine.state().geometry());
    for (const Diagram& diagram : {makeDiagram(now, &before), makeDiagram(now, &before, all.place())}) {
        const Box* loose = diagram.find("loose-1");
        ASSERT_NE(loose, nullptr);
        EXPECT_EQ(loose->rows[0].text, "PTE " + toHex(now.docks[0].tables[0].raw()) + " deposited with PMD " +
                                           toHex(pmd.raw()) + ", which is gone");
        EXPECT_EQ(loose->rows[0].mark, Mark::Added);
        EXPECT_EQ(diagram.find("deposit-" + toHex(pmd.raw())), nullptr);
    }
}

TEST(Diagram, MergesTablesThatAreAlike) {
    machine::Machine machine;
    TableBuilder build(machine);
    {
        const auto call = machine.enter("remap");
        for (unsigned i = 0; i < 300; ++i)
            build.pages(VirtAddr(kBar.raw() + (std::uint64_t{i} << 21)), 512, kDevice + 512U * i);
        machine.writeEntry(build.tableFor(VirtAddr(kBar.raw() + (200U << 21)), hw::Level::Pte), 17, 0);
    }
    LayoutUnion all;
    all.addHistory(machine.journal(), machine.state().geometry());
    const Diagram diagram = makeDiagram(snapshotGraph(machine.state()), nullptr, all.place());
    const auto shown = std::count_if(diagram.boxes.begin(), diagram.boxes.end(), [](const Box& box) {
        return box.kind == BoxKind::Table && box.id.starts_with("pte");
    });
    EXPECT_EQ(shown, 2); // an example, and the one with a hole
    EXPECT_EQ(std::count_if(diagram.boxes.begin(), diagram.boxes.end(),
                            [](const Box& box) { return box.kind == BoxKind::Group; }),
              2);
}

TEST(Diagram, TheUpperHalfOfTheAddressSpaceIsDrawnToo) {
    machine::Machine machine;
    TableBuilder build(machine);
    const auto call = machine.enter("boot");
    for (unsigned i = 0; i < 20; ++i) // so many that they are merged into groups
        build.pages(VirtAddr(0xffffffffc0000000) + Bytes(std::uint64_t{i} << 25), 512, Pfn(0x100000 + i));
    build.pages(VirtAddr(0xffffffffffe00000), 512, Pfn(0x200000));
    const Diagram diagram = makeDiagram(snapshotGraph(machine.state()), nullptr);
    std::string titles;
    for (const Box& box : diagram.boxes)
        titles += box.title + "\n";
    EXPECT_NE(titles.find("0xffffff8000000000 +512G"), std::string::npos) << titles;
    EXPECT_NE(titles.find("0xffffffffc0000000 +1G"), std::string::npos) << titles;
    const machine::MmId mm = TableBuilder::kMm;
    const VirtRange top{VirtAddr(0xffffffffffe00000), VirtAddr(0)};
    EXPECT_EQ(snapshotGraph(machine.state()).within(mm, hw::Level::Pte, top).size(), 1U);
}

} // namespace
