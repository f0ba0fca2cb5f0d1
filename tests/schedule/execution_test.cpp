// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/mmu.h"
#include "schedule/desk.h"

using namespace pfnscope;
using namespace pfnscope::schedule;
using namespace pfnscope::schedule::test;

namespace {

constexpr VirtAddr kMap{0x100000000000};
constexpr Bytes kSlot{2 << 20};
const Actor kCpu0{ActorKind::Operation, machine::CpuId(0)};
const Actor kCpu1{ActorKind::Operation, machine::CpuId(1)};
const Actor kInterrupt1{ActorKind::Interrupt, machine::CpuId(1)};

} // namespace

TEST(Execution, OneAfterTheOtherEndsAsWithoutAScheduler) {
    for (const Situation& situation : situations())
        for (const mm::Action& one : situation.overlapping) {
            const auto operations = overlap(one, situation.overlapping.front());
            Desk apart("mainline", situation.before);
            std::vector<mm::Outcome> outcomes;
            for (const mm::Operation& operation : operations)
                outcomes.push_back(apart.kernel.run(operation));
            Desk together("mainline", situation.before);
            {
                Execution execution(together.kernel, together.machine, operations);
                while (!execution.isDone(0)) // answering what it asks of the other CPU, and nothing else
                    execution.step(execution.isEnabled(kCpu0) ? kCpu0 : kInterrupt1);
                follow(execution, {});
                ASSERT_TRUE(execution.isFinished());
                EXPECT_TRUE(execution.outcomes() == outcomes) << describe(one);
            }
            EXPECT_EQ(machine::stateHash(together.machine.state()), machine::stateHash(apart.machine.state()))
                << situation.name << ", " << describe(one);
        }
}

TEST(Execution, WhatIsLeftInTheMiddleIsUndone) {
    const Situation situation = situations().front();
    Desk desk("mainline", situation.before);
    const std::uint64_t hash = machine::stateHash(desk.machine.state());
    const machine::Mark mark = desk.machine.mark();
    const auto operations = overlap(mm::Munmap{kMap, kSlot}, mm::Fork{"child"});
    bool ended = false;
    for (int steps = 1; !ended; ++steps) {
        {
            Execution execution(desk.kernel, desk.machine, operations);
            for (int step = 0; step < steps && !execution.isFinished(); ++step)
                execution.step(
                    execution.enabled()[static_cast<std::size_t>(step) % execution.enabled().size()]);
            ended = execution.isFinished();
        }
        desk.machine.rewind(mark);
        ASSERT_EQ(machine::stateHash(desk.machine.state()), hash);
    }
}

TEST(Execution, AWriterWaitsUntilTheReaderHasGone) {
    const Situation situation = situations().front();
    Desk desk("mainline", situation.before);
    const auto operations = overlap(mm::SplitHugePmd{kMap}, mm::Munmap{kMap, kSlot});
    Execution execution(desk.kernel, desk.machine, operations);
    const machine::LockId mmapLock{machine::LockKind::MmapLock, 1};
    while (desk.machine.isFree(mmapLock, machine::LockMode::Write))
        execution.step(kCpu0);
    while (execution.isEnabled(kCpu1))
        execution.step(kCpu1);
    EXPECT_FALSE(execution.isFinished());
    EXPECT_FALSE(execution.isStuck());
    while (!execution.isEnabled(kCpu1))
        execution.step(execution.enabled().front());
    EXPECT_TRUE(desk.machine.isFree(mmapLock, machine::LockMode::Write));
    follow(execution, {});
    EXPECT_TRUE(execution.isFinished());
}

TEST(Execution, AFlushWaitsForTheOtherCpusAnswer) {
    const Situation situation = situations().front();
    Desk desk("mainline", situation.before);
    const std::vector<mm::Operation> alone{{mm::Munmap{kMap, kSlot}, machine::Pid(1), machine::CpuId(0)}};
    Execution execution(desk.kernel, desk.machine, alone);
    while (execution.isEnabled(kCpu0))
        execution.step(kCpu0);
    EXPECT_FALSE(execution.isFinished()) << "CPU 1 has the tables loaded, so it is asked";
    EXPECT_TRUE(execution.enabled() == std::vector{kInterrupt1});
    const auto stale = [&] {
        return machine::staleTranslations(desk.machine.state(), machine::CpuId(1)).size();
    };
    EXPECT_GT(stale(), 0U);
    execution.step(kInterrupt1);
    EXPECT_EQ(stale(), 0U);
    follow(execution, {});
    EXPECT_TRUE(execution.isFinished());
}

TEST(Execution, GupFastHoldsTheFlushUpWhileItsInterruptsAreOff) {
    const Situation situation = situations().back();
    Desk desk("mainline", situation.before);
    const auto operations = overlap(mm::Munmap{kMap, kSlot}, mm::GupFast{kMap});
    Execution execution(desk.kernel, desk.machine, operations);
    for (int step = 0; step < 3; ++step) // to the look at the second of four entries
        execution.step(kCpu1);
    while (execution.isEnabled(kCpu0))
        execution.step(kCpu0);
    EXPECT_FALSE(execution.isFinished());
    EXPECT_FALSE(execution.isEnabled(kInterrupt1));
    while (!execution.isEnabled(kInterrupt1))
        execution.step(kCpu1);
    follow(execution, {});
    EXPECT_TRUE(execution.isFinished());
    EXPECT_TRUE(execution.findings().empty());
}
