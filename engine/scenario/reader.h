// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "option/catalogue.h"
#include "scenario/scenario.h"

#include <optional>
#include <string>
#include <string_view>

namespace pfnscope::scenario {

/// `file` is what errors call the text. `known` holds the options that `expect` and `from` may name beside
/// those that the scenario brings along.
Result<Scenario> readScenario(std::string_view text, std::string file, const option::Catalogue& known);
/// A file, or a page (.html) that carries one.
Result<Scenario> loadScenario(const std::string& path, const option::Catalogue& known);
/// The YAML inside a page that the program exported; empty: there is none.
std::optional<std::string> scenarioInPage(std::string_view page);

/// `known` and what the scenario brings along.
Result<option::Catalogue> withOptionsOf(const Scenario& scenario, const option::Catalogue& known);

} // namespace pfnscope::scenario
