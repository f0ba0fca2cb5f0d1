// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/boxes.h"
#include "view/entry_words.h"

#include <fmt/format.h>

#include <algorithm>

/// Many tables in one box: counted in words, and all their entries in one strip.
namespace pfnscope::view {
namespace {

std::size_t depositedIn(const TableGraph& graph, const GroupSlot& slot) {
    std::size_t spares = 0;
    for (const DepositDock& dock : graph.docks) {
        const TableNode* pmd = dock.owner.pmdTable ? graph.tableAt(*dock.owner.pmdTable) : nullptr;
        if (pmd != nullptr && pmd->key.mm == slot.mm && slot.range.contains(pmd->key.base))
            spares += dock.tables.size();
    }
    return spares;
}

const TableNode* tableAt(std::span<const TableNode> tables, const TableKey& key) {
    const auto found =
        std::lower_bound(tables.begin(), tables.end(), key,
                         [](const TableNode& node, const TableKey& k) { return node.key < k; });
    return found != tables.end() && found->key == key ? &*found : nullptr;
}

/// A cell for every entry that the tables of the range have or would have, so that no cell moves while
/// stepping.
EntryField groupField(const Scene& scene, const GroupSlot& slot) {
    const hw::Geometry& geometry = scene.now.geometry;
    const Bytes span = geometry.tableSpan(slot.level);
    const auto is = scene.now.within(slot.mm, slot.level, slot.range);
    const auto was = scene.before != nullptr ? scene.before->within(slot.mm, slot.level, slot.range)
                                             : std::span<const TableNode>{};
    std::vector<FieldStretch> stretches;
    std::uint32_t cell = 0;
    for (VirtAddr base = slot.range.start; base < slot.range.end; base += span) {
        const TableKey key{slot.mm, slot.level, base};
        const TableNode* now = tableAt(is, key);
        const TableNode* before = scene.before != nullptr ? tableAt(was, key) : now;
        if (const TableNode* table = now != nullptr ? now : before) {
            const auto nowRuns = now != nullptr ? scene.now.runsOf(*now) : std::span<const EntryRun>{};
            const auto beforeRuns = scene.before == nullptr ? nowRuns
                                    : before != nullptr     ? scene.before->runsOf(*before)
                                                            : std::span<const EntryRun>{};
            for (const EntryChange& change : compareRuns(beforeRuns, nowRuns, scene.options.kinship))
                appendStretches(stretches, cell + change.first, scene, *table, change);
        }
        cell += geometry.entriesPerTable();
    }
    return {std::move(stretches), cell, geometry};
}

} // namespace

std::optional<Box> groupCard(const Scene& scene, const GroupSlot& slot) {
    const auto count = [&](const TableGraph* graph, hw::Level level) {
        return graph == nullptr ? std::size_t{0} : graph->within(slot.mm, level, slot.range).size();
    };
    const std::size_t now = count(&scene.now, slot.level);
    const std::size_t before = count(scene.before, slot.level);
    if (now == 0 && before == 0)
        return std::nullopt;
    std::uint64_t entries = 0;
    for (const TableNode& node : scene.now.within(slot.mm, slot.level, slot.range))
        for (const EntryRun& run : scene.now.runsOf(node))
            entries += run.count;
    Box box;
    box.kind = BoxKind::Group;
    box.role = Role::Dimmed;
    box.id =
        fmt::format("group-{}-{}-{}", kernelName(slot.level), slot.mm.raw(), toHex(slot.range.start.raw()));
    box.title = fmt::format("x {} more {} tables{}", now, upperName(slot.level), slot.alike ? " alike" : "");
    box.tooltip = fmt::format("{} tables merged into one box", now);
    box.ghost = now == 0;
    if (scene.before != nullptr && now != before)
        box.mark = before == 0 ? Mark::Added : now == 0 ? Mark::Removed : Mark::Changed;
    Row range;
    range.id = box.id + "-range";
    range.text = fmt::format("{} +{}", toText(slot.range.start), toText(slot.range.size()));
    Row content;
    content.id = box.id + "-entries";
    content.text = fmt::format("{} entries in use", entries);
    if (slot.level != hw::Level::Pte) {
        const hw::Level below = scene.now.geometry.below(slot.level);
        if (const std::size_t tables = count(&scene.now, below); tables != 0)
            content.text += fmt::format(", {} {} tables below", tables, upperName(below));
        if (const std::size_t spares = depositedIn(scene.now, slot); spares != 0)
            content.text += fmt::format(", {} deposited", spares);
    }
    Row strip;
    strip.id = box.id + "-strip";
    strip.kind = RowKind::Strip;
    strip.text = coverStrip(scene.now, slot.mm, slot.range, slot.width - kStripFrame);
    strip.tooltip =
        fmt::format("every entry of {} tables, in the order of their addresses", std::max(now, before));
    strip.field = groupField(scene, slot);
    markSelected(strip, scene.options.selected);
    box.selected = strip.selected;
    box.rows = {range, content, strip};
    box.rect = {slot.at.x, slot.at.y, slot.width, boxHeight(box.rows.size())};
    return box;
}

} // namespace pfnscope::view
