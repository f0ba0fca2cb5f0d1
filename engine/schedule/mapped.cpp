// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule/mapped.h"

#include "hw/x86_64.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::schedule {
namespace {

using hw::x86_64::EntryKind;

class Collector {
public:
    Collector(const machine::State& state, std::vector<MappedRun>& into) : state_(state), into_(into) {}

    void table(Pfn frame, hw::Level level, VirtAddr base) {
        if (!state_.memory.isWritten(frame))
            return;
        const hw::Geometry& geometry = state_.geometry();
        const unsigned depth = geometry.depth(level);
        const auto words = state_.memory.frame(frame);
        for (unsigned i = 0; i < geometry.entriesPerTable(); ++i) {
            const Word entry = words[i];
            if ((entry & hw::x86_64::kP) == 0)
                continue;
            const VirtAddr at = base + Bytes(geometry.entrySpan(level).raw() * i);
            const PhysAddr to = hw::x86_64::addressIn(entry, depth, geometry);
            if (hw::x86_64::kindOf(entry, depth) == EntryKind::Table)
                table(to.frame(), geometry.below(level), at);
            else
                leaf({at, at + geometry.entrySpan(level)}, to.frame(), (entry & hw::x86_64::kRw) != 0);
        }
    }

private:
    void leaf(VirtRange range, Pfn frame, bool writable) {
        const Pfn named = state_.config.frames.isRam(frame) ? Pfn(0) : frame;
        if (!into_.empty()) {
            MappedRun& last = into_.back();
            const bool goesOn =
                last.range.end == range.start && last.writable == writable &&
                (named == Pfn(0) ? last.frame == Pfn(0)
                                 : last.frame != Pfn(0) && last.frame + last.range.size().pages() == named);
            if (goesOn) {
                last.range.end = range.end;
                return;
            }
        }
        into_.push_back({range, named, writable});
    }

    const machine::State& state_;
    std::vector<MappedRun>& into_;
};

/// Numbers that are handed out, and counts of work, are no difference that a program could complain of.
mm::Outcome plain(const mm::Operation& operation, mm::Outcome outcome) {
    outcome.faults = 0;
    outcome.handlerCalls = {};
    outcome.failuresLeft = 0;
    outcome.oops.reset();
    if (std::holds_alternative<mm::Fork>(operation.action))
        outcome.value = outcome.ok() ? 1 : 0;
    return outcome;
}

std::string text(const MappedRun& run) {
    return fmt::format("{} to {} {}{}", toText(run.range.start), toText(run.range.end),
                       run.frame == Pfn(0) ? std::string("RAM") : fmt::format("frame {:#x}", run.frame.raw()),
                       run.writable ? ", writable" : "");
}

std::string_view answer(const mm::Outcome& outcome) {
    if (outcome.signal != mm::Signal::None)
        return mm::name(outcome.signal);
    return outcome.error == mm::Errno::None ? std::string_view("with another value")
                                            : mm::name(outcome.error);
}

bool mayAlways(const mm::Operation& operation, const mm::Outcome& outcome) {
    return std::holds_alternative<mm::GupFast>(operation.action) && outcome.error == mm::Errno::Again;
}

const std::vector<MappedRun>& runsOf(const Visible& of, machine::Pid pid) {
    static const std::vector<MappedRun> kNone;
    const auto found = of.mapped.find(pid);
    return found == of.mapped.end() ? kNone : found->second;
}

/// Is the page at `at` mapped in `runs` as `run` maps it, with at least its rights?
bool mapsLike(const std::vector<MappedRun>& runs, const MappedRun& run, VirtAddr at) {
    return std::any_of(runs.begin(), runs.end(), [&](const MappedRun& other) {
        const bool sameFrame = run.frame == Pfn(0) ? other.frame == Pfn(0)
                                                   : other.frame != Pfn(0) && other.range.contains(at) &&
                                                         other.frame + (at - other.range.start).pages() ==
                                                             run.frame + (at - run.range.start).pages();
        return other.range.contains(at) && sameFrame && (other.writable || !run.writable);
    });
}

bool isMapped(const std::vector<MappedRun>& runs, VirtAddr at) {
    return std::any_of(runs.begin(), runs.end(),
                       [&](const MappedRun& run) { return run.range.contains(at); });
}

/// Where runs begin or end in any of these: between two such places all pages are alike.
std::vector<VirtAddr> boundaries(const Visible& end, const std::vector<Visible>& orders, machine::Pid pid) {
    std::vector<VirtAddr> places;
    const auto add = [&](const Visible& of) {
        for (const MappedRun& run : runsOf(of, pid)) {
            places.push_back(run.range.start);
            places.push_back(run.range.end);
        }
    };
    add(end);
    std::for_each(orders.begin(), orders.end(), add);
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return places;
}

std::string unlikeAnyMap(const Visible& end, const std::vector<Visible>& orders, machine::Pid pid) {
    const std::vector<VirtAddr> places = boundaries(end, orders, pid);
    for (const MappedRun& run : runsOf(end, pid))
        for (const VirtAddr at : places)
            if (run.range.contains(at) &&
                std::none_of(orders.begin(), orders.end(),
                             [&](const Visible& order) { return mapsLike(runsOf(order, pid), run, at); }))
                return fmt::format("process {} maps {}", pid.raw(), text(run));
    for (const VirtAddr at : places)
        if (!isMapped(runsOf(end, pid), at) &&
            std::all_of(orders.begin(), orders.end(),
                        [&](const Visible& order) { return isMapped(runsOf(order, pid), at); }))
            return fmt::format("process {} does not map {}", pid.raw(), toText(at));
    return {};
}

} // namespace

std::string unlikeAny(const Visible& end, const std::vector<Visible>& orders,
                      const std::vector<mm::Operation>& operations) {
    for (std::size_t i = 0; i < operations.size(); ++i)
        if (!mayAlways(operations[i], end.outcomes[i]) &&
            std::none_of(orders.begin(), orders.end(),
                         [&](const Visible& order) { return order.outcomes[i] == end.outcomes[i]; }))
            return fmt::format("{} answers {}", mm::name(operations[i].action), answer(end.outcomes[i]));
    for (const auto& [pid, runs] : end.mapped)
        if (std::string words = unlikeAnyMap(end, orders, pid); !words.empty())
            return words;
    return {};
}

std::vector<MappedRun> mappedRuns(const machine::State& state, machine::MmId mm) {
    std::vector<MappedRun> runs;
    Collector(state, runs).table(state.mms.at(mm).pgd, state.geometry().top(), VirtAddr(0));
    return runs;
}

Visible visible(const machine::State& state, const std::vector<mm::Operation>& operations,
                const std::vector<mm::Outcome>& outcomes) {
    Visible seen;
    for (std::size_t i = 0; i < operations.size(); ++i)
        seen.outcomes.push_back(plain(operations[i], outcomes[i]));
    for (const auto& [pid, process] : state.processes)
        if (process.mm && state.mms.contains(*process.mm))
            seen.mapped.emplace(pid, mappedRuns(state, *process.mm));
    return seen;
}

} // namespace pfnscope::schedule
