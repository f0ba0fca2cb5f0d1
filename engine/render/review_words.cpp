// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/review_words.h"

#include "option/option_yaml.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::render {

std::string headline(const Review& review) {
    const auto counted = [](std::size_t count, std::string_view what) {
        return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
    };
    return fmt::format("{} under {}", counted(review.scenarios.size(), "scenario"),
                       counted(review.options.size(), "option"));
}

std::string madeBy(const Review& review) {
    return fmt::format(
        "pfnscope {}, which models Linux 6.12 (7.x where a scenario says so) and the SDM of 2023",
        review.version);
}

std::string joined(const std::vector<std::string>& names) {
    return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<RuleAnswers> rulesThatDiffer(const Review& review) {
    std::vector<RuleAnswers> rules;
    for (const option::Slot& slot : option::slots()) {
        RuleAnswers rule{std::string(slot.name), std::string(slot.question), {}};
        for (const option::Option& option : review.options) {
            const std::string words = slot.words(option);
            const auto same = std::find_if(rule.answers.begin(), rule.answers.end(),
                                           [&](const auto& each) { return each.words == words; });
            if (same == rule.answers.end())
                rule.answers.push_back({words, {option.name}});
            else
                same->options.push_back(option.name);
        }
        if (rule.answers.size() > 1)
            rules.push_back(std::move(rule));
    }
    return rules;
}

VerdictCell verdictCell(const Review& review, std::size_t scenario, const std::string& option) {
    VerdictCell cell;
    for (const scenario::Summary& run : review.scenarios[scenario].runs)
        if (run.option == option) {
            cell.verdict = run.verdict();
            cell.words = std::string(name(run.verdict())) + (run.mismatches.empty() ? "" : "!");
        }
    for (std::size_t i = review.cases.size(); i-- > 0;) {
        const ReviewCase& each = review.cases[i];
        const bool has = std::find(each.options.begin(), each.options.end(), option) != each.options.end();
        if (each.scenario == scenario && has && check::verdictOf(each.finding.kind) == cell.verdict)
            cell.reviewCase = i;
    }
    return cell;
}

std::array<std::string, 7> costRow(const scenario::Summary& run) {
    const check::Costs& costs = run.report.costs;
    return {run.option,
            fmt::format("{}", costs.depositedPeak),
            toText(costs.tableBytesPeak),
            fmt::format("{}", costs.faults),
            fmt::format("{}", costs.tlbFlushes),
            fmt::format("{}", costs.entriesWritten),
            run.divergence ? fmt::format("step {}", run.divergence->step + 1) : ""};
}

std::string caseTitle(const ReviewCase& reviewCase) {
    return fmt::format("{} in {}, scenario [{}], under {}", name(reviewCase.finding.kind),
                       reviewCase.finding.function, reviewCase.scenario + 1, joined(reviewCase.options));
}

} // namespace pfnscope::render
