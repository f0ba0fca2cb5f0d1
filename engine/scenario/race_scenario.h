// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "scenario/runner.h"

namespace pfnscope::scenario {

/// What the search through schedules has found, and where.
struct FoundRace {
    std::vector<mm::Operation> before; ///< one after another, from boot on
    Overlap overlap;
    check::Finding finding;
};

/// The file that shows it again. It expects of the option what a run of it comes to; ErrorKind::Unsupported
/// if that run has no such finding.
Result<Scenario> scenarioOf(const FoundRace& race, const option::Option& option,
                            const mm::KernelConfig& kernel);

} // namespace pfnscope::scenario
