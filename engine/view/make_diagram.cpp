// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/make_diagram.h"

#include "view/boxes.h"
#include "view/entry_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace pfnscope::view {
namespace {

/// Puts the boxes and edges together.
class Maker {
public:
    explicit Maker(const Scene& scene) : scene_(scene) {}

    Diagram make() {
        diagram_.width = scene_.layout.width;
        diagram_.height = std::max(0, scene_.layout.height - 1);
        diagram_.caption = scene_.options.caption;
        diagram_.stamp = scene_.options.stamp;
        addSpaces();
        addTables();
        addGroups();
        addMoves();
        for (Box& box : diagram_.boxes)
            fitTitle(box);
        std::sort(diagram_.boxes.begin(), diagram_.boxes.end(), [](const Box& a, const Box& b) {
            return std::pair(a.rect.y, a.rect.x) < std::pair(b.rect.y, b.rect.x);
        });
        addLegend();
        return std::move(diagram_);
    }

private:
    bool staircase() const { return scene_.layout.options.form == Form::Staircase; }

    void addSpaces() {
        for (const SpaceSlot& slot : scene_.layout.spaces)
            for (const auto& box : {spaceBox(scene_, slot), looseBox(scene_, slot), framesBox(scene_, slot)})
                if (box)
                    diagram_.boxes.push_back(*box);
    }

    void addTables() {
        boxOfSlot_.resize(scene_.layout.slots.size());
        for (std::size_t i = 0; i < scene_.layout.slots.size(); ++i) {
            const Slot& slot = scene_.layout.slots[i];
            const auto card = tableCard(scene_, slot);
            if (!card)
                continue;
            boxOfSlot_[i] = *card;
            diagram_.boxes.push_back(*card);
            if (slot.parent >= 0)
                addLink(slot.parent, *card);
            if (const auto dock = dockCard(scene_, slot)) {
                diagram_.boxes.push_back(*dock);
                dockOfSlot_.emplace(static_cast<int>(i), *dock);
                addDockEdge(*card, *dock);
            }
        }
    }

    void addGroups() {
        for (const GroupSlot& slot : scene_.layout.groups)
            if (const auto card = groupCard(scene_, slot)) {
                diagram_.boxes.push_back(*card);
                if (slot.parent >= 0)
                    addLink(slot.parent, *card);
            }
    }

    /// The card's border is a border: what of the title does not fit is in the tooltip.
    static void fitTitle(Box& box) {
        const auto room = static_cast<std::size_t>(std::max(0, roomForText(box.rect.width, 0)));
        if (box.title.size() <= room)
            return;
        box.tooltip = box.title + (box.tooltip.empty() ? "" : ": " + box.tooltip);
        box.title = box.title.substr(0, room - std::min<std::size_t>(room, 2)) + "..";
    }

    /// What a split, a collapse or a zap did with a deposited table, where the way between the boxes is free.
    void addMoves() {
        if (!staircase())
            return;
        for (std::size_t i = 0; i < scene_.layout.slots.size(); ++i) {
            const int parent = scene_.layout.slots[i].parent;
            if (parent < 0 || !boxOfSlot_[i])
                continue;
            const auto dock = dockOfSlot_.find(parent);
            if (dock == dockOfSlot_.end())
                continue;
            const Box& child = *boxOfSlot_[i];
            for (const Row& row : dock->second.rows)
                if (row.entry && row.entry->table == child.table &&
                    ((row.mark == Mark::Removed && !child.ghost) || (row.mark == Mark::Added && child.ghost)))
                    addMove(dock->second, child);
        }
    }

    void addMove(const Box& dock, const Box& child) {
        const bool withdrawn = !child.ghost;
        const int x = dock.rect.x + 3;
        Point top{x, dock.rect.bottom()};
        Point bottom{x, child.rect.y - 1};
        for (Point p = top; p.y <= bottom.y; ++p.y)
            if (std::any_of(diagram_.boxes.begin(), diagram_.boxes.end(),
                            [&](const Box& box) { return box.rect.contains(p); }))
                return;
        Edge edge;
        edge.kind = EdgeKind::Move;
        edge.role = Role::Deposit;
        edge.mark = Mark::Changed;
        edge.from = withdrawn ? dock.id : child.id;
        edge.to = withdrawn ? child.id : dock.id;
        edge.id = fmt::format("{}-to-{}", edge.from, edge.to);
        edge.leaves = withdrawn ? Side::Bottom : Side::Top;
        edge.enters = withdrawn ? Side::Top : Side::Bottom;
        edge.points = withdrawn ? std::vector{top, bottom} : std::vector{bottom, top};
        diagram_.edges.push_back(std::move(edge));
    }

    /// Which row of the parent leads to this box; -1: none does.
    int rowLeadingTo(const Box& parent, const Box& child) const {
        if (!child.table)
            return parent.rows.empty() ? -1 : static_cast<int>(parent.rows.size()) - 1;
        const TableGraph& graph = child.ghost && scene_.before != nullptr ? *scene_.before : scene_.now;
        const TableNode* node = graph.tableAt(*child.table);
        if (node == nullptr)
            return -1;
        for (std::size_t i = 0; i < parent.rows.size(); ++i)
            if (parent.rows[i].entry && parent.rows[i].entry->first <= node->index &&
                node->index < parent.rows[i].entry->first + parent.rows[i].entry->count)
                return static_cast<int>(i);
        return parent.rows.empty() || parent.rows.back().kind != RowKind::Elided
                   ? -1
                   : static_cast<int>(parent.rows.size()) - 1;
    }

    /// The entry of the parent really holds this table; a ghost's did.
    bool isReferenced(const Box& parent, const Box& child) const {
        if (!child.table)
            return true;
        const TableGraph& graph = child.ghost && scene_.before != nullptr ? *scene_.before : scene_.now;
        const TableNode* node = parent.table ? graph.tableAt(*parent.table) : nullptr;
        if (node == nullptr)
            return false;
        const auto runs = graph.runsOf(*node);
        return std::any_of(runs.begin(), runs.end(), [&](const EntryRun& run) {
            return run.meaning == EntryMeaning::Table && run.target == *child.table;
        });
    }

    void addLink(int parentSlot, const Box& child) {
        const std::optional<Box>& parent = boxOfSlot_[static_cast<std::size_t>(parentSlot)];
        if (!parent || !isReferenced(*parent, child))
            return;
        Edge edge;
        edge.id = fmt::format("{}-to-{}", parent->id, child.id);
        edge.mark = child.mark;
        edge.from = parent->id;
        edge.to = child.id;
        edge.ghost = child.ghost;
        edge.leaves = staircase() ? Side::Bottom : Side::Right;
        edge.points = staircase() ? stairs(*parent, child) : lane(*parent, parentSlot, child);
        diagram_.edges.push_back(std::move(edge));
    }

    static std::vector<Point> stairs(const Box& parent, const Box& child) {
        const int x = parent.rect.x + 1;
        const int y = child.rect.y + 1;
        return {{x, parent.rect.bottom()}, {x, y}, {child.rect.x - 1, y}};
    }

    /// Lanes nearer to the parent belong to lower children, so that no two edges cross.
    std::vector<Point> lane(const Box& parent, int parentSlot, const Box& child) {
        const int row = rowLeadingTo(parent, child);
        const int fromY = row >= 0 ? parent.rowY(static_cast<std::size_t>(row)) : parent.rect.y + 1;
        const int toY = child.rect.y + 1;
        const int gap = child.rect.x - parent.rect.right();
        const int used = lanesUsed_[parentSlot]++;
        const int x = parent.rect.right() + std::max(1, gap - 3 - 2 * used);
        if (fromY == toY)
            return {{parent.rect.right(), fromY}, {child.rect.x - 1, toY}};
        return {{parent.rect.right(), fromY}, {x, fromY}, {x, toY}, {child.rect.x - 1, toY}};
    }

    void addDockEdge(const Box& card, const Box& dock) {
        Edge edge;
        edge.id = fmt::format("{}-to-{}", card.id, dock.id);
        edge.kind = EdgeKind::Dock;
        edge.role = Role::Deposit;
        edge.mark = dock.mark;
        edge.from = card.id;
        edge.to = dock.id;
        edge.ghost = dock.ghost;
        const bool beside = dock.rect.y == card.rect.y;
        if (beside) {
            edge.points = {{card.rect.right(), card.rect.y + 1}, {dock.rect.x - 1, card.rect.y + 1}};
        } else {
            const int x = dock.rect.x + 2;
            edge.leaves = Side::Bottom;
            edge.enters = Side::Top;
            edge.points = {{x, card.rect.bottom()}, {x, dock.rect.y - 1}};
        }
        diagram_.edges.push_back(std::move(edge));
    }

    void addLegend();

    const Scene& scene_;
    Diagram diagram_;
    std::vector<std::optional<Box>> boxOfSlot_;
    std::map<int, Box> dockOfSlot_;
    std::map<int, int> lanesUsed_;
};

/// What occurs in a diagram and needs a word.
struct Occurring {
    std::set<Mark> marks;
    std::set<char> cover;
    bool withdrawn = false;
    bool redeposited = false;
    bool bars = false;
    bool special = false;
    bool marked = false;
    bool accessed = false;
    bool deposit = false;
    bool ghost = false;
    bool stale = false;
};

Occurring occurringIn(const Diagram& diagram) {
    Occurring found;
    for (const Edge& edge : diagram.edges) {
        found.withdrawn |= edge.kind == EdgeKind::Move && edge.enters == Side::Top;
        found.redeposited |= edge.kind == EdgeKind::Move && edge.enters == Side::Bottom;
    }
    for (const Box& box : diagram.boxes) {
        found.marks.insert(box.mark);
        found.deposit |= box.kind == BoxKind::Deposit;
        found.ghost |= box.ghost;
        for (const Row& row : box.rows) {
            found.marks.insert(row.mark);
            found.bars |= row.kind == RowKind::Bar;
            found.stale |= row.stale;
            if (row.kind == RowKind::Strip)
                found.cover.insert(row.text.begin(), row.text.end());
            if (row.kind != RowKind::Entry && row.kind != RowKind::Bar)
                continue;
            found.special |= row.text.find(" sp") != std::string::npos;
            found.marked |= row.text.find(" mk") != std::string::npos;
            found.accessed |= row.text.find(" A") != std::string::npos;
        }
    }
    return found;
}

void Maker::addLegend() {
    const Occurring found = occurringIn(diagram_);
    const auto add = [&](bool occurs, std::string sample, Role role, std::string text) {
        if (occurs)
            diagram_.legend.push_back({std::move(sample), role, std::move(text)});
    };
    add(found.marks.contains(Mark::Added), "+", Role::Plain, "new");
    add(found.marks.contains(Mark::Removed), "-", Role::Plain, "gone");
    add(found.marks.contains(Mark::Changed), "~", Role::Plain, "changed");
    add(found.cover.contains(cover::kPte), "#", Role::Page4K, "mapped by 4K");
    add(found.cover.contains(cover::kPmd), "=", Role::Leaf2M, "by 2M");
    add(found.cover.contains(cover::kPud), "%", Role::Leaf1G, "by 1G");
    add(found.cover.contains(cover::kPartly), ":", Role::Plain, "in part");
    add(found.cover.contains(cover::kNone), ".", Role::Plain, "not mapped");
    add(found.bars, "==", Role::Leaf2M, "huge leaf");
    add(found.deposit, "....", Role::Deposit, "deposited tables");
    add(found.withdrawn, "v", Role::Deposit, "deposit put to use");
    add(found.redeposited, "^", Role::Deposit, "became a deposit");
    add(found.special, "sp", Role::Special, "special");
    add(found.marked, "mk", Role::Special, "marked");
    add(found.accessed, "A/D", Role::Plain, "accessed/dirty");
    add(found.stale, "!tlb", Role::Fault, "a TLB still holds it");
}

} // namespace

void squeeze(Diagram& diagram) {
    std::vector<bool> covered(static_cast<std::size_t>(diagram.height) + 1, false);
    const auto cover = [&](int y) {
        if (0 <= y && y < diagram.height)
            covered[static_cast<std::size_t>(y)] = true;
    };
    for (const Box& box : diagram.boxes)
        for (int y = box.rect.y; y < box.rect.bottom(); ++y)
            cover(y);
    for (const Edge& edge : diagram.edges)
        for (std::size_t i = 1; i < edge.points.size(); ++i)
            if (edge.points[i - 1].y == edge.points[i].y)
                cover(edge.points[i].y);
    std::vector<int> newY(static_cast<std::size_t>(diagram.height) + 1, 0);
    int next = 0;
    for (int y = 0; y <= diagram.height; ++y) {
        const auto at = static_cast<std::size_t>(y);
        const bool isKept = covered[at] || (y > 0 && covered[at - 1]);
        newY[at] =
            isKept ? next++ : std::max(0, next - 1); // an edge that ended there ends at the line before
    }
    const auto move = [&](int& y) { y = newY[static_cast<std::size_t>(std::clamp(y, 0, diagram.height))]; };
    for (Box& box : diagram.boxes)
        move(box.rect.y);
    for (Edge& edge : diagram.edges)
        for (Point& point : edge.points)
            move(point.y);
    diagram.height = 0;
    for (const Box& box : diagram.boxes)
        diagram.height = std::max(diagram.height, box.rect.bottom());
}

Diagram makeDiagram(const TableGraph& now, const TableGraph* before, const UnionLayout& layout,
                    const ViewOptions& options) {
    return Maker(Scene{now, before, layout, options}).make();
}

Diagram makeDiagram(const TableGraph& now, const TableGraph* before, const ViewOptions& options,
                    const LayoutOptions& layout) {
    LayoutUnion all;
    all.addSnapshot(now, before);
    Diagram diagram = makeDiagram(now, before, all.place(layout), options);
    squeeze(diagram);
    return diagram;
}

} // namespace pfnscope::view
