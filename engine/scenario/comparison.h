// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "scenario/runner.h"

#include <optional>
#include <string>
#include <vector>

/// Scenarios x options.
namespace pfnscope::scenario {

/// The first moment at which two runs of one scenario do not do the same.
struct Divergence {
    std::size_t step = 0; ///< as StepResult::step
    std::string function; ///< the innermost kernel function of the first run then; empty: it did nothing more
    std::string otherFunction;
    bool operator==(const Divergence&) const = default;
};
/// In lock-step by operation: what was answered, which functions were called with which arguments, which
/// words were written. Empty when the runs are alike to the end.
std::optional<Divergence> firstDivergence(const Run& run, const Run& other);

/// What stays of a run when its machine has gone.
struct Summary {
    struct Line {
        std::size_t step = 0;  ///< as StepResult::step
        std::string operation; ///< as a file says it
        std::string result;
        std::string process;
        std::optional<machine::CpuId> cpu; ///< of an operation that overlaps others
        std::string listing;               ///< behind the last of these: what happened, one column a CPU
    };
    std::string scenario; ///< as the caller named it: the file
    std::string title;
    std::string option;
    check::Report report;
    std::vector<Line> steps;
    std::vector<Mismatch> mismatches;
    std::optional<Divergence> divergence; ///< from the run under the first option
    check::Verdict verdict() const { return report.verdict(); }
};
Summary summarize(const Run& run, std::string scenario);

struct NamedScenario {
    std::string file;
    Scenario scenario;
    std::vector<option::Option>
        options; ///< to run it under, the first being what the others are held against
};

/// Row by row in the order given. At most two machines live at a time.
Result<std::vector<Summary>> compare(const std::vector<NamedScenario>& scenarios,
                                     const RunLimits& limits = {});

} // namespace pfnscope::scenario
