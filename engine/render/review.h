// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "scenario/comparison.h"
#include "view/diagram.h"

#include <string>
#include <vector>

/// The page that a reviewer reads: what was run, how the options differ, what came of it, and for each
/// finding the shortest way to it with the picture before and after.
namespace pfnscope::render {

/// One finding, and every option of the scenario that has it.
struct ReviewCase {
    std::size_t scenario = 0; ///< index into Review::scenarios
    std::vector<std::string> options;
    check::Finding finding;
    std::vector<std::string> sequence; ///< "munmap: {...} -> 0", in order
    std::string listing;               ///< of operations that overlap: one column a CPU
    bool isReduced = false;            ///< steps were left out, and none of those left can be
    view::Diagram before;
    view::Diagram after;
};

struct ReviewScenario {
    std::string name;
    std::string title;
    std::string about;
    std::string setup; ///< the scenario without its words, as YAML that can be run
    std::vector<scenario::Summary> runs;
};

struct Review {
    std::string version;
    std::vector<option::Option> options; ///< of all scenarios, in the order first met
    std::vector<ReviewScenario> scenarios;
    std::vector<ReviewCase> cases;
};

/// Runs everything. `name` of a scenario is what it is called in the page.
Result<Review> makeReview(const std::vector<scenario::NamedScenario>& scenarios, std::string version);

std::string renderReviewHtml(const Review& review);
/// For an issue tracker: tables, and the diagrams as text.
std::string renderReviewMarkdown(const Review& review);
/// 7-bit, no line over 72 columns, so that it still lines up after being quoted twice.
std::string renderReviewText(const Review& review);

} // namespace pfnscope::render
