// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands.h"
#include "explore/exploration.h"

#include <iosfwd>
#include <stop_token>
#include <string>
#include <vector>

/// What `explore` and `synthesize` share.
namespace pfnscope::app {

struct SearchArguments {
    unsigned depth = 4;
    unsigned threads = 0;
    std::string memory = "2G";
    std::string alphabet = "default";
    bool progress = false;
};

/// The line on stderr that says how far a search is.
class ProgressLine {
public:
    ProgressLine(std::ostream& err, bool isWanted) : err_(err), isWanted_(isWanted) {}
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    void show(const std::string& text);

private:
    std::ostream& err_;
    bool isWanted_;
    std::size_t width_ = 0; ///< of the line that stands there
};

/// What a search came to, as an exit status.
ExitStatus statusOf(explore::SearchEnd end);

void addSearchArguments(CLI::App& command, SearchArguments& arguments);
/// A shipped alphabet by its name, else a file.
Result<explore::Alphabet> alphabetOf(const SearchArguments& arguments);
explore::SearchOptions limitsOf(const SearchArguments& arguments, std::stop_token stop);
/// "depth 4, 19948 states, 61000 states/s, 21 MiB".
std::string toText(const explore::SearchProgress& progress);

/// Names of the catalogue, or files that hold one option; nothing given: the whole catalogue.
Result<std::vector<option::Option>> optionsNamed(const std::vector<std::string>& names);

/// Each counterexample as DIR/OPTION-KIND.yaml, on tables of 512 entries, so that `run` reproduces it.
Result<void> saveCounterexamples(const explore::Exploration& exploration, const explore::Question& question,
                                 const std::string& folder);

} // namespace pfnscope::app
