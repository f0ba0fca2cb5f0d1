// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands.h"
#include "option/catalogue.h"
#include "scenario/comparison.h"

#include <optional>
#include <string>
#include <vector>

/// What most subcommands ask for: scenarios, and options to run them under.
namespace pfnscope::app {

struct OptionChoice {
    std::vector<std::string> names; ///< --option
    std::vector<std::string> files; ///< --option-file
    bool isEmpty() const { return names.empty() && files.empty(); }
};

/// Adds --option and --option-file. `choice` must outlive the parse.
void addOptionChoice(CLI::App& command, OptionChoice& choice);

/// The shipped catalogue and the options of --option-file.
Result<option::Catalogue> knownOptions(const OptionChoice& choice);

/// Reads one scenario, found as findScenario() finds it. Its options are the chosen ones; with none chosen
/// every known one and those that the scenario brings along.
Result<scenario::NamedScenario> loadNamed(const std::string& name, const OptionChoice& choice);

} // namespace pfnscope::app
