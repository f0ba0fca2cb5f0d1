// SPDX-License-Identifier: GPL-3.0-or-later
#include "dump/dump_machine.h"

#include "hw/x86_64.h"

#include <algorithm>
#include <map>
#include <set>

namespace pfnscope::dump {
namespace {

namespace bits = hw::x86_64;
using hw::Level;

constexpr std::size_t kMostTables = 131'072; // as many as a run may have
constexpr Word kUpperRights = bits::kP | bits::kRw | bits::kUs | bits::kA;

class TreeBuilder {
public:
    TreeBuilder(machine::Machine& machine, const PageDump& dump) : machine_(machine) {
        for (const DumpedTable& table : dump.tables) {
            known_.try_emplace({table.level, table.base}, table);
            taken_.insert(table.frame);
        }
    }

    bool makeRoot(const std::string& name) {
        const auto frame = frameFor(Level::Pgd, VirtAddr());
        if (!frame)
            return false;
        machine_.commit(machine::TableAllocated{*frame, {Level::Pgd, kDumpedMm}});
        machine_.put(kDumpedMm, machine::Mm{*frame});
        machine_.put(machine::Pid(1), machine::Process{name, kDumpedMm, {}, {}});
        return true;
    }

    /// False: there are no frames left for tables.
    bool write(const DumpedRun& run) {
        const hw::Geometry& geometry = machine_.state().geometry();
        const Bytes span = geometry.entrySpan(run.level);
        for (std::uint64_t done = 0; done < run.count;) {
            const VirtAddr at = run.start + span * done;
            const auto table = tableFor(at, run.level);
            if (!table)
                return false;
            const unsigned index = geometry.index(at, run.level);
            const auto count = static_cast<std::uint16_t>(
                std::min<std::uint64_t>(geometry.entriesPerTable() - index, run.count - done));
            machine_.fillEntries(
                *table, {static_cast<std::uint16_t>(index), count, run.word + run.step * done, run.step});
            done += count;
        }
        return true;
    }

private:
    std::optional<Pfn> frameFor(Level level, VirtAddr base) {
        if (const auto known = known_.find({level, base}); known != known_.end())
            return known->second.frame;
        auto frame = machine_.allocateFrames(0);
        while (frame && taken_.contains(*frame))
            frame = machine_.allocateFrames(0);
        return frame;
    }

    std::optional<Pfn> tableFor(VirtAddr at, Level wanted) {
        const machine::State& state = machine_.state();
        const hw::Geometry& geometry = state.geometry();
        Pfn table = state.mms.at(kDumpedMm).pgd;
        for (Level level = Level::Pgd; level != wanted; level = geometry.below(level)) {
            const Word word = state.memory.read(table, geometry.index(at, level));
            if (bits::kindOf(word, geometry.depth(level)) == bits::EntryKind::Table) {
                table = PhysAddr(word & bits::kAddress).frame();
                continue;
            }
            const auto made = makeTable(table, level, at);
            if (!made)
                return std::nullopt;
            table = *made;
        }
        return table;
    }

    std::optional<Pfn> makeTable(Pfn parent, Level above, VirtAddr at) {
        const hw::Geometry& geometry = machine_.state().geometry();
        const Level level = geometry.below(above);
        const VirtAddr base = at.alignedDown(geometry.tableSpan(level));
        const auto frame = frameFor(level, base);
        if (!frame || machine_.state().tables.size() >= kMostTables ||
            machine_.state().tableAt(*frame) != nullptr)
            return std::nullopt;
        const auto known = known_.find({level, base});
        const Word link = known != known_.end() && known->second.link != 0
                              ? known->second.link
                              : PhysAddr(*frame).raw() | kUpperRights;
        const auto index = static_cast<std::uint16_t>(geometry.index(at, above));
        machine_.commit(machine::TableAllocated{
            *frame, {level, kDumpedMm, machine::TableState::Linked, base, parent, index}});
        machine_.writeEntry(parent, index, link);
        machine_.moveCounter(kDumpedMm, machine::Counter::PgtablesBytes,
                             static_cast<std::int64_t>(kPageSize.raw()));
        return frame;
    }

    machine::Machine& machine_;
    std::map<std::pair<Level, VirtAddr>, DumpedTable> known_;
    std::set<Pfn> taken_;
};

/// As many tables as the entries alone need at least, so that what is far too much is refused at once.
std::uint64_t tablesFor(const PageDump& dump) {
    std::uint64_t tables = 0;
    for (const DumpedRun& run : dump.runs)
        tables += run.count / dump.geometry.entriesPerTable();
    return tables;
}

} // namespace

Result<std::unique_ptr<machine::Machine>> machineOf(const PageDump& dump, const std::string& name) {
    machine::MachineConfig config;
    config.geometry = dump.geometry;
    auto made = std::make_unique<machine::Machine>(config);
    const auto scope = made->enter("dump");
    TreeBuilder builder(*made, dump);
    bool fits = tablesFor(dump) <= kMostTables && builder.makeRoot(name);
    for (const DumpedRun& run : dump.runs)
        fits = fits && builder.write(run);
    if (!fits)
        return fail({ErrorKind::Limit,
                     {},
                     "more tables than a machine can hold",
                     std::to_string(kMostTables) + " tables, each in a frame of its own"});
    return made;
}

} // namespace pfnscope::dump
