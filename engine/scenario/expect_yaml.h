// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/yaml.h"
#include "option/catalogue.h"
#include "scenario/scenario.h"

#include <map>
#include <string>

/// The `expect:` of a scenario: a map from options ("C", or several: "A, B, E") to what a run must come to.
namespace pfnscope::scenario {

Result<std::map<std::string, Expected, std::less<>>>
readExpect(const yaml::Node& node, const option::Catalogue& known, std::size_t steps);
/// "{verdict: ok, faults: 2}"
std::string toYaml(const Expected& expected);

} // namespace pfnscope::scenario
