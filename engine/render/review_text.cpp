// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/wrap.h"
#include "render/review_words.h"
#include "render/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace pfnscope::render {
namespace {

constexpr std::size_t kColumns = 72;

/// A table of words; the first column to the left, the others to the right.
using Table = std::vector<std::vector<std::string>>;

class Page {
public:
    explicit Page(const Review& review) : review_(review) {}

    std::string write() {
        paragraph(fmt::format("{}: {}", madeBy(review_), headline(review_)));
        heading("Scenarios");
        for (std::size_t i = 0; i < review_.scenarios.size(); ++i)
            writeScenario(i);
        heading("Options");
        writeOptions();
        heading("Verdicts");
        writeMatrix();
        heading("Costs");
        for (std::size_t i = 0; i < review_.scenarios.size(); ++i)
            writeCosts(i);
        heading("Findings");
        if (review_.cases.empty())
            paragraph("None.");
        for (std::size_t i = 0; i < review_.cases.size(); ++i)
            writeCase(i);
        return std::move(out_);
    }

private:
    void line(std::string_view words) {
        std::string plain = toAscii(words);
        plain.resize(std::min(plain.size(), kColumns));
        while (!plain.empty() && plain.back() == ' ')
            plain.pop_back();
        out_ += plain + '\n';
    }
    void paragraph(std::string_view words) { item("", words); }
    /// `lead`, then the words; further lines stand below the words.
    void item(std::string_view lead, std::string_view words) {
        const std::string blanks(lead.size(), ' ');
        bool first = true;
        for (const std::string& each : wrapText(toAscii(words), kColumns - lead.size())) {
            line(std::string(first ? lead : std::string_view(blanks)) + each);
            first = false;
        }
    }
    void heading(std::string_view words) {
        out_ += '\n';
        line(words);
        line(std::string(words.size(), '-'));
    }

    void writeScenario(std::size_t index) {
        const ReviewScenario& each = review_.scenarios[index];
        item(fmt::format("[{}] ", index + 1), fmt::format("{}: {}", each.name, each.title));
        if (!each.about.empty())
            item("    ", each.about);
        // A long line goes on deeper than any key stands, which YAML takes for the same line.
        std::istringstream setup(each.setup);
        for (std::string words; std::getline(setup, words);) {
            const std::size_t indent = words.find_first_not_of(' ');
            bool first = true;
            for (const std::string& part :
                 wrapText(toAscii(words.substr(std::min(indent, words.size()))), 54)) {
                line(std::string(4 + indent + (first ? 0 : 6), ' ') + part);
                first = false;
            }
        }
    }

    void writeOptions() {
        for (const option::Option& option : review_.options) {
            item(fmt::format("{:<12} ", option.name), option.title);
            if (!option.source.empty())
                item(std::string(13, ' '), fmt::format("({})", option.source));
        }
        for (const RuleAnswers& rule : rulesThatDiffer(review_)) {
            out_ += '\n';
            paragraph(fmt::format("{}: {}", rule.name, rule.question));
            for (const RuleAnswers::Answer& answer : rule.answers)
                item("    ", fmt::format("{}: {}", joined(answer.options), answer.words));
        }
    }

    /// In as many tables as it takes to stay within the columns.
    void writeMatrix() {
        const std::size_t rows = review_.scenarios.size();
        Table table{{""}};
        for (std::size_t i = 0; i < rows; ++i)
            table.push_back({fmt::format("[{}]", i + 1)});
        std::size_t used = 0;
        for (const option::Option& option : review_.options) {
            std::vector<std::string> column{option.name};
            for (std::size_t i = 0; i < rows; ++i)
                column.push_back(verdictCell(review_, i, option.name).words);
            std::size_t width = 0;
            for (const std::string& words : column)
                width = std::max(width, words.size());
            if (used != 0 && used + width + 2 > kColumns - 5) {
                writeTable(table);
                out_ += '\n';
                for (auto& row : table)
                    row.resize(1);
                used = 0;
            }
            used += width + 2;
            for (std::size_t i = 0; i <= rows; ++i)
                table[i].push_back(column[i]);
        }
        writeTable(table);
    }

    void writeTable(const Table& table) {
        std::vector<std::size_t> widths(table.front().size(), 0);
        for (const auto& row : table)
            for (std::size_t i = 0; i < row.size(); ++i)
                widths[i] = std::max(widths[i], row[i].size());
        for (const auto& row : table) {
            std::string words;
            for (std::size_t i = 0; i < row.size(); ++i)
                words += i == 0 ? fmt::format("{:<{}}", row[i], widths[i])
                                : fmt::format("  {:>{}}", row[i], widths[i]);
            line(words);
        }
    }

    void writeCosts(std::size_t index) {
        if (index > 0)
            out_ += '\n';
        item(fmt::format("[{}] ", index + 1), review_.scenarios[index].title);
        Table table{{kCostHeadings.begin(), kCostHeadings.end()}};
        for (const scenario::Summary& run : review_.scenarios[index].runs) {
            const auto row = costRow(run);
            table.emplace_back(row.begin(), row.end());
        }
        writeTable(table);
    }

    void writeCase(std::size_t index) {
        const ReviewCase& each = review_.cases[index];
        item(fmt::format("({}) ", index + 1), caseTitle(each));
        out_ += '\n';
        paragraph(each.finding.text);
        out_ += '\n';
        line(each.isReduced ? "Steps, all that it takes:" : "Steps:");
        for (std::size_t i = 0; i < each.sequence.size(); ++i)
            item(fmt::format("{:>3}. ", i + 1), each.sequence[i]);
        if (!each.listing.empty())
            out_ += '\n' + each.listing;
        out_ += "\nBefore:\n" + renderText(withoutCaption(each.before));
        out_ += "\nAfter:\n" + renderText(withoutCaption(each.after)) + '\n';
    }
    static view::Diagram withoutCaption(view::Diagram diagram) {
        diagram.caption.clear();
        return diagram;
    }

    const Review& review_;
    std::string out_;
};

} // namespace

std::string renderReviewText(const Review& review) {
    return Page(review).write();
}

} // namespace pfnscope::render
