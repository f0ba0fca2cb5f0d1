// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/boxes.h"
#include "view/entry_words.h"

#include <algorithm>

namespace pfnscope::view {

using hw::Level;

Role roleOf(const EntryRun& run, Level level, const TableGraph& graph) {
    switch (run.meaning) {
    case EntryMeaning::Soft:
        return Role::Soft;
    case EntryMeaning::Table:
        return graph.tableAt(run.target) != nullptr ? Role::TablePointer : Role::Fault;
    case EntryMeaning::Leaf:
        break;
    }
    if (level == Level::Pte)
        return isSpecial(run.word) ? Role::Special : Role::Page4K;
    return level == Level::Pmd ? Role::Leaf2M : Role::Leaf1G;
}

namespace {

/// Which entries of the table a TLB still holds although they say something else, as [first, end) in order.
std::vector<std::pair<unsigned, unsigned>> staleIn(const TableGraph& graph, const TableNode& table) {
    const Bytes span = graph.geometry.entrySpan(table.key.level);
    const VirtRange whole{table.key.base, table.key.base + graph.geometry.tableSpan(table.key.level)};
    std::vector<std::pair<unsigned, unsigned>> found;
    for (const StaleRange& stale : graph.stale) {
        if (stale.mm != table.key.mm || !stale.range.overlaps(whole))
            continue;
        const Bytes first = std::max(stale.range.start, whole.start) - whole.start;
        const Bytes end = std::min(stale.range.end, whole.end) - whole.start;
        found.emplace_back(static_cast<unsigned>(first / span),
                           static_cast<unsigned>((end.raw() + span.raw() - 1) / span.raw()));
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace

std::uint32_t appendStretches(std::vector<FieldStretch>& stretches, std::uint32_t cell, const Scene& scene,
                              const TableNode& table, const EntryChange& change) {
    const EntryRun& run = change.is ? *change.is : *change.was;
    FieldStretch all;
    all.level = table.key.level;
    all.role = roleOf(run, table.key.level, change.is ? scene.now : *scene.before);
    all.mark = change.mark;
    all.table = table.frame;
    all.base = table.key.base;
    all.step = run.step;
    const unsigned end = change.first + change.count;
    const auto add = [&](unsigned from, unsigned to, bool stale) {
        if (from >= to)
            return;
        FieldStretch part = all;
        part.cell = cell + (from - change.first);
        part.first = static_cast<std::uint16_t>(from);
        part.count = static_cast<std::uint16_t>(to - from);
        part.word = run.wordAt(from);
        part.stale = stale;
        stretches.push_back(part);
    };
    unsigned at = change.first;
    for (const auto& [first, last] : staleIn(scene.now, table)) {
        const unsigned from = std::clamp(first, at, end);
        const unsigned to = std::clamp(last, from, end);
        add(at, from, false);
        add(from, to, true);
        at = std::max(at, to);
    }
    add(at, end, false);
    return cell + change.count;
}

void markSelected(Row& row, const std::optional<EntryRef>& selected) {
    if (!selected)
        return;
    row.selectedCell = row.field.cellOf(selected->table, selected->first);
    row.selected = row.selectedCell.has_value();
}

} // namespace pfnscope::view
