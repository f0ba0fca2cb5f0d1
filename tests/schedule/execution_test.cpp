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
        for (const Operations& operations : groupsOf(situation, 2)) {
            if (!(operations[0].action == situation.overlapping.front().action))
                continue; // every operation comes second to one
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
                EXPECT_TRUE(execution.outcomes() == outcomes) << describe(operations);
            }
            EXPECT_EQ(machine::stateHash(together.machine.state()), machine::stateHash(apart.machine.state()))
                << situation.name << ", " << describe(operations);
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

TEST(Execution, ThreeOperationsEachTakeTheirSteps) {
    const Situation situation = situations().front();
    Desk desk("mainline", situation.before);
    const Operations three =
        overlap({{mm::Munmap{kMap, kSlot}}, {mm::Touch{kMap + kSlot}}, {mm::SplitHugePmd{kMap}}});
    Execution execution(desk.kernel, desk.machine, three);
    const Actor cpu2{ActorKind::Operation, machine::CpuId(2)};
    execution.step(kCpu0);
    execution.step(kCpu1);
    execution.step(cpu2);
    follow(execution, {{cpu2, 0}, {kCpu1, 0}});
    EXPECT_TRUE(execution.isFinished());
    for (const mm::Outcome& outcome : execution.outcomes())
        EXPECT_TRUE(outcome.ok());
}

TEST(Execution, WhoWaitsForEachOtherIsADeadlockAndHangs) {
    const Situation situation = situations().front();
    Desk desk("mainline", situation.before);
    // No two of the kernel's own functions take locks in opposite orders, so each begins with one in hand.
    const machine::LockId mmapLock{machine::LockKind::MmapLock, 1};
    const machine::LockId iMmapRwsem{machine::LockKind::IMmapRwsem, 1};
    {
        const auto call = desk.machine.enter("in hand");
        desk.machine.takeLock(iMmapRwsem, machine::LockMode::Write, machine::CpuId(0));
        desk.machine.takeLock(mmapLock, machine::LockMode::Write, machine::CpuId(1));
    }
    const auto operations =
        overlap(mm::Munmap{kMap, kSlot}, mm::UnmapMappingRange{"device", Bytes(0), kSlot});
    Execution execution(desk.kernel, desk.machine, operations);
    execution.step(kCpu0);
    execution.step(kCpu1);
    while (!execution.isStuck())
        execution.step(execution.enabled().front());
    ASSERT_EQ(execution.findings().size(), 1U);
    EXPECT_EQ(execution.findings().front().kind, check::FindingKind::Deadlock);
    EXPECT_EQ(execution.findings().front().text,
              "none can go on: CPU0 waits for mmap_lock 0x1; CPU1 waits for i_mmap_rwsem 0x1");
    execution.hang();
    EXPECT_TRUE(execution.isFinished());
    EXPECT_TRUE(execution.outcomes()[0].hung);
    EXPECT_TRUE(execution.outcomes()[1].hung);
    EXPECT_EQ(desk.machine.state().processes.at(machine::Pid(1)).state, machine::ProcessState::Hung);
    EXPECT_FALSE(desk.machine.isFree(mmapLock, machine::LockMode::Read))
        << "what they held they hold for ever";
    EXPECT_EQ(execution.findings().size(), 1U);
}
