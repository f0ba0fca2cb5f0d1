// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "check/watch.h"
#include "machine/machine.h"
#include "scenario/scenario.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// Runs a scenario under one option and keeps everything that happened.
namespace pfnscope::scenario {

/// What a run may use. A single operation can go over by what its maps need (kLargestMap), so that memory
/// stays below twice these.
struct RunLimits {
    std::size_t tables = 131'072;   ///< page tables at one time: 512 MiB of them
    std::size_t deltas = 8'000'000; ///< the length of history
    std::size_t findings = 10'000;
};

/// One operation as it was run. Those that overlap share a step, and what is said of its end.
struct StepResult {
    std::size_t step =
        0; ///< index into Scenario::steps; the exits of the teardown count on from steps.size()
    mm::Operation operation; ///< with the Pid that the kernel knows
    mm::Outcome outcome;
    std::string text; ///< the operation as a file says it: "munmap: {at: bar + 1M, size: 4K}"
    std::string processName;
    std::optional<std::size_t>
        journalOperation;     ///< index into Journal::operations(); empty: nothing was done
    std::size_t findings = 0; ///< how many there were when it had ended
    check::Costs costs;       ///< from the beginning to its end
};

/// A finished run. The machine stands at its end; a machine::Timeline moves it.
struct Run {
    Run(Scenario runScenario, option::Option runOption);

    const Scenario scenario;
    const option::Option option;
    machine::Machine machine;
    std::vector<StepResult> results; ///< of the steps that are operations, then of the teardown
    check::Report report;

    check::Verdict verdict() const { return report.verdict(); }
    /// The results of Scenario::steps[step]: none for a mark, several where operations overlap.
    std::span<const StepResult> resultsOf(std::size_t step) const;
    /// Deposited tables before the teardown, the most of any process's tables together.
    std::uint64_t depositedEnd() const;
};

using RunResult = Result<std::unique_ptr<Run>>;

/// Never fails for what the kernel does, only for what it would take: ErrorKind::Limit.
RunResult run(const Scenario& scenario, const option::Option& option, const RunLimits& limits = {});

/// A word put where the kernel did not put it: what an inspector asks "what if" with.
struct Intervention {
    std::size_t afterStep = 0; ///< index into Scenario::steps, at whose end the word is written
    Pfn table;                 ///< a page table of that moment
    unsigned index = 0;
    Word word = 0;
};
/// The journal's name of the operation that writes it. All TLBs are flushed with it, so that the MMU sees it.
inline constexpr std::string_view kWhatIf = "what if";
/// As run(), with the word written in between; ErrorKind::OutOfRange if there is no such entry then.
RunResult runWhatIf(const Scenario& scenario, const option::Option& option, const Intervention& intervention,
                    const RunLimits& limits = {});

/// The journal's name of a step whose operations overlap; they are calls in it.
inline constexpr std::string_view kOverlap = "overlap";

/// The operations of a step and what they answered, each in one line: "munmap: {at: bar, size: 4K}" and "0";
/// where they overlap "overlap: CPU0 munmap: {...}; CPU1 touch: {...}" and "CPU0 0; CPU1 SIGBUS at 0x...".
std::string operationsText(std::span<const StepResult> step);
std::string answersText(std::span<const StepResult> step);
/// What happened in a step whose operations overlap, one column a CPU; empty for any other.
std::string listingOf(const Run& run, std::size_t step);

/// "0x7f0000000000", "reads frame 0x200000", "-EINVAL", "SIGBUS at 0x...", "the kernel dies in zap_huge_pmd".
std::string outcomeText(const mm::Operation& operation, const mm::Outcome& outcome);

/// One way in which a run is not what the scenario expects of it.
struct Mismatch {
    std::string what; ///< "verdict", "faults", "findings", ...
    std::string expected;
    std::string found;
    bool operator==(const Mismatch&) const = default;
};
/// Empty when nothing is expected of the option, or all is as expected.
std::vector<Mismatch> mismatches(const Run& run);

} // namespace pfnscope::scenario
