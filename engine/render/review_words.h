// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "render/review.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

/// The words of a review, put together once for the page, the mail and the issue tracker.
namespace pfnscope::render {

/// "1 scenario under 3 options"
std::string headline(const Review& review);
/// Which program, and what it claims to be true of.
std::string madeBy(const Review& review);
/// "A, B, C"
std::string joined(const std::vector<std::string>& names);

/// A rule in which the options are not of one mind.
struct RuleAnswers {
    std::string name;     ///< "split.special"
    std::string question; ///< "what does a split do with ...?"
    struct Answer {
        std::string words;
        std::vector<std::string> options;
    };
    std::vector<Answer> answers; ///< in the order of the first option that gives each
};
std::vector<RuleAnswers> rulesThatDiffer(const Review& review);

/// One scenario under one option.
struct VerdictCell {
    std::string words = "-";               ///< "crash"; with a ! where that is not as the scenario expects
    std::optional<check::Verdict> verdict; ///< empty: it was not run
    std::optional<std::size_t> reviewCase; ///< index of the case that shows why
};
VerdictCell verdictCell(const Review& review, std::size_t scenario, const std::string& option);

constexpr std::array<std::string_view, 7> kCostHeadings{"option",  "deposited", "table bytes", "faults",
                                                        "flushes", "entries",   "differs at"};
std::array<std::string, 7> costRow(const scenario::Summary& run);

/// "crash in zap_huge_pmd, scenario [1], under naive, B"
std::string caseTitle(const ReviewCase& reviewCase);

} // namespace pfnscope::render
