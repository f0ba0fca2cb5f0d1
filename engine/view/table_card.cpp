// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/boxes.h"
#include "view/differences.h"
#include "view/entry_words.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::view {
namespace {

using hw::Level;

/// One row for each stretch of entries that changed the same way.
class CardRows {
public:
    CardRows(const Scene& scene, const TableNode& table, int width)
        : scene_(scene), table_(table), width_(width), id_(tableId(table.key.level, table.frame)) {}

    std::vector<Row> rows(std::span<const EntryChange> changes, std::size_t room) {
        const std::vector<EntryChange> shown = changes.size() > room
                                                   ? mergePointers(changes)
                                                   : std::vector<EntryChange>(changes.begin(), changes.end());
        std::size_t indexWidth = 1;
        for (const EntryChange& change : shown)
            indexWidth = std::max(indexWidth, indexText(change.first, change.count).size());
        textWidth_ = roomForText(width_, indexWidth);
        std::vector<Row> rows;
        for (const EntryChange& change : shown) {
            const auto merged = std::find_if(changes.begin(), changes.end(), [&](const EntryChange& next) {
                return next.first >= change.first + change.count;
            });
            const auto count = static_cast<std::size_t>(merged - changes.begin());
            rows.push_back(row(change, changes.first(count)));
            changes = changes.subspan(count);
        }
        elide(rows, room, id_, "entries");
        return rows;
    }

private:
    /// Neighbouring pointers to tables that changed the same way become one row.
    static std::vector<EntryChange> mergePointers(std::span<const EntryChange> changes) {
        std::vector<EntryChange> merged;
        const auto isPointer = [](const EntryChange& change) {
            const auto& run = change.is ? change.is : change.was;
            return run->meaning == EntryMeaning::Table;
        };
        for (const EntryChange& change : changes) {
            EntryChange* last = merged.empty() ? nullptr : &merged.back();
            if (last != nullptr && isPointer(*last) && isPointer(change) && last->mark == change.mark &&
                last->first + last->count == change.first)
                last->count = static_cast<std::uint16_t>(last->count + change.count);
            else
                merged.push_back(change);
        }
        return merged;
    }

    /// `parts`: what was merged into the change.
    Row row(const EntryChange& change, std::span<const EntryChange> parts) const {
        const TableGraph& source = change.is ? scene_.now : *scene_.before;
        const EntryRun& run = change.is ? *change.is : *change.was;
        Row row;
        row.id = fmt::format("{}-i{}", id_, change.first);
        row.mark = change.mark;
        row.role = roleOf(run, table_.key.level, source);
        row.kind = run.meaning == EntryMeaning::Leaf && table_.key.level != Level::Pte ? RowKind::Bar
                                                                                       : RowKind::Entry;
        row.index = indexText(change.first, change.count);
        row.field = fieldOf(parts);
        const auto& stretches = row.field.stretches();
        row.stale =
            std::any_of(stretches.begin(), stretches.end(), [](const auto& each) { return each.stale; });
        const int width = textWidth_ - (row.stale ? kStaleWidth : 0);
        row.text = run.count == change.count
                       ? runText(run, table_.key.level, source, width)
                       : fmt::format("-> {} {} tables", change.count,
                                     upperName(source.geometry.below(table_.key.level)));
        row.tooltip = tooltip(change);
        row.entry = EntryRef{table_.frame, change.first, change.count};
        markSelected(row, scene_.options.selected);
        return row;
    }

    EntryField fieldOf(std::span<const EntryChange> parts) const {
        std::vector<FieldStretch> stretches;
        std::uint32_t cells = 0;
        for (const EntryChange& part : parts)
            cells = appendStretches(stretches, cells, scene_, table_, part);
        return {std::move(stretches), cells, scene_.now.geometry};
    }

    std::string tooltip(const EntryChange& change) const {
        std::string text = runTooltip(change.is ? *change.is : *change.was, table_, scene_.now.geometry);
        if (change.mark == Mark::Removed)
            return "gone: " + text;
        if (change.mark == Mark::Changed)
            text += "; before: " + runTooltip(*change.was, table_, scene_.now.geometry);
        return text;
    }

    static constexpr int kStaleWidth = 6;
    const Scene& scene_;
    const TableNode& table_;
    int width_;
    int textWidth_ = 0;
    std::string id_;
};

/// Whose the table is, which entry references it, and how many of its own are in use.
std::string ownerText(const TableNode& table, const TableGraph& graph) {
    std::size_t used = 0;
    for (const EntryRun& run : graph.runsOf(table))
        used += run.count;
    return fmt::format("{} table in frame {} of mm {}, {}; {} of {} entries in use", upperName(table.key.level),
                       toHex(table.frame.raw()), table.key.mm.raw(),
                       table.state == machine::TableState::Linked
                           ? fmt::format("owner: entry {} of {}", table.index, toHex(table.parent.raw()))
                           : "the root",
                       used, kWordsPerFrame);
}

std::string titleOf(const TableNode& table, const TableGraph& graph) {
    return fmt::format("{} {}  {} +{}", upperName(table.key.level), toHex(table.frame.raw()),
                       toText(table.key.base), toText(graph.geometry.tableSpan(table.key.level)));
}

const TableNode* nth(std::span<const TableNode> nodes, unsigned n) {
    return n < nodes.size() ? &nodes[n] : nullptr;
}

/// All that is kept for this table: one ring, or a slot for each of its entries.
bool keptFor(const DepositDock& dock, const Slot& slot, const TableNode& table) {
    if (slot.key.level == Level::Pgd)
        return !dock.owner.pmdTable && dock.owner.mm == slot.key.mm;
    return dock.owner.pmdTable == table.frame && dock.owner.mm == slot.key.mm;
}

std::vector<Pfn> depositsAt(const Slot& slot, const TableNode* table, const TableGraph* graph) {
    std::vector<Pfn> tables;
    if (table == nullptr || graph == nullptr)
        return tables;
    for (const DepositDock& dock : graph->docks)
        if (keptFor(dock, slot, *table))
            tables.insert(tables.end(), dock.tables.begin(), dock.tables.end());
    return tables;
}

bool contains(const std::vector<Pfn>& list, Pfn table) {
    return std::find(list.begin(), list.end(), table) != list.end();
}

Row spareRow(Pfn table, Mark mark, bool head) {
    Row row;
    row.id = fmt::format("spare-{}", toHex(table.raw()));
    row.role = Role::Deposit;
    row.mark = mark;
    row.text = toHex(table.raw()) + (head ? " head" : "");
    row.tooltip = fmt::format("PTE table {}, deposited{}", toHex(table.raw()),
                              head ? ": the next one to be withdrawn" : "");
    row.entry = EntryRef{table, 0, kWordsPerFrame};
    return row;
}

/// Of another history: its frames are not comparable, only whether there are deposits at all.
std::vector<Row> spareRowsAgainst(const std::vector<Pfn>& is, const std::vector<Pfn>& was) {
    std::vector<Row> rows;
    for (const Pfn table : is)
        rows.push_back(spareRow(table, was.empty() ? Mark::Added : Mark::None, table == is.front()));
    for (std::size_t i = 0; is.empty() && i < was.size(); ++i) {
        rows.push_back(spareRow(was[i], Mark::Removed, false));
        rows.back().entry.reset();
    }
    return rows;
}

/// `orphans`: those whose owner has gone are listed as what no one reaches, not as withdrawn.
std::vector<Row> spareRows(const std::vector<Pfn>& is, const std::vector<Pfn>& was, bool compared,
                           const std::vector<Pfn>& orphans) {
    std::vector<Row> rows;
    for (const Pfn table : is)
        rows.push_back(spareRow(table, compared && !contains(was, table) ? Mark::Added : Mark::None,
                                table == is.front()));
    for (const Pfn table : was)
        if (compared && !contains(is, table) && !contains(orphans, table))
            rows.push_back(spareRow(table, Mark::Removed, false));
    return rows;
}

/// The fields of the rows that are not kept, one behind the other.
EntryField joined(const std::vector<Row>& rows, const std::vector<std::size_t>& kept) {
    std::vector<FieldStretch> stretches;
    std::uint32_t cells = 0;
    std::optional<hw::Geometry> geometry;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].field.cells() == 0 || std::binary_search(kept.begin(), kept.end(), i))
            continue;
        geometry = rows[i].field.geometry();
        for (FieldStretch stretch : rows[i].field.stretches()) {
            stretch.cell += cells;
            stretches.push_back(stretch);
        }
        cells += rows[i].field.cells();
    }
    return {std::move(stretches), cells, geometry.value_or(hw::Geometry{})};
}

} // namespace

void elide(std::vector<Row>& rows, std::size_t room, std::string_view boxId, std::string_view what) {
    if (rows.size() <= room || room == 0)
        return;
    const auto weight = [](const Row& row) { return row.selected ? 0 : row.mark != Mark::None ? 1 : 2; };
    std::vector<std::size_t> order(rows.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return weight(rows[a]) < weight(rows[b]); });
    order.resize(room - 1);
    std::sort(order.begin(), order.end());
    Row rest;
    rest.field = joined(rows, order);
    std::vector<Row> kept;
    for (const std::size_t i : order)
        kept.push_back(std::move(rows[i]));
    rest.id = fmt::format("{}-more", boxId);
    rest.kind = RowKind::Elided;
    rest.role = Role::Dimmed;
    rest.text = fmt::format("... {} more", rows.size() - kept.size());
    rest.tooltip = fmt::format("{} {} more than there is room for", rows.size() - kept.size(), what);
    kept.push_back(std::move(rest));
    rows = std::move(kept);
}

TableMoments tableIn(const Scene& scene, const Slot& slot) {
    return {nth(scene.now.find(slot.key), slot.twin),
            scene.before != nullptr ? nth(scene.before->find(slot.key), slot.twin) : nullptr};
}

std::optional<Box> tableCard(const Scene& scene, const Slot& slot) {
    const auto [now, before] = tableIn(scene, slot);
    if (now == nullptr && before == nullptr)
        return std::nullopt;
    const TableNode& table = now != nullptr ? *now : *before;
    Box box;
    box.id = tableId(table.key.level, table.frame);
    box.role = Role::TablePointer;
    box.table = table.frame;
    box.title = titleOf(table, scene.now);
    box.rect = {slot.at.x, slot.at.y, slot.width, 0};
    box.tooltip = ownerText(table, now != nullptr ? scene.now : *scene.before);
    const bool sameHistory = scene.options.kinship == Kinship::SameHistory;
    if (now == nullptr) {
        box.ghost = true;
        box.mark = Mark::Removed;
        if (!sameHistory) { // the frame is another history's, and may be something else in this one
            box.id = "other-" + box.id;
            box.table.reset();
        }
    } else {
        const auto is = scene.now.runsOf(*now);
        const auto was = scene.before == nullptr ? is
                         : before == nullptr     ? std::span<const EntryRun>{}
                                                 : scene.before->runsOf(*before);
        box.rows =
            CardRows(scene, *now, slot.width)
                .rows(compareRuns(was, is, scene.options.kinship), static_cast<std::size_t>(slot.rows));
        if (scene.before != nullptr)
            box.mark = before == nullptr                            ? Mark::Added
                       : sameHistory && before->frame != now->frame ? Mark::Changed
                                                                    : Mark::None;
        if (!now->reachable) {
            box.role = Role::Fault;
            box.title += " unreachable";
        }
    }
    box.selected = box.table && scene.options.selected && scene.options.selected->table == *box.table;
    box.rect.height = boxHeight(box.rows.size());
    return box;
}

std::optional<Box> dockCard(const Scene& scene, const Slot& slot) {
    if (slot.dockWidth == 0)
        return std::nullopt;
    const auto [now, before] = tableIn(scene, slot);
    const auto is = depositsAt(slot, now, &scene.now);
    const auto was = depositsAt(slot, before, scene.before);
    std::vector<Pfn> orphans;
    for (const DepositDock& dock : scene.now.docks)
        if (dock.orphaned)
            orphans.insert(orphans.end(), dock.tables.begin(), dock.tables.end());
    std::vector<Row> rows = scene.options.kinship == Kinship::OtherHistory
                                ? spareRowsAgainst(is, was)
                                : spareRows(is, was, scene.before != nullptr, orphans);
    if (rows.empty())
        return std::nullopt;
    Box box;
    box.kind = BoxKind::Deposit;
    box.role = Role::Deposit;
    const bool elsewhere = now == nullptr && scene.options.kinship == Kinship::OtherHistory;
    box.id = fmt::format("{}deposit-{}", elsewhere ? "other-" : "",
                         toHex((now != nullptr ? now : before)->frame.raw()));
    constexpr std::size_t kFitsInFull = 999;
    box.title = fmt::format("{} {}", is.size() > kFitsInFull ? "dep." : "deposited", is.size());
    box.tooltip =
        fmt::format("{} PTE tables deposited with this PMD table; the head is withdrawn first", is.size());
    elide(rows, static_cast<std::size_t>(slot.dockRows), box.id, "tables");
    box.rows = std::move(rows);
    box.ghost = is.empty();
    if (scene.before != nullptr && is.size() != was.size())
        box.mark = was.empty() ? Mark::Added : is.empty() ? Mark::Removed : Mark::Changed;
    box.rect = {slot.dockAt.x, slot.dockAt.y, slot.dockWidth, boxHeight(box.rows.size())};
    return box;
}

} // namespace pfnscope::view
