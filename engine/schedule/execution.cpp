// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule/execution.h"

#include "schedule/coroutine.h"
#include "schedule/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace pfnscope::schedule {
namespace {

/// Unwinds an operation that will not be carried to its end.
struct Abandoned {};

/// These look at tables in ways that are not reported word by word.
bool looksEverywhere(const mm::Action& action) {
    return std::holds_alternative<mm::Mremap>(action) || std::holds_alternative<mm::Madvise>(action) ||
           std::holds_alternative<mm::Mlock>(action) || std::holds_alternative<mm::Msync>(action) ||
           std::holds_alternative<mm::Collapse>(action) || std::holds_alternative<mm::Migrate>(action) ||
           std::holds_alternative<mm::UserfaultMove>(action) || std::holds_alternative<mm::Exit>(action);
}

/// These may end an mm, and then read its counters.
bool endsAnMm(const mm::Action& action) {
    return std::holds_alternative<mm::Exit>(action) || std::holds_alternative<mm::Fork>(action);
}

} // namespace

struct Execution::Task {
    Task(Execution& execution, std::size_t which, mm::Operation what)
        : index(which), operation(std::move(what)), coroutine([this, &execution] { run(execution); }) {}

    void run(Execution& execution) {
        try {
            execution.outcomes_[index] = execution.kernel_.run(operation);
        } catch (const Abandoned&) {
        }
    }
    bool isStarted() const { return started; }
    bool isPaused() const { return started && !coroutine.isDone(); }

    std::size_t index;
    mm::Operation operation;
    bool started = false;
    bool interrupts = true;
    machine::Pause next;                 ///< while paused: what it does when it goes on
    std::optional<machine::CallId> path; ///< its innermost open call, while it does not run
    Coroutine coroutine;
};

Execution::Execution(mm::Kernel& kernel, machine::Machine& machine, std::span<const mm::Operation> operations)
    : kernel_(kernel), machine_(machine), outcomes_(operations.size()), caller_(machine.journal().current()) {
    for (std::size_t i = 0; i < operations.size(); ++i) {
        assert(taskOn(operations[i].cpu) == nullptr && operations[i].cpu.raw() < machine.state().cpus.size());
        tasks_.push_back(std::make_unique<Task>(*this, i, operations[i]));
        tasks_.back()->path = caller_;
    }
    machine_.setScheduler(this);
}

Execution::~Execution() {
    abandoned_ = true;
    for (const auto& task : tasks_)
        while (task->isPaused())
            resume(*task);
    machine_.setScheduler(nullptr);
}

void Execution::resume(Task& task) {
    running_ = &task;
    machine_.exchangeCall(task.path);
    task.coroutine.resume();
    task.path = machine_.exchangeCall(caller_);
    running_ = nullptr;
}

void Execution::hang() {
    assert(isStuck());
    found(deadlock());
    hanging_ = true;
    for (const auto& task : tasks_) {
        // Interrupts are off only in gup_fast(), which takes no lock: whoever is stuck wants one.
        assert(!task->isPaused() || task->next.kind == machine::PauseKind::TakeLock);
        while (task->isPaused())
            resume(*task);
    }
    hanging_ = false;
}

const Execution::Task* Execution::taskOn(machine::CpuId cpu) const {
    const auto found = std::find_if(tasks_.begin(), tasks_.end(),
                                    [&](const auto& task) { return task->operation.cpu == cpu; });
    return found == tasks_.end() ? nullptr : found->get();
}

bool Execution::isAlive(machine::CpuId cpu) const {
    const Task* task = taskOn(cpu);
    return task != nullptr && task->isPaused();
}

bool Execution::neverComes(const machine::Pause& wanted) const {
    const auto holders = machine_.state().locks.find(wanted.lock);
    return holders != machine_.state().locks.end() &&
           std::none_of(holders->second.begin(), holders->second.end(),
                        [&](const machine::LockHolder& holder) { return isAlive(holder.cpu); });
}

bool Execution::canGoOn(const Task& task) const {
    if (task.coroutine.isDone())
        return false;
    if (!task.isStarted())
        return true;
    switch (task.next.kind) {
    case machine::PauseKind::TakeLock:
        return machine_.isFree(task.next.lock, task.next.mode) || neverComes(task.next);
    case machine::PauseKind::Await:
        return std::none_of(pending_.begin(), pending_.end(),
                            [&](const Pending& each) { return each.from == task.index; });
    default:
        return true;
    }
}

bool Execution::isEnabled(const Actor& actor) const {
    const Task* task = taskOn(actor.cpu);
    if (actor.kind == ActorKind::Operation)
        return task != nullptr && canGoOn(*task);
    return (task == nullptr || task->interrupts) &&
           std::any_of(pending_.begin(), pending_.end(),
                       [&](const Pending& each) { return each.to == actor.cpu; });
}

std::vector<Actor> Execution::enabled() const {
    std::vector<Actor> actors;
    for (const auto& task : tasks_)
        if (canGoOn(*task))
            actors.push_back({ActorKind::Operation, task->operation.cpu});
    for (std::uint32_t cpu = 0; cpu < machine_.state().cpus.size(); ++cpu)
        if (const Actor actor{ActorKind::Interrupt, machine::CpuId(cpu)}; isEnabled(actor))
            actors.push_back(actor);
    return actors;
}

bool Execution::isFinished() const {
    return std::all_of(tasks_.begin(), tasks_.end(),
                       [](const auto& task) { return task->coroutine.isDone(); });
}

bool Execution::isDone(std::size_t operation) const {
    return tasks_[operation]->coroutine.isDone();
}

void Execution::step(const Actor& actor) {
    assert(isEnabled(actor));
    footprint_ = {};
    if (actor.kind == ActorKind::Interrupt)
        answer(actor.cpu);
    else
        stepOperation(const_cast<Task&>(*taskOn(actor.cpu)));
}

void Execution::stepOperation(Task& task) {
    const machine::Position from = machine_.position();
    const machine::Pause resumedFrom = task.started ? task.next : machine::Pause{};
    task.started = true;
    resume(task);
    if (looksEverywhere(task.operation.action) || resumedFrom.kind == machine::PauseKind::Access)
        footprint_.readAllWords();
    if (endsAnMm(task.operation.action))
        for (const auto& [mm, record] : machine_.state().mms)
            footprint_.changes(ThingKind::Counters, mm.raw());
    collect(from, resumedFrom, task.operation.cpu);
}

void Execution::collect(machine::Position from, const machine::Pause& resumedFrom, machine::CpuId cpu) {
    if (resumedFrom.kind == machine::PauseKind::Access)
        footprint_.uses(ThingKind::Tlb, cpu.raw());
    if (resumedFrom.kind == machine::PauseKind::TryLock)
        footprint_.lock(resumedFrom.lock, machine::LockMode::Read);
    bool tlbChanged = false;
    for (machine::Position at = from; at < machine_.position(); ++at) {
        const machine::Delta& delta = machine_.journal().deltas()[at];
        footprint_.add(delta);
        if (const auto* change = std::get_if<machine::TlbChanged>(&delta)) {
            tlbChanged = true;
            cpu = change->cpu;
        }
    }
    for (const auto& [lock, holders] : machine_.state().locks)
        if (lock.kind == machine::LockKind::PteLock)
            footprint_.readWords(Pfn(lock.object), 0, kWordsPerFrame);
    if (tlbChanged)
        checkTlb(cpu);
}

void Execution::answer(machine::CpuId cpu) {
    const auto next =
        std::find_if(pending_.begin(), pending_.end(), [&](const Pending& each) { return each.to == cpu; });
    const Pending taken = *next;
    pending_.erase(next);
    const machine::Position from = machine_.position();
    const Task& sender = *tasks_[taken.from];
    // It interrupts what runs there; where nothing does, the call is shown under the sender's.
    machine_.exchangeCall(isAlive(cpu) ? taskOn(cpu)->path : sender.path);
    answering_ = true;
    {
        const auto scope = machine_.enter("flush_tlb_func", {}, cpu);
        machine_.happen(
            {.kind = machine::HappeningKind::InterruptTaken, .detail = sender.operation.cpu.raw()});
        taken.answer();
    }
    answering_ = false;
    machine_.exchangeCall(caller_);
    footprint_.changes(ThingKind::Interrupts, cpu.raw());
    collect(from, {}, cpu);
}

bool Execution::pause(const machine::Pause& next) {
    if (answering_)
        return true;
    if (hanging_)
        return next.kind != machine::PauseKind::TakeLock;
    // A lock is given back in destructors, which must not throw; the next pause will do.
    const auto leave = [&] {
        if (next.kind != machine::PauseKind::Released)
            throw Abandoned{};
    };
    if (abandoned_) {
        leave();
        return true;
    }
    Task& task = *running_;
    task.next = next;
    if (next.kind == machine::PauseKind::Await && canGoOn(task))
        return true;
    task.coroutine.pause();
    if (abandoned_)
        leave();
    if (hanging_)
        return false;
    return next.kind != machine::PauseKind::TakeLock || machine_.isFree(next.lock, next.mode);
}

void Execution::read(Pfn table, unsigned index) {
    if (abandoned_)
        return;
    footprint_.readWords(table, index, 1);
    const machine::State& state = machine_.state();
    if (state.config.frames.isRam(table) && state.tableAt(table) == nullptr) {
        check::FindingFacts facts{check::FindingKind::UseAfterFree};
        facts.function = machine_.journal().call(*machine_.journal().current()).function;
        facts.found = table.raw();
        found(std::move(facts));
    }
}

void Execution::interrupt(machine::CpuId to, std::function<void()> answer) {
    if (abandoned_)
        return;
    footprint_.changes(ThingKind::Interrupts, to.raw());
    pending_.push_back({running_->index, to, std::move(answer)});
}

void Execution::setInterrupts(bool on) {
    running_->interrupts = on;
    footprint_.changes(ThingKind::Interrupts, running_->operation.cpu.raw());
}

void Execution::found(check::FindingFacts facts) {
    const bool known = std::any_of(findings_.begin(), findings_.end(),
                                   [&](const check::Finding& each) { return each.kind == facts.kind; });
    if (!known)
        findings_.push_back({facts.kind, 0, facts.function, facts.va, sentence(facts)});
}

void Execution::checkTlb(machine::CpuId cpu) {
    struct Piece {
        VirtRange range;
        std::uint8_t depth;
    };
    std::vector<Piece> pieces;
    const hw::Tlb& tlb = machine_.state().cpus[cpu.raw()].tlb;
    tlb.forEachEntry([&](hw::TlbArray array, std::uint16_t, const hw::TlbEntry& entry) {
        if (array == hw::TlbArray::L1 || array == hw::TlbArray::SecondLevel)
            pieces.push_back({{entry.page, entry.page + tlb.span(entry)}, entry.depth});
    });
    for (const Piece& large : pieces)
        for (const Piece& small : pieces)
            if (large.depth > small.depth && large.range.contains(small.range)) {
                check::FindingFacts facts{check::FindingKind::MixedTlb, {}, small.range.start};
                facts.function = "hardware walk";
                found(std::move(facts));
                return;
            }
}

check::FindingFacts Execution::deadlock() const {
    check::FindingFacts facts{check::FindingKind::Deadlock};
    facts.function = "lock";
    for (const auto& task : tasks_)
        if (task->isPaused())
            facts.check += fmt::format(
                "{}CPU{} waits for {}", facts.check.empty() ? "" : "; ", task->operation.cpu.raw(),
                task->next.kind == machine::PauseKind::TakeLock ? wordsOf(task->next.lock)
                                                                : "an interrupt to be answered");
    return facts;
}

std::vector<check::Finding> Execution::findings() const {
    std::vector<check::Finding> all = findings_;
    if (isStuck()) {
        const check::FindingFacts facts = deadlock();
        all.push_back({facts.kind, 0, facts.function, facts.va, sentence(facts)});
    }
    return all;
}

Schedule follow(Execution& execution, const Schedule& schedule) {
    Schedule taken;
    const auto step = [&](const Actor& actor) {
        execution.step(actor);
        if (taken.empty() || taken.back().actor != actor)
            taken.push_back({actor, 0});
        ++taken.back().steps;
    };
    for (const Turn& turn : schedule)
        for (std::uint32_t done = 0;
             execution.isEnabled(turn.actor) && (turn.steps == 0 || done < turn.steps); ++done)
            step(turn.actor);
    while (true) {
        const std::vector<Actor> enabled = execution.enabled();
        if (enabled.empty())
            return taken;
        const bool goesOn = !taken.empty() && execution.isEnabled(taken.back().actor);
        step(goesOn ? taken.back().actor : enabled.front());
    }
}

} // namespace pfnscope::schedule
