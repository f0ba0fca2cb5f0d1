// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "scenario/comparison.h"

#include <nlohmann/json.hpp>

#include <iosfwd>
#include <vector>

/// The results of runs, for people and for programs.
namespace pfnscope::app {

/// {"scenario","option","verdict","findings","costs","steps",...}; steps count from 1, as people do.
nlohmann::ordered_json summaryJson(const scenario::Summary& summary);
nlohmann::ordered_json summariesJson(const std::vector<scenario::Summary>& summaries);

/// One run: its steps, findings, costs, and what was expected otherwise.
void printRun(const scenario::Summary& summary, std::ostream& out);
/// Scenarios x options, verdicts only.
void printMatrix(const std::vector<scenario::Summary>& summaries, std::ostream& out);
/// One scenario: a line an option with its costs and where it first differs, and its findings. `begin` to
/// `end` are the summaries of one scenario.
void printBlock(std::vector<scenario::Summary>::const_iterator begin,
                std::vector<scenario::Summary>::const_iterator end, std::ostream& out);

} // namespace pfnscope::app
