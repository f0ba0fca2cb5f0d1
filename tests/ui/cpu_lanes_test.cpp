// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/cpu_lanes.h"
#include "scenario/reader.h"
#include "scenario/runner.h"
#include "session/lock_step.h"

#include <gtest/gtest.h>

namespace pfnscope::ui {
namespace {

std::unique_ptr<scenario::Run> runUnder(std::string_view option) {
    const option::Catalogue catalogue = option::Catalogue::shipped();
    const auto read = scenario::readScenario(
        "title: t\ndrivers:\n  mem: {pfn: 0x200000, fault: pte, huge_fault: pmd}\nsteps:\n"
        "  - mmap: {name: bar, at: 0x7f0000000000, size: 4M, driver: mem}\n"
        "  - touch: {at: bar}\n"
        "  - overlap:\n"
        "      operations:\n"
        "        - {cpu: 0, munmap: {at: bar + 1M, size: 4K}}\n"
        "        - {cpu: 1, unmap_mapping_range: {file: mem}}\n"
        "      schedule: [cpu0 3, cpu1 2, cpu0 1, cpu1]\n",
        "s.yaml", catalogue);
    EXPECT_TRUE(read) << (read ? "" : toText(read.error()));
    return std::move(*scenario::run(*read, **catalogue.find(option)));
}

const machine::Call& operationOf(const scenario::Run& run, std::size_t step) {
    const machine::Journal& journal = run.machine.journal();
    return journal.call(journal.operations()[*run.resultsOf(step).front().journalOperation]);
}

/// What the machine itself says of who holds which locks.
QStringList holdersOf(const machine::State& state, std::size_t cpus) {
    QStringList lines;
    for (std::uint32_t cpu = 0; cpu < cpus; ++cpu) {
        HeldLocks held;
        for (const auto& [lock, all] : state.locks)
            for (const machine::LockHolder& holder : all)
                if (holder.cpu == machine::CpuId(cpu))
                    held.emplace(lock, holder.mode);
        lines << QStringLiteral("CPU%1 holds %2")
                     .arg(cpu)
                     .arg(held.empty() ? QStringLiteral("no lock") : fullNames(held));
    }
    return lines;
}

} // namespace

TEST(CpuLanes, AtEveryMomentTheyHoldTheMachinesLocks) {
    const auto run = runUnder("mainline");
    const machine::Call& overlap = operationOf(*run, 2);
    const std::vector<CpuLane> lanes = cpuLanes(run->machine.journal(), overlap);
    ASSERT_EQ(lanes.size(), 2U);
    bool bothHold = false;
    for (machine::Position at = overlap.first; at < overlap.last; ++at) {
        run->machine.moveTo(at);
        ASSERT_EQ(holders(lanes, at), holdersOf(run->machine.state(), 2)) << at;
        bothHold = bothHold || !holders(lanes, at).join(u' ').contains(QStringLiteral("no lock"));
    }
    EXPECT_TRUE(bothHold) << "the schedule has them at work at once";
}

TEST(CpuLanes, OperationsOneAfterAnotherHaveNone) {
    const auto run = runUnder("mainline");
    EXPECT_TRUE(cpuLanes(run->machine.journal(), operationOf(*run, 1)).empty());
    EXPECT_EQ(mostCpuLanes(run->machine.journal()), 2U);
}

TEST(CpuLanes, TheOtherColumnGoesAlongThroughAStepThatOverlaps) {
    const auto run = runUnder("mainline");
    const auto other = runUnder("A");
    const machine::Call& overlap = operationOf(*run, 2);
    const machine::Call& theirs = operationOf(*other, 2);
    machine::Position last = theirs.first;
    for (machine::Position at = overlap.first + 1; at <= overlap.last; ++at) {
        const machine::Position there = lockStep(run->machine.journal(), overlap.operation, at,
                                                 other->machine.journal(), theirs.operation);
        EXPECT_GE(there, theirs.first);
        EXPECT_LE(there, theirs.last);
        last = there;
    }
    EXPECT_EQ(last, theirs.last);
}

} // namespace pfnscope::ui
