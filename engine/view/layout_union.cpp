// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/x86_64.h"
#include "view/layout.h"

#include <algorithm>
#include <variant>

namespace pfnscope::view {
namespace {

using namespace machine;

/// A table's words as runs, kept up to date write by write: enough to know how many rows it needs.
class RunList {
public:
    void fill(const WordRun& run, Word span) {
        cutOut(run.first, run.first + run.count);
        if (run.value == 0 && run.step == 0)
            return;
        const auto after =
            std::find_if(runs_.begin(), runs_.end(), [&](const WordRun& r) { return r.first > run.first; });
        const auto placed = runs_.insert(after, run);
        const std::size_t at = static_cast<std::size_t>(placed - runs_.begin());
        if (at + 1 < runs_.size())
            join(at, span);
        if (at > 0)
            join(at - 1, span);
    }
    std::size_t size() const { return runs_.size(); }

private:
    static WordRun part(const WordRun& run, unsigned first, unsigned end) {
        return {static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(end - first),
                run.value + (first - run.first) * run.step, run.step};
    }
    void cutOut(unsigned first, unsigned end) {
        std::vector<WordRun> kept;
        for (const WordRun& run : runs_) {
            const unsigned runEnd = run.first + run.count;
            if (run.first < std::min(runEnd, first))
                kept.push_back(part(run, run.first, std::min(runEnd, first)));
            if (std::max<unsigned>(run.first, end) < runEnd)
                kept.push_back(part(run, std::max<unsigned>(run.first, end), runEnd));
        }
        runs_ = std::move(kept);
    }
    /// Joins run `at` with the next if together they are what one row shows.
    void join(std::size_t at, Word span) {
        WordRun& left = runs_[at];
        const WordRun& right = runs_[at + 1];
        if (left.first + left.count != right.first)
            return;
        const Word step = right.value - (left.value + (left.count - 1U) * left.step);
        const bool fits = (left.count == 1 || left.step == step) && (right.count == 1 || right.step == step);
        if (!fits || (step != 0 && step != span))
            return;
        left.step = step;
        left.count = static_cast<std::uint16_t>(left.count + right.count);
        runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    }
    std::vector<WordRun> runs_;
};

std::uint64_t mix(std::uint64_t value, std::uint64_t with) {
    value ^= with + 0x9e3779b97f4a7c15ULL + (value << 6) + (value >> 2);
    return value * 0xff51afd7ed558ccdULL;
}

Word flagsIn(Word word) {
    return word & ~hw::x86_64::kAddress;
}

} // namespace

/// Reads a history once, with the tables as they stand at each delta.
class HistoryReader {
public:
    HistoryReader(LayoutUnion& all, const hw::Geometry& geometry) : all_(all), geometry_(geometry) {}

    void take(const Delta& delta) {
        std::visit([this](const auto& fact) { on(fact); }, delta);
    }
    /// A table that is like all others in one history may be the odd one of another.
    void finish() {
        for (const auto& [key, story] : stories_)
            all_.table(key).story = mix(all_.table(key).story, story);
    }

private:
    struct Live {
        PageTable table;
        RunList runs;
        std::uint64_t story = 0;
    };

    template <class Other> void on(const Other&) {}

    void on(const EntryWritten& write) {
        changed(write.frame, {write.index, 1, write.after, 0},
                mix(flagsIn(write.before), flagsIn(write.after)));
    }
    void on(const EntriesFilled& fill) {
        changed(fill.frame, fill.run, mix(flagsIn(fill.run.value), fill.run.step));
    }
    void changed(Pfn frame, const WordRun& run, std::uint64_t what) {
        const auto found = live_.find(frame);
        if (found == live_.end())
            return;
        Live& live = found->second;
        live.runs.fill(run, geometry_.entrySpan(live.table.level).raw());
        live.story = mix(mix(live.story, what), (std::uint64_t{run.first} << 16) | run.count);
        noteRows(live);
    }

    void on(const TableAllocated& made) {
        live_[made.frame].table = made.table;
        enter(live_[made.frame]);
    }
    void on(const TableFreed& freed) {
        const auto found = live_.find(freed.frame);
        if (found == live_.end())
            return;
        leave(found->second);
        // What is still in its ring hangs on nothing from now on.
        const std::uint32_t left = rings_[Place(freed.frame, freed.table.mm)];
        live_.erase(found);
        noteLoose(freed.table.mm, left);
    }
    void on(const TableLinked& linked) { move(linked.frame, linked.after); }
    void on(const TableDeposited& deposited) {
        PageTable after = deposited.before;
        after.state = TableState::Deposited;
        move(deposited.table, after);
        ++rings_[placeOf(deposited.owner)];
        noteDock(deposited.owner);
    }
    void on(const TableWithdrawn& withdrawn) {
        PageTable after = withdrawn.before;
        after.state = TableState::Detached;
        move(withdrawn.table, after);
        --rings_[placeOf(withdrawn.owner)];
    }
    void on(const VmaChanged& vma) {
        const auto& change = *vma.change;
        if (change.before)
            --vmas_[change.before->mm];
        if (change.after) {
            auto& space = all_.spaces_[change.after->mm];
            space.vmas = std::max(space.vmas, ++vmas_[change.after->mm]);
        }
    }
    void on(const MmChanged& mm) { all_.spaces_[mm.key]; }

    static bool isInTree(const PageTable& table) {
        return table.state == TableState::Linked || table.level == hw::Level::Pgd;
    }
    static TableKey keyOf(const PageTable& table) { return {table.mm, table.level, table.base}; }

    void move(Pfn frame, const PageTable& after) {
        const auto found = live_.find(frame);
        if (found == live_.end())
            return;
        leave(found->second);
        found->second.table = after;
        enter(found->second);
        if (after.state == TableState::Linked && after.level == hw::Level::Pmd)
            noteDock(DepositOwner{.pmdTable = frame, .mm = after.mm});
    }
    void enter(Live& live) {
        if (isInTree(live.table)) {
            auto& table = all_.table(keyOf(live.table));
            table.twins = std::max(table.twins, ++linked_[keyOf(live.table)]);
            noteRows(live);
        } else if (live.table.state == TableState::Detached) {
            noteLoose(live.table.mm, 1);
        }
    }
    void noteLoose(MmId mm, std::uint32_t more) {
        auto& space = all_.spaces_[mm];
        space.loose = std::max(space.loose, loose_[mm] += more);
    }
    void leave(const Live& live) {
        if (isInTree(live.table))
            --linked_[keyOf(live.table)];
        else if (live.table.state == TableState::Detached)
            --loose_[live.table.mm];
    }
    void noteRows(const Live& live) {
        if (!isInTree(live.table))
            return;
        auto& table = all_.table(keyOf(live.table));
        table.runs = std::max(table.runs, static_cast<std::uint32_t>(live.runs.size()));
        stories_[keyOf(live.table)] = mix(live.story, live.runs.size());
    }
    using Place = std::pair<std::optional<Pfn>, MmId>;
    static Place placeOf(const DepositOwner& owner) { return {owner.pmdTable, owner.mm}; }

    void noteDock(const DepositOwner& owner) {
        TableKey key{owner.mm, hw::Level::Pgd, {}};
        if (owner.pmdTable) {
            const auto found = live_.find(*owner.pmdTable);
            if (found == live_.end())
                return;
            key = keyOf(found->second.table);
        }
        auto& table = all_.table(key);
        table.deposited = std::max(table.deposited, rings_[placeOf(owner)]);
    }

    LayoutUnion& all_;
    hw::Geometry geometry_;
    std::map<Pfn, Live> live_;
    std::map<TableKey, std::uint32_t> linked_;
    std::map<Place, std::uint32_t> rings_; ///< slots of one PMD table count together
    std::map<MmId, std::uint32_t> vmas_;
    std::map<MmId, std::uint32_t> loose_;
    std::map<TableKey, std::uint64_t> stories_;
};

LayoutUnion::Table& LayoutUnion::table(const TableKey& key) {
    spaces_[key.mm];
    return tables_[key];
}

void LayoutUnion::addHistory(const Journal& journal, const hw::Geometry& geometry) {
    constexpr std::uint32_t kRangesAlwaysShown = 4;
    geometry_ = geometry;
    HistoryReader reader(*this, geometry);
    for (const Delta& delta : journal.deltas())
        reader.take(delta);
    reader.finish();
    for (auto& [mm, space] : spaces_)
        space.ranges = kRangesAlwaysShown;
}

void LayoutUnion::addSnapshot(const TableGraph& now, const TableGraph* before) {
    geometry_ = now.geometry;
    const auto addTables = [this](const TableGraph& graph) {
        for (std::size_t i = 0, twin = 0; i < graph.tree.size(); ++i) {
            const TableNode& node = graph.tree[i];
            twin = i > 0 && graph.tree[i - 1].key == node.key ? twin + 1 : 0;
            Table& entry = table(node.key);
            entry.runs += node.runCount;
            entry.twins = std::max(entry.twins, static_cast<std::uint32_t>(twin + 1));
            for (const EntryRun& run : graph.runsOf(node))
                entry.story =
                    mix(mix(entry.story, flagsIn(run.word)), (std::uint64_t{run.first} << 16) | run.count);
        }
    };
    const auto addRest = [this](const TableGraph& graph) {
        std::map<MmId, Space> found;
        for (const VmaNode& vma : graph.vmas)
            ++found[vma.vma.mm].vmas;
        for (const TableNode& node : graph.loose)
            ++found[node.key.mm].loose;
        for (const MappedRange& range : graph.mapped)
            ++found[range.mm].ranges;
        for (const SpaceNode& space : graph.spaces)
            found[space.mm];
        for (const DepositDock& dock : graph.docks)
            found[dock.owner.mm].loose += dock.orphaned ? static_cast<std::uint32_t>(dock.tables.size()) : 0U;
        for (const auto& [mm, count] : found) {
            Space& space = spaces_[mm];
            space.vmas += count.vmas;
            space.loose += count.loose;
            space.ranges = std::max(space.ranges, count.ranges);
        }
        for (const DepositDock& dock : graph.docks) {
            if (dock.orphaned)
                continue;
            const TableNode* pmd = dock.owner.pmdTable ? graph.tableAt(*dock.owner.pmdTable) : nullptr;
            Table& entry = table(pmd != nullptr ? pmd->key : TableKey{dock.owner.mm, hw::Level::Pgd, {}});
            entry.deposited += static_cast<std::uint32_t>(dock.tables.size());
        }
    };
    for (const TableGraph* graph : {&now, before})
        if (graph != nullptr) {
            addTables(*graph);
            addRest(*graph);
        }
}

} // namespace pfnscope::view
