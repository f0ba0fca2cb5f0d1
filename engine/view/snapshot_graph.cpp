// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/snapshot_graph.h"

#include "hw/x86_64.h"
#include "machine/mmu.h"
#include "view/reachable.h"
#include "view/soft_formats.h"

#include <algorithm>
#include <numeric>

namespace pfnscope::view {
namespace {

using machine::MmId;
using machine::State;

TableKey keyOf(const machine::PageTable& table) {
    return {table.mm, table.level, table.base};
}

bool byKeyAndFrame(const TableNode& a, const TableNode& b) {
    return a.key == b.key ? a.frame < b.frame : a.key < b.key;
}

std::vector<SpaceNode> spacesOf(const State& state) {
    std::vector<SpaceNode> spaces;
    for (const auto& [id, record] : state.mms) {
        SpaceNode space{id, record, {}};
        for (const auto& [pid, process] : state.processes)
            if (process.mm == id)
                space.processes.push_back({pid, process.name, process.state});
        spaces.push_back(std::move(space));
    }
    return spaces;
}

std::vector<VmaNode> vmasOf(const State& state) {
    std::vector<VmaNode> nodes;
    for (const auto& [place, id] : state.vmaByStart) {
        VmaNode node{id, state.vmas.at(id), {}, false, false};
        if (node.vma.ops) {
            const machine::VmOps& ops = state.vmOps.at(*node.vma.ops);
            node.opsName = ops.name;
            node.hasFault = ops.fault != machine::FaultHandler::None;
            node.hasHugeFault = ops.hugeFault.present;
        }
        nodes.push_back(std::move(node));
    }
    return nodes;
}

void addTables(TableGraph& graph, const State& state) {
    for (const auto& [frame, table] : state.tables) {
        if (table.state == machine::TableState::Deposited)
            continue; // its place is the dock of its owner
        const auto mm = state.mms.find(table.mm);
        const bool isRoot = mm != state.mms.end() && mm->second.pgd == frame;
        const bool inTree = isRoot || table.state == machine::TableState::Linked;
        auto& list = inTree ? graph.tree : graph.loose;
        list.push_back({keyOf(table), frame, table.state, table.parent, table.index, isRoot, 0, 0});
    }
    std::sort(graph.tree.begin(), graph.tree.end(), byKeyAndFrame);
    std::sort(graph.loose.begin(), graph.loose.end(), byKeyAndFrame);
    for (TableNode& node : graph.tree) {
        node.firstRun = static_cast<std::uint32_t>(graph.runs.size());
        appendRuns(graph.runs, state.memory.frame(node.frame).first(graph.geometry.entriesPerTable()),
                   node.key.level, graph.geometry);
        node.runCount = static_cast<std::uint32_t>(graph.runs.size()) - node.firstRun;
    }
}

std::uint64_t framesMapped(const TableGraph& graph, const MappedRange& range) {
    return range.range.size() / Bytes(1ULL << graph.geometry.pageShift);
}

bool continues(const TableGraph& graph, const MappedRange& before, const MappedRange& next) {
    const Word flags = ~hw::x86_64::kAddress;
    return before.mm == next.mm && before.level == next.level && before.range.end == next.range.start &&
           before.device == next.device && (before.word & flags) == (next.word & flags) &&
           before.target + framesMapped(graph, before) == next.target;
}

/// Leaf runs of every level, put in order of address and joined across tables.
void addMappings(TableGraph& graph, const State& state) {
    std::vector<MappedRange> found;
    for (const TableNode& node : graph.tree) {
        const Bytes span = graph.geometry.entrySpan(node.key.level);
        for (const EntryRun& run : graph.runsOf(node)) {
            if (run.meaning != EntryMeaning::Leaf)
                continue;
            const bool single = run.contiguous() || run.count == 1;
            for (unsigned i = 0; i < (single ? 1U : run.count); ++i) {
                const VirtAddr start = node.key.base + span * (run.first + i);
                found.push_back({node.key.mm,
                                 {start, start + span * (single ? run.count : 1U)},
                                 node.key.level,
                                 run.target,
                                 !state.config.frames.isRam(run.target),
                                 run.word});
            }
        }
    }
    std::sort(found.begin(), found.end(), [](const MappedRange& a, const MappedRange& b) {
        return std::tie(a.mm, a.range) < std::tie(b.mm, b.range);
    });
    for (const MappedRange& range : found) {
        if (!graph.mapped.empty() && continues(graph, graph.mapped.back(), range))
            graph.mapped.back().range.end = range.range.end;
        else
            graph.mapped.push_back(range);
    }
}

/// Which address space a CPU runs: the one whose root its CR3 holds.
std::optional<MmId> mmOn(const State& state, const machine::Cpu& cpu) {
    const Pfn root = PhysAddr(cpu.registers.cr3 & hw::x86_64::kAddress).frame();
    for (const auto& [id, mm] : state.mms)
        if (mm.pgd == root)
            return id;
    return std::nullopt;
}

void addStale(TableGraph& graph, const State& state) {
    for (std::uint32_t i = 0; i < state.cpus.size(); ++i) {
        const auto mm = mmOn(state, state.cpus[i]);
        if (!mm)
            continue;
        const machine::CpuId cpu(i);
        for (const machine::StaleTranslation& stale : machine::staleTranslations(state, cpu)) {
            const VirtAddr page = stale.entry.page;
            graph.stale.push_back({*mm, {page, page + state.cpus[i].tlb.span(stale.entry)}, cpu});
        }
    }
}

} // namespace

void appendRuns(std::vector<EntryRun>& runs, std::span<const Word> words, hw::Level level,
                const hw::Geometry& geometry) {
    const unsigned depth = geometry.depth(level);
    const Word span = geometry.entrySpan(level).raw();
    const auto count = static_cast<unsigned>(words.size());
    for (unsigned i = 0; i < count;) {
        const Word word = words[i];
        if (word == 0) {
            ++i;
            continue;
        }
        const auto kind = hw::x86_64::kindOf(word, depth);
        EntryRun run{static_cast<std::uint16_t>(i), 1, EntryMeaning::Soft, word, 0, {}};
        if (kind != hw::x86_64::EntryKind::NotPresent) {
            run.meaning = kind == hw::x86_64::EntryKind::Table ? EntryMeaning::Table : EntryMeaning::Leaf;
            run.target = hw::x86_64::addressIn(word, depth, geometry).frame();
        }
        const Word step = i + 1 < count ? words[i + 1] - word : 1;
        const Word next = run.meaning == EntryMeaning::Soft ? softStep(word, level, geometry) : span;
        if (run.meaning != EntryMeaning::Table && (step == 0 || step == next)) {
            unsigned end = i + 2;
            while (end < count && words[end] == word + (end - i) * step)
                ++end;
            run.count = static_cast<std::uint16_t>(end - i);
            run.step = step;
        }
        runs.push_back(run);
        i += run.count;
    }
}

std::span<const TableNode> TableGraph::find(const TableKey& key) const {
    const auto first = std::lower_bound(
        tree.begin(), tree.end(), key, [](const TableNode& node, const TableKey& k) { return node.key < k; });
    auto last = first;
    while (last != tree.end() && last->key == key)
        ++last;
    return {first, last};
}

std::span<const TableNode> TableGraph::within(MmId mm, hw::Level level, const VirtRange& range) const {
    const auto before = [](const TableNode& node, const TableKey& k) { return node.key < k; };
    const auto first = std::lower_bound(tree.begin(), tree.end(), TableKey{mm, level, range.start}, before);
    // The end of the last table is the end of the address space: 0.
    const VirtAddr last = range.end - Bytes(1);
    return {first, std::upper_bound(first, tree.end(), TableKey{mm, level, last},
                                    [](const TableKey& k, const TableNode& node) { return k < node.key; })};
}

const TableNode* TableGraph::tableAt(Pfn frame) const {
    const auto found = std::lower_bound(byFrame.begin(), byFrame.end(), frame,
                                        [&](std::uint32_t i, Pfn f) { return tree[i].frame < f; });
    return found != byFrame.end() && tree[*found].frame == frame ? &tree[*found] : nullptr;
}

const DepositDock* TableGraph::dockOf(const machine::DepositOwner& owner) const {
    const auto found = std::find_if(docks.begin(), docks.end(),
                                    [&](const DepositDock& dock) { return dock.owner == owner; });
    return found == docks.end() ? nullptr : &*found;
}

std::span<const MappedRange> TableGraph::mappedIn(MmId mm) const {
    const auto less = [](const MappedRange& range, MmId id) { return range.mm < id; };
    const auto first = std::lower_bound(mapped.begin(), mapped.end(), mm, less);
    auto last = first;
    while (last != mapped.end() && last->mm == mm)
        ++last;
    return {first, last};
}

TableGraph snapshotGraph(const State& state) {
    TableGraph graph;
    graph.geometry = state.geometry();
    graph.spaces = spacesOf(state);
    graph.vmas = vmasOf(state);
    addStale(graph, state);
    addTables(graph, state);
    graph.byFrame.resize(graph.tree.size());
    std::iota(graph.byFrame.begin(), graph.byFrame.end(), 0U);
    std::sort(graph.byFrame.begin(), graph.byFrame.end(),
              [&](std::uint32_t a, std::uint32_t b) { return graph.tree[a].frame < graph.tree[b].frame; });
    for (const auto& [owner, ring] : state.deposits)
        graph.docks.push_back(
            {owner,
             {ring.begin(), ring.end()},
             owner.pmdTable ? !state.tables.contains(*owner.pmdTable) : !state.mms.contains(owner.mm)});
    markReachable(graph);
    addMappings(graph, state);
    return graph;
}

} // namespace pfnscope::view
