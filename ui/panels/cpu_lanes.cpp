// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/cpu_lanes.h"

#include "models/text.h"
#include "scenario/runner.h"
#include "schedule/listing.h"

#include <set>

namespace pfnscope::ui {

namespace {

using machine::CpuId;
using machine::Position;

/// Follows one CPU's locks through the operation.
class Follower {
public:
    Follower(CpuId cpu, Position first) : lane_{cpu, {}}, from_(first) {}

    void take(const machine::LockTaken& taken, Position at) {
        close(at);
        held_.insert_or_assign(taken.lock, taken.holder.mode);
    }
    void release(const machine::LockReleased& released, Position at) {
        close(at);
        held_.erase(released.lock);
    }
    /// Until `at` it holds what it holds.
    void close(Position at) {
        if (!held_.empty() && at > from_)
            lane_.spans.push_back({from_, at, held_});
        from_ = at;
    }
    const CpuLane& lane() const { return lane_; }

private:
    CpuLane lane_;
    Position from_;
    HeldLocks held_;
};

QString names(const HeldLocks& held, bool full) {
    QStringList words;
    for (const auto& [lock, mode] : held) {
        const bool reads = mode == machine::LockMode::Read;
        const QString name = qt(schedule::wordsOf(lock));
        words << (full ? name : name.section(u' ', 0, 0)) + (!reads ? QString()
                                                             : full ? QStringLiteral(" (read)")
                                                                    : QStringLiteral(" r"));
    }
    return words.join(QStringLiteral(", "));
}

} // namespace

std::vector<CpuLane> cpuLanes(const machine::Journal& journal, const machine::Call& operation) {
    if (operation.function != scenario::kOverlap)
        return {};
    std::map<CpuId, Follower> followers;
    const auto follower = [&](CpuId cpu) -> Follower& {
        return followers.try_emplace(cpu, cpu, operation.first).first->second;
    };
    for (Position at = operation.first; at < operation.last; ++at) {
        follower(journal.call(journal.callOf(at)).cpu);
        const machine::Delta& delta = journal.deltas()[at];
        if (const auto* taken = std::get_if<machine::LockTaken>(&delta))
            follower(taken->holder.cpu).take(*taken, at + 1);
        else if (const auto* released = std::get_if<machine::LockReleased>(&delta))
            follower(released->holder.cpu).release(*released, at + 1);
    }
    std::vector<CpuLane> lanes;
    for (auto& [cpu, each] : followers) {
        each.close(operation.last);
        lanes.push_back(each.lane());
    }
    return lanes;
}

std::size_t mostCpuLanes(const machine::Journal& journal) {
    std::map<std::uint32_t, std::set<CpuId>> cpus; // of the operations that hold overlapping ones
    for (const machine::Call& call : journal.calls())
        if (call.parent && journal.call(journal.operations()[call.operation]).function == scenario::kOverlap)
            cpus[call.operation].insert(call.cpu);
    std::size_t most = 0;
    for (const auto& [operation, each] : cpus)
        most = std::max(most, each.size());
    return most;
}

QString shortNames(const HeldLocks& held) {
    return names(held, false);
}

QString fullNames(const HeldLocks& held) {
    return names(held, true);
}

QStringList holders(const std::vector<CpuLane>& lanes, Position at) {
    QStringList lines;
    for (const CpuLane& lane : lanes) {
        const auto span = std::find_if(lane.spans.begin(), lane.spans.end(), [at](const LockSpan& each) {
            return each.from <= at && at < each.to;
        });
        lines << QStringLiteral("CPU%1 holds %2")
                     .arg(lane.cpu.raw())
                     .arg(span == lane.spans.end() ? QStringLiteral("no lock") : fullNames(span->held));
    }
    return lines;
}

} // namespace pfnscope::ui
