// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "check/finding.h"
#include "mm/kernel.h"
#include "schedule/footprint.h"
#include "schedule/schedule.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

/// Operations that overlap, each on a CPU of its own, one step at a time. A step goes from one place where
/// the machine lets an operation pause (machine/scheduler.h) to the next.
namespace pfnscope::schedule {

class Execution final : public machine::Scheduler {
public:
    /// The operations must be on CPUs that differ and that the machine has. Nothing has been done yet. Inside
    /// a CallScope they are calls of it, else operations of the journal.
    Execution(mm::Kernel& kernel, machine::Machine& machine, std::span<const mm::Operation> operations);
    /// What has not ended is unwound, which leaves the machine in no state of interest: rewind it.
    ~Execution() override;
    Execution(const Execution&) = delete;
    Execution& operator=(const Execution&) = delete;

    /// Who can take a step now, in order. Empty: all have ended, or (see isStuck()) none can go on.
    std::vector<Actor> enabled() const;
    bool isEnabled(const Actor& actor) const;
    bool isFinished() const;
    /// Has the operation with this index ended?
    bool isDone(std::size_t operation) const;
    bool isStuck() const { return !isFinished() && enabled().empty(); }
    /// Ends an execution that is stuck: every task that waits for a lock hangs for ever, with what it holds.
    void hang();

    /// One step of an actor that is enabled.
    void step(const Actor& actor);
    const Footprint& lastFootprint() const { return footprint_; }

    /// Of the operations, in their order; whole once isFinished().
    const std::vector<mm::Outcome>& outcomes() const { return outcomes_; }
    /// What was wrong on the way, each kind once: use-after-free, mixed-tlb; and deadlock if they are stuck.
    std::vector<check::Finding> findings() const;

    // machine::Scheduler, called by the operations.
    bool pause(const machine::Pause& next) override;
    void read(Pfn table, unsigned index) override;
    void interrupt(machine::CpuId to, std::function<void()> answer) override;
    void setInterrupts(bool on) override;

private:
    struct Task;
    struct Pending {
        std::size_t from;
        machine::CpuId to;
        std::function<void()> answer;
    };
    bool canGoOn(const Task& task) const;
    bool neverComes(const machine::Pause& wanted) const;
    bool isAlive(machine::CpuId cpu) const;
    const Task* taskOn(machine::CpuId cpu) const;
    void resume(Task& task);
    void stepOperation(Task& task);
    void answer(machine::CpuId cpu);
    void collect(machine::Position from, const machine::Pause& resumedFrom, machine::CpuId cpu);
    void checkTlb(machine::CpuId cpu);
    void found(check::FindingFacts facts);
    check::FindingFacts deadlock() const;

    mm::Kernel& kernel_;
    machine::Machine& machine_;
    std::vector<std::unique_ptr<Task>> tasks_;
    std::vector<mm::Outcome> outcomes_;
    std::vector<Pending> pending_;
    std::vector<check::Finding> findings_;
    Footprint footprint_;
    Task* running_ = nullptr;
    std::optional<machine::CallId> caller_; ///< the call that the operations are made in
    bool answering_ = false;
    bool hanging_ = false;
    bool abandoned_ = false;
};

/// Takes the turns in order, as far as they can be taken, then lets each run to its end, the one that ran
/// last first. Returns the schedule that it was.
Schedule follow(Execution& execution, const Schedule& schedule);

} // namespace pfnscope::schedule
