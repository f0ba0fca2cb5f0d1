// SPDX-License-Identifier: GPL-3.0-or-later
#include "option/option_yaml.h"
#include "render/review.h"
#include "render/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::render {
namespace {

constexpr std::size_t kColumns = 72;

/// A table of words; the first column to the left, the others to the right.
using Table = std::vector<std::vector<std::string>>;

class Page {
public:
    explicit Page(const Review& review) : review_(review) {}

    std::string write() {
        paragraph(fmt::format("pfnscope {}: {} scenario{} under {} option{}", review_.version,
                              review_.scenarios.size(), review_.scenarios.size() == 1 ? "" : "s",
                              review_.options.size(), review_.options.size() == 1 ? "" : "s"));
        heading("Scenarios");
        for (std::size_t i = 0; i < review_.scenarios.size(); ++i)
            item(fmt::format("[{}] ", i + 1),
                 fmt::format("{}: {}", review_.scenarios[i].name, review_.scenarios[i].title));
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

    void writeOptions() {
        for (const option::Option& option : review_.options)
            item(fmt::format("{:<12} ", option.name), option.title);
        for (const option::Slot& slot : option::slots()) {
            const auto words = [&](const option::Option& option) { return slot.words(option); };
            const bool differs =
                std::any_of(review_.options.begin(), review_.options.end(),
                            [&](const auto& each) { return words(each) != words(review_.options.front()); });
            if (!differs)
                continue;
            out_ += '\n';
            paragraph(fmt::format("{}: {}", slot.name, slot.question));
            writeSlot(slot);
        }
    }
    /// Options that answer alike share a line.
    void writeSlot(const option::Slot& slot) {
        std::vector<std::pair<std::string, std::string>> answers;
        for (const option::Option& option : review_.options) {
            const std::string words = slot.words(option);
            const auto same = std::find_if(answers.begin(), answers.end(),
                                           [&](const auto& each) { return each.first == words; });
            if (same == answers.end())
                answers.emplace_back(words, option.name);
            else
                same->second += ", " + option.name;
        }
        for (const auto& [words, names] : answers)
            item("    ", fmt::format("{}: {}", names, words));
    }

    void writeMatrix() {
        std::vector<std::string> names;
        for (const option::Option& option : review_.options)
            names.push_back(option.name);
        Table table{{""}};
        for (std::size_t i = 0; i < review_.scenarios.size(); ++i)
            table.push_back({fmt::format("[{}]", i + 1)});
        std::size_t used = 0;
        for (const std::string& name : names) {
            std::size_t width = name.size();
            for (const ReviewScenario& each : review_.scenarios)
                width = std::max(width, verdictOf(each, name).size());
            if (used != 0 && used + width + 2 > kColumns - 5) {
                writeTable(table);
                out_ += '\n';
                for (auto& row : table)
                    row.resize(1);
                used = 0;
            }
            used += width + 2;
            table[0].push_back(name);
            for (std::size_t i = 0; i < review_.scenarios.size(); ++i)
                table[i + 1].push_back(verdictOf(review_.scenarios[i], name));
        }
        writeTable(table);
    }
    static std::string verdictOf(const ReviewScenario& scenario, const std::string& option) {
        for (const scenario::Summary& run : scenario.runs)
            if (run.option == option)
                return std::string(name(run.verdict())) + (run.mismatches.empty() ? "" : "!");
        return "-";
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
        Table table{{"option", "deposited", "table bytes", "faults", "flushes", "entries", "differs at"}};
        for (const scenario::Summary& run : review_.scenarios[index].runs) {
            const check::Costs& costs = run.report.costs;
            table.push_back({run.option, fmt::format("{}", costs.depositedPeak), toText(costs.tableBytesPeak),
                             fmt::format("{}", costs.faults), fmt::format("{}", costs.tlbFlushes),
                             fmt::format("{}", costs.entriesWritten),
                             run.divergence ? fmt::format("step {}", run.divergence->step + 1) : ""});
        }
        writeTable(table);
    }

    void writeCase(std::size_t index) {
        const ReviewCase& each = review_.cases[index];
        std::string options;
        for (const std::string& name : each.options)
            options += (options.empty() ? "" : ", ") + name;
        item(fmt::format("({}) ", index + 1),
             fmt::format("{} in {}, scenario [{}], under {}", name(each.finding.kind), each.finding.function,
                         each.scenario + 1, options));
        out_ += '\n';
        paragraph(each.finding.text);
        out_ += '\n';
        line(each.isReduced ? "Steps, all that it takes:" : "Steps:");
        for (std::size_t i = 0; i < each.sequence.size(); ++i)
            item(fmt::format("{:>3}. ", i + 1), each.sequence[i]);
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
