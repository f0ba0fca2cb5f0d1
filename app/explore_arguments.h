// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/exploration.h"

#include <CLI/CLI.hpp>

#include <iosfwd>
#include <string>
#include <vector>

/// What `explore` and `synthesize` share.
namespace pfnscope::app {

struct SearchArguments {
    unsigned depth = 4;
    unsigned threads = 0;
    std::string memory = "2G";
    std::string alphabet;
    bool progress = false;
};

void addSearchArguments(CLI::App& command, SearchArguments& arguments);
Result<explore::Alphabet> alphabetOf(const SearchArguments& arguments);
explore::SearchOptions limitsOf(const SearchArguments& arguments, std::ostream& err);

/// Names of the catalogue, or files that hold one option; nothing given: the whole catalogue.
Result<std::vector<option::Option>> optionsNamed(const std::vector<std::string>& names);

/// Each counterexample as DIR/OPTION-KIND.yaml, on tables of 512 entries, so that `run` reproduces it.
Result<void> saveCounterexamples(const explore::Exploration& exploration, const explore::Question& question,
                                 const std::string& folder);

} // namespace pfnscope::app
