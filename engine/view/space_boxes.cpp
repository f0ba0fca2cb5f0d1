// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/boxes.h"
#include "view/differences.h"
#include "view/entry_words.h"
#include "view/vma_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace pfnscope::view {
namespace {

using machine::MmId;

char coverOf(std::uint64_t full, const std::map<hw::Level, std::uint64_t>& covered) {
    if (covered.empty())
        return cover::kNone;
    const auto [level, bytes] = *covered.begin();
    if (covered.size() > 1 || bytes < full)
        return cover::kPartly;
    return level == hw::Level::Pte ? cover::kPte : level == hw::Level::Pmd ? cover::kPmd : cover::kPud;
}

std::string spaceTitle(const SpaceNode& space) {
    std::string who;
    for (const ProcessNode& process : space.processes)
        who += fmt::format("{}{}[{}]", who.empty() ? "" : ", ", process.name, process.pid.raw());
    std::string title = fmt::format("mm {}: {}", space.mm.raw(), who.empty() ? "no process" : who);
    const auto add = [&](std::string_view name, machine::Counter counter, std::uint64_t unit) {
        const auto value = space.record.counter(counter);
        if (value != 0 || counter == machine::Counter::PgtablesBytes)
            title += value >= 0 && unit == 0
                         ? fmt::format("  {} {}", name, toText(Bytes(static_cast<std::uint64_t>(value))))
                         : fmt::format("  {} {}", name, value);
    };
    add("pgtables", machine::Counter::PgtablesBytes, 0);
    add("anon", machine::Counter::AnonPages, 1);
    add("file", machine::Counter::FilePages, 1);
    add("shmem", machine::Counter::ShmemPages, 1);
    add("swap", machine::Counter::SwapEntries, 1);
    return title;
}

const SpaceNode* spaceOf(const TableGraph& graph, MmId mm) {
    const auto found = std::find_if(graph.spaces.begin(), graph.spaces.end(),
                                    [&](const SpaceNode& space) { return space.mm == mm; });
    return found == graph.spaces.end() ? nullptr : &*found;
}

struct VmaMoments {
    const VmaNode* now = nullptr;
    const VmaNode* before = nullptr;
};

std::map<VirtAddr, VmaMoments> vmasOf(const Scene& scene, MmId mm) {
    std::map<VirtAddr, VmaMoments> vmas;
    for (const VmaNode& vma : scene.now.vmas)
        if (vma.vma.mm == mm)
            vmas[vma.vma.range.start].now = &vma;
    if (scene.before != nullptr)
        for (const VmaNode& vma : scene.before->vmas)
            if (vma.vma.mm == mm)
                vmas[vma.vma.range.start].before = &vma;
    return vmas;
}

/// In the order of their addresses as many as there is room for: those that changed before those that did not.
std::vector<VmaMoments> shownOf(const std::map<VirtAddr, VmaMoments>& vmas, std::size_t room) {
    const auto isChanged = [](const VmaMoments& moments) {
        return moments.now == nullptr || moments.before == nullptr || moments.now->vma != moments.before->vma;
    };
    std::set<VirtAddr> chosen;
    for (const bool changed : {true, false})
        for (const auto& [start, moments] : vmas)
            if (chosen.size() < room && isChanged(moments) == changed)
                chosen.insert(start);
    std::vector<VmaMoments> shown;
    for (const VirtAddr start : chosen)
        shown.push_back(vmas.at(start));
    return shown;
}

Row moreVmas(std::string_view boxId, std::size_t count) {
    Row row;
    row.id = fmt::format("{}-more", boxId);
    row.kind = RowKind::Elided;
    row.role = Role::Dimmed;
    row.text = fmt::format("... {} more VMAs", count);
    row.tooltip = fmt::format("{} VMAs more than there is room for; those that changed come first", count);
    return row;
}

Row vmaRow(const Scene& scene, const VmaMoments& moments, int width) {
    const VmaNode& vma = moments.now != nullptr ? *moments.now : *moments.before;
    Row row;
    row.id = fmt::format("vma-{}-{}", vma.vma.mm.raw(), toHex(vma.vma.range.start.raw()));
    row.role = Role::Vma;
    row.text = vmaText(vma, width);
    row.tooltip = vmaTooltip(vma);
    if (scene.before == nullptr)
        return row;
    if (moments.before == nullptr)
        row.mark = Mark::Added;
    else if (moments.now == nullptr)
        row.mark = Mark::Removed;
    else if (vmaTooltip(*moments.now) != vmaTooltip(*moments.before))
        row.mark = Mark::Changed;
    return row;
}

Row stripRow(const Scene& scene, const VmaNode& vma, bool isNow, int cells) {
    Row row;
    row.id = fmt::format("strip-{}-{}", vma.vma.mm.raw(), toHex(vma.vma.range.start.raw()));
    row.kind = RowKind::Strip;
    row.role = Role::Vma;
    row.text = isNow ? coverStrip(scene.now, vma.vma.mm, vma.vma.range, cells)
                     : std::string(static_cast<std::size_t>(cells), ' ');
    row.tooltip = fmt::format("each character: {} bytes of the VMA",
                              (vma.vma.range.size().raw() + static_cast<unsigned>(cells) - 1) /
                                  static_cast<unsigned>(cells));
    row.stale = std::any_of(scene.now.stale.begin(), scene.now.stale.end(), [&](const StaleRange& stale) {
        return stale.mm == vma.vma.mm && stale.range.overlaps(vma.vma.range);
    });
    return row;
}

Row orphanRow(const Scene& scene, const DepositDock& dock, Pfn table) {
    Row row;
    row.id = fmt::format("orphan-{}", toHex(table.raw()));
    row.role = Role::Fault;
    row.text = dock.owner.pmdTable
                   ? fmt::format("PTE {} deposited with PMD {}, which is gone", toHex(table.raw()),
                                 toHex(dock.owner.pmdTable->raw()))
                   : fmt::format("PTE {} deposited with an mm that is gone", toHex(table.raw()));
    row.tooltip = "leaked: withdrawn by no one before its owner was freed";
    row.entry = EntryRef{table, 0, kWordsPerFrame};
    if (scene.before != nullptr && scene.options.kinship == Kinship::SameHistory) {
        const DepositDock* was = scene.before->dockOf(dock.owner);
        row.mark = was == nullptr || !was->orphaned ? Mark::Added : Mark::None;
    }
    return row;
}

std::string rangeText(const MappedRange& range, const TableGraph& graph) {
    const std::uint64_t frames = range.range.size().pages();
    return fmt::format("{} +{} -> pfn {}-{} {} {}", toText(range.range.start), toText(range.range.size()),
                       toHex(range.target.raw()), toHex((range.target + (frames - 1)).raw()),
                       range.device ? "device" : "RAM", toText(graph.geometry.entrySpan(range.level)));
}

} // namespace

std::string coverStrip(const TableGraph& graph, MmId mm, const VirtRange& range, int cells) {
    const auto mapped = graph.mappedIn(mm);
    const std::uint64_t size = range.size().raw();
    const auto count = static_cast<std::uint64_t>(cells);
    std::string strip;
    for (std::uint64_t i = 0; i < count; ++i) {
        const VirtRange cell{range.start + Bytes(size * i / count),
                             range.start + Bytes(size * (i + 1) / count)};
        std::map<hw::Level, std::uint64_t> covered;
        auto part = std::partition_point(mapped.begin(), mapped.end(),
                                         [&](const MappedRange& m) { return m.range.end <= cell.start; });
        for (; part != mapped.end() && part->range.start < cell.end; ++part)
            covered[part->level] +=
                (std::min(part->range.end, cell.end) - std::max(part->range.start, cell.start)).raw();
        strip += coverOf(cell.size().raw(), covered);
    }
    return strip;
}

std::optional<Box> spaceBox(const Scene& scene, const SpaceSlot& slot) {
    const SpaceNode* now = spaceOf(scene.now, slot.mm);
    const SpaceNode* before = scene.before != nullptr ? spaceOf(*scene.before, slot.mm) : nullptr;
    if (now == nullptr && before == nullptr)
        return std::nullopt;
    Box box;
    box.kind = BoxKind::Space;
    box.role = Role::Space;
    box.id = fmt::format("mm-{}", slot.mm.raw());
    box.title = spaceTitle(now != nullptr ? *now : *before);
    box.ghost = now == nullptr;
    if (scene.before != nullptr)
        box.mark = now == nullptr ? Mark::Removed : before == nullptr ? Mark::Added : Mark::None;
    const std::map<VirtAddr, VmaMoments> vmas = vmasOf(scene, slot.mm);
    const std::vector<VmaMoments> shown = shownOf(vmas, static_cast<std::size_t>(slot.vmaRows));
    for (const VmaMoments& moments : shown) {
        const VmaNode& vma = moments.now != nullptr ? *moments.now : *moments.before;
        box.rows.push_back(vmaRow(scene, moments, roomForText(slot.width, 0)));
        box.rows.push_back(stripRow(scene, vma, moments.now != nullptr, slot.width - kStripFrame));
    }
    if (shown.size() < vmas.size() && slot.vmaRows == kMostVmas)
        box.rows.push_back(moreVmas(box.id, vmas.size() - shown.size()));
    box.rect = {slot.at.x, slot.at.y, slot.width, boxHeight(box.rows.size())};
    return box;
}

std::optional<Box> looseBox(const Scene& scene, const SpaceSlot& slot) {
    std::vector<Row> rows;
    for (const TableNode& node : scene.now.loose) {
        if (node.key.mm != slot.mm)
            continue;
        Row row;
        row.id = tableId(node.key.level, node.frame);
        row.role = Role::Fault;
        row.text = fmt::format("{} {}", upperName(node.key.level), toHex(node.frame.raw()));
        row.tooltip = "a table that is neither in the tree nor deposited";
        row.entry = EntryRef{node.frame, 0, kWordsPerFrame};
        rows.push_back(std::move(row));
    }
    for (const DepositDock& dock : scene.now.docks)
        if (dock.orphaned && dock.owner.mm == slot.mm)
            for (const Pfn table : dock.tables)
                rows.push_back(orphanRow(scene, dock, table));
    if (rows.empty() || slot.looseRows == 0)
        return std::nullopt;
    Box box;
    box.kind = BoxKind::Loose;
    box.role = Role::Fault;
    box.id = fmt::format("loose-{}", slot.mm.raw());
    box.title = fmt::format("mm {}: tables that no one reaches: {}", slot.mm.raw(), rows.size());
    elide(rows, static_cast<std::size_t>(slot.looseRows), box.id, "tables");
    box.rows = std::move(rows);
    box.rect = {slot.looseAt.x, slot.looseAt.y, slot.width, boxHeight(box.rows.size())};
    return box;
}

std::optional<Box> framesBox(const Scene& scene, const SpaceSlot& slot) {
    const auto mapped = scene.now.mappedIn(slot.mm);
    if (mapped.empty() || slot.frameRows == 0)
        return std::nullopt;
    std::vector<Row> rows;
    for (const MappedRange& range : mapped) {
        Row row;
        row.id = fmt::format("frames-{}-{}", slot.mm.raw(), toHex(range.range.start.raw()));
        row.role = range.device ? Role::Device : Role::Plain;
        row.text = rangeText(range, scene.now);
        row.tooltip = row.text + ", " + flagsOf(range.word, range.level, scene.now.geometry);
        rows.push_back(std::move(row));
        if (rows.size() > kWordsPerFrame)
            break;
    }
    Box box;
    box.kind = BoxKind::Frames;
    box.role = Role::Device;
    box.id = fmt::format("frames-{}", slot.mm.raw());
    box.title = fmt::format("mm {}: frames mapped, {} range{}", slot.mm.raw(), mapped.size(),
                            mapped.size() == 1 ? "" : "s");
    elide(rows, static_cast<std::size_t>(slot.frameRows), box.id, "ranges");
    box.rows = std::move(rows);
    box.rect = {slot.framesAt.x, slot.framesAt.y, slot.width, boxHeight(box.rows.size())};
    return box;
}

} // namespace pfnscope::view
