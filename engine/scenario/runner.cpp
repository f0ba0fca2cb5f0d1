// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/runner.h"

#include "machine/mmu.h"
#include "mm/kernel.h"
#include "scenario/address_book.h"
#include "scenario/writer.h"
#include "schedule/judge.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::scenario {
namespace {

/// No kernel hands this out: the Pid of a child whose fork failed.
constexpr machine::Pid kNobody{0xffffffffU};

machine::MachineConfig configFor(const Scenario& scenario) {
    machine::MachineConfig config;
    config.geometry = scenario.geometry;
    config.cpus = scenario.cpu;
    config.cpus.features.levels = std::max(config.cpus.features.levels, scenario.geometry.levels);
    for (const Step& step : scenario.steps)
        for (const mm::Operation& operation : step.operations())
            config.cpus.count = std::max(config.cpus.count, operation.cpu.raw() + 1);
    return config;
}

/// Drives the kernel through the steps, and translates the scenario's processes into the kernel's.
class Runner {
public:
    Runner(Run& run, const RunLimits& limits)
        : run_(run), limits_(limits), kernel_(run.machine, run.option, run.scenario.kernel),
          watch_(boot(kernel_)) {}

    Result<void> steps(const Intervention* intervention) {
        for (std::size_t i = 0; i < run_.scenario.steps.size(); ++i) {
            const Step& each = run_.scenario.steps[i];
            if (auto done = each.overlap ? overlap(*each.overlap, i) : step(each.operations(), i); !done)
                return done;
            if (intervention && intervention->afterStep == i)
                if (auto done = intervene(*intervention); !done)
                    return done;
        }
        return {};
    }

    /// Children exit before their parents.
    Result<void> teardown() {
        std::size_t index = run_.scenario.steps.size();
        for (std::size_t i = pids_.size(); i-- > 0;)
            if (isRunning(pids_[i])) {
                const mm::Operation exit{mm::Exit{}, machine::Pid(static_cast<std::uint32_t>(i) + 1), {}};
                if (auto done = step({&exit, 1}, index++); !done)
                    return done;
            }
        return {};
    }

    void finish() { run_.report = watch_.report(); }

private:
    Result<void> intervene(const Intervention& intervention) {
        machine::Machine& machine = run_.machine;
        const bool exists = machine.state().tableAt(intervention.table) &&
                            intervention.index < machine.state().geometry().entriesPerTable();
        if (!exists)
            return fail(Error{ErrorKind::OutOfRange,
                              {},
                              fmt::format("entry {} of pfn {} after step {}", intervention.index,
                                          toText(intervention.table), intervention.afterStep + 1),
                              "an entry of a page table that is there then"});
        const auto call = machine.enter(kWhatIf);
        machine.writeEntry(intervention.table, intervention.index, intervention.word);
        for (std::uint32_t cpu = 0; cpu < machine.state().cpus.size(); ++cpu)
            machine::flushAll(machine, machine::CpuId(cpu));
        return {};
    }
    static mm::Kernel& boot(mm::Kernel& kernel) {
        kernel.boot(kFirstProcessName);
        return kernel;
    }
    /// Nobody yet for a child that an operation of the same overlap forks.
    machine::Pid pidOf(machine::Pid number) const {
        return number.raw() <= pids_.size() ? pids_[number.raw() - 1] : kNobody;
    }
    bool isRunning(machine::Pid pid) const {
        const auto& processes = run_.machine.state().processes;
        const auto found = processes.find(pid);
        return found != processes.end() && found->second.state == machine::ProcessState::Running;
    }

    bool isNobody(const StepResult& result) const { return result.operation.process == kNobody; }

    /// An operation that is about to be carried out.
    StepResult begun(const mm::Operation& numbered, std::size_t index) {
        StepResult result;
        result.step = index;
        result.operation = numbered;
        result.operation.process = pidOf(numbered.process);
        result.text = toYaml(numbered, book_);
        result.processName = book_.processName(numbered.process);
        result.outcome.processGone = isNobody(result);
        book_.follow(numbered);
        return result;
    }

    /// They have ended, and the watch has seen it.
    Result<void> ended(std::vector<StepResult> results, std::size_t operationsBefore, std::size_t index) {
        for (StepResult& result : results) {
            if (run_.machine.journal().operations().size() > operationsBefore)
                result.journalOperation = operationsBefore;
            if (std::holds_alternative<mm::Fork>(result.operation.action))
                pids_.push_back(result.outcome.ok()
                                    ? machine::Pid(static_cast<std::uint32_t>(result.outcome.value))
                                    : kNobody);
            result.findings = watch_.report().findings.size();
            result.costs = watch_.report().costs;
            run_.results.push_back(std::move(result));
        }
        return withinLimits(index);
    }

    /// One operation, or none: a named moment.
    Result<void> step(std::span<const mm::Operation> operation, std::size_t index) {
        if (operation.empty())
            return {};
        const std::size_t before = run_.machine.journal().operations().size();
        StepResult result = begun(operation.front(), index);
        if (!isNobody(result)) {
            result.outcome = kernel_.run(result.operation);
            watch_.after(result.operation, result.outcome, index);
        }
        return ended({std::move(result)}, before, index);
    }

    Result<void> overlap(const Overlap& several, std::size_t index) {
        const std::size_t before = run_.machine.journal().operations().size();
        std::vector<StepResult> results;
        std::vector<mm::Operation> operations; // of processes that are there
        for (const mm::Operation& numbered : several.operations) {
            results.push_back(begun(numbered, index));
            if (!isNobody(results.back()))
                operations.push_back(results.back().operation);
        }
        if (!operations.empty()) {
            std::vector<mm::Outcome> outcomes = together(operations, several.schedule, index);
            auto next = outcomes.begin();
            for (StepResult& result : results)
                if (!isNobody(result))
                    result.outcome = std::move(*next++);
        }
        return ended(std::move(results), before, index);
    }

    std::vector<mm::Outcome> together(const std::vector<mm::Operation>& operations,
                                      const schedule::Schedule& turns, std::size_t index) {
        const schedule::Judge judge({kernel_, run_.machine, watch_, index}, operations);
        const auto call = run_.machine.enter(kOverlap);
        schedule::Execution execution(kernel_, run_.machine, operations);
        follow(execution, turns);
        if (execution.isStuck())
            execution.hang();
        watch_ = judge.settle(execution);
        return execution.outcomes();
    }

    Result<void> withinLimits(std::size_t index) const {
        const auto check = [&](std::size_t used, std::size_t most, const char* what) -> Result<void> {
            if (used <= most)
                return {};
            return fail(Error{ErrorKind::Limit,
                              {},
                              fmt::format("{} {} after step {}", used, what, index + 1),
                              fmt::format("at most {}", most)});
        };
        if (auto tables = check(run_.machine.state().tables.size(), limits_.tables, "page tables"); !tables)
            return tables;
        if (auto deltas = check(run_.machine.journal().end(), limits_.deltas, "changes"); !deltas)
            return deltas;
        return check(watch_.report().findings.size(), limits_.findings, "findings");
    }

    Run& run_;
    const RunLimits& limits_;
    mm::Kernel kernel_;
    check::Watch watch_;
    AddressBook book_;
    std::vector<machine::Pid> pids_{machine::Pid(1)}; ///< index: the scenario's number - 1
};

} // namespace

Run::Run(Scenario runScenario, option::Option runOption)
    : scenario(std::move(runScenario)), option(std::move(runOption)), machine(configFor(scenario)) {}

std::span<const StepResult> Run::resultsOf(std::size_t step) const {
    const auto [first, last] = std::ranges::equal_range(results, step, {}, &StepResult::step);
    return {first, last};
}

std::uint64_t Run::depositedEnd() const {
    std::uint64_t deposited = 0;
    for (const StepResult& result : results)
        if (result.step < scenario.steps.size())
            deposited = result.costs.depositedNow;
    return deposited;
}

namespace {

RunResult runWith(const Scenario& scenario, const option::Option& option, const Intervention* intervention,
                  const RunLimits& limits) {
    auto run = std::make_unique<Run>(scenario, option);
    Runner runner(*run, limits);
    if (auto done = runner.steps(intervention); !done)
        return fail(done.error());
    if (scenario.teardown)
        if (auto done = runner.teardown(); !done)
            return fail(done.error());
    runner.finish();
    return run;
}

} // namespace

RunResult run(const Scenario& scenario, const option::Option& option, const RunLimits& limits) {
    return runWith(scenario, option, nullptr, limits);
}

RunResult runWhatIf(const Scenario& scenario, const option::Option& option, const Intervention& intervention,
                    const RunLimits& limits) {
    return runWith(scenario, option, &intervention, limits);
}

} // namespace pfnscope::scenario
