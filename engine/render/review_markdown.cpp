// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/review_words.h"
#include "render/text.h"

#include <fmt/format.h>

namespace pfnscope::render {
namespace {

/// What Markdown would take for something else, in a cell or a paragraph.
std::string escaped(std::string_view words) {
    std::string out;
    for (const char c : words) {
        if (c == '|' || c == '*' || c == '_' || c == '`' || c == '<' || c == '[' || c == '\\')
            out += '\\';
        out += c == '\n' ? ' ' : c;
    }
    return out;
}

template <class Cells> std::string row(const Cells& cells) {
    std::string out = "|";
    for (const auto& cell : cells)
        out += fmt::format(" {} |", cell);
    return out + '\n';
}

std::string rule(std::size_t columns) {
    std::string out = "|";
    for (std::size_t i = 0; i < columns; ++i)
        out += "---|";
    return out + '\n';
}

std::string fence(std::string_view language, std::string_view text) {
    return fmt::format("```{}\n{}{}```\n", language, text, text.ends_with('\n') ? "" : "\n");
}

std::string scenarios(const Review& review) {
    std::string out = "\n## Scenarios\n";
    for (std::size_t i = 0; i < review.scenarios.size(); ++i) {
        const ReviewScenario& each = review.scenarios[i];
        out += fmt::format("\n{}. **{}** ({}). {}\n\n", i + 1, escaped(each.title), escaped(each.name),
                           escaped(each.about));
        out += fence("yaml", each.setup);
    }
    return out;
}

std::string matrix(const Review& review) {
    std::vector<std::string> head{"scenario"};
    for (const option::Option& option : review.options)
        head.push_back(escaped(option.name));
    std::string out = "\n## Verdicts\n\n" + row(head) + rule(head.size());
    for (std::size_t i = 0; i < review.scenarios.size(); ++i) {
        std::vector<std::string> cells{escaped(review.scenarios[i].title)};
        for (const option::Option& option : review.options)
            cells.push_back(escaped(verdictCell(review, i, option.name).words));
        out += row(cells);
    }
    return out;
}

std::string options(const Review& review) {
    std::string out = "\n## Options\n\n| option | what it is | source |\n" + rule(3);
    for (const option::Option& option : review.options)
        out += row(std::array{escaped(option.name), escaped(option.title), escaped(option.source)});
    out += "\nRules in which they differ:\n\n| rule | answer | options |\n" + rule(3);
    for (const RuleAnswers& each : rulesThatDiffer(review))
        for (const RuleAnswers::Answer& answer : each.answers)
            out += row(
                std::array{escaped(each.name), "`" + answer.words + "`", escaped(joined(answer.options))});
    return out;
}

std::string costs(const Review& review) {
    std::string out = "\n## Costs\n";
    for (const ReviewScenario& each : review.scenarios) {
        out += fmt::format("\n{}\n\n", escaped(each.title)) + row(kCostHeadings) + rule(kCostHeadings.size());
        for (const scenario::Summary& run : each.runs)
            out += row(costRow(run));
    }
    return out;
}

std::string cases(const Review& review) {
    std::string out = "\n## Findings\n";
    if (review.cases.empty())
        out += "\nNone.\n";
    for (std::size_t i = 0; i < review.cases.size(); ++i) {
        const ReviewCase& each = review.cases[i];
        out += fmt::format("\n### {}. {}\n\n{}\n\n", i + 1, escaped(caseTitle(each)),
                           escaped(each.finding.text));
        for (std::size_t step = 0; step < each.sequence.size(); ++step)
            out += fmt::format("{}. `{}`\n", step + 1, each.sequence[step]);
        if (!each.listing.empty())
            out += "\n" + fence("text", each.listing);
        for (const auto& [when, picture] :
             {std::pair("Before", &each.before), std::pair("After", &each.after)}) {
            view::Diagram diagram = *picture;
            diagram.caption.clear();
            out += fmt::format("\n{}:\n\n", when) + fence("text", renderText(diagram));
        }
    }
    return out;
}

} // namespace

std::string renderReviewMarkdown(const Review& review) {
    return fmt::format("# {}\n\n{}\n", headline(review), madeBy(review)) + matrix(review) + cases(review) +
           costs(review) + options(review) + scenarios(review);
}

} // namespace pfnscope::render
