// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/html_page.h"
#include "render/review_words.h"
#include "render/svg.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::render {
namespace {

std::string_view gravity(check::Verdict verdict) {
    switch (verdict) {
    case check::Verdict::Ok:
        return "good";
    case check::Verdict::Refused:
    case check::Verdict::Oom:
        return "warn";
    default:
        return "bad";
    }
}

/// Writes the page, section by section.
class ReviewPage {
public:
    explicit ReviewPage(const Review& review) : review_(review) {}

    std::string write() {
        const std::string title = headline(review_);
        out_ = htmlHead(title);
        out_ += fmt::format("<body>\n<main>\n<h1>{}</h1>\n<p class=\"stampline\">{}</p>\n", title,
                            escapeXml(madeBy(review_)));
        writeScenarios();
        writeMatrix();
        writeOptions();
        writeCosts();
        out_ += "<h2>Findings</h2>\n";
        if (review_.cases.empty())
            out_ += "<p>None.</p>\n";
        for (std::size_t i = 0; i < review_.cases.size(); ++i)
            writeCase(i);
        return std::move(out_) + "</main>\n</body>\n</html>\n";
    }

private:
    static void cell(std::string& row, std::string_view words, std::string_view tag = "td",
                     std::string_view cls = "") {
        row += fmt::format("<{}{}>{}</{}>", tag, cls.empty() ? "" : fmt::format(" class=\"{}\"", cls), words,
                           tag);
    }

    void writeScenarios() {
        out_ += "<h2>Scenarios</h2>\n<ol>\n";
        for (const ReviewScenario& each : review_.scenarios)
            out_ += fmt::format(
                "<li><b>{}</b> <code>{}</code><br>{}\n<details><summary>What was run</summary>"
                "<pre>{}</pre></details></li>\n",
                escapeXml(each.title), escapeXml(each.name), escapeXml(each.about), escapeXml(each.setup));
        out_ += "</ol>\n";
    }

    void writeMatrix() {
        out_ += "<h2>Verdicts</h2>\n<table>\n<tr><th>scenario</th>";
        for (const option::Option& option : review_.options)
            out_ += fmt::format("<th title=\"{}\">{}</th>", escapeXml(option.title), escapeXml(option.name));
        out_ += "</tr>\n";
        for (std::size_t i = 0; i < review_.scenarios.size(); ++i) {
            const ReviewScenario& each = review_.scenarios[i];
            std::string row;
            cell(row, fmt::format("{}<br><code>{}</code>", escapeXml(each.title), escapeXml(each.name)));
            for (const option::Option& option : review_.options) {
                const VerdictCell verdict = verdictCell(review_, i, option.name);
                cell(row,
                     verdict.reviewCase
                         ? fmt::format("<a href=\"#case-{}\">{}</a>", *verdict.reviewCase + 1, verdict.words)
                         : verdict.words,
                     "td", verdict.verdict ? gravity(*verdict.verdict) : "");
            }
            out_ += "<tr>" + row + "</tr>\n";
        }
        out_ += "</table>\n<p>A ! marks what is not as the scenario expects.</p>\n";
    }

    void writeOptions() {
        out_ += "<h2>Options</h2>\n<table>\n<tr><th>option</th><th>what it is</th><th>source</th></tr>\n";
        for (const option::Option& option : review_.options)
            out_ += fmt::format("<tr><th>{}</th><td>{}</td><td>{}</td></tr>\n", escapeXml(option.name),
                                escapeXml(option.title), escapeXml(option.source));
        out_ += "</table>\n<h3>Rules in which they differ</h3>\n<table>\n<tr><th>rule</th><th>answer</th>"
                "<th>options</th></tr>\n";
        for (const RuleAnswers& rule : rulesThatDiffer(review_))
            writeRule(rule);
        out_ += "</table>\n";
    }

    void writeRule(const RuleAnswers& rule) {
        for (std::size_t i = 0; i < rule.answers.size(); ++i) {
            out_ += "<tr>";
            if (i == 0)
                out_ += fmt::format("<th rowspan=\"{}\" title=\"{}\">{}</th>", rule.answers.size(),
                                    escapeXml(rule.question), escapeXml(rule.name));
            out_ += fmt::format("<td><code>{}</code></td><td>{}</td></tr>\n",
                                escapeXml(rule.answers[i].words), escapeXml(joined(rule.answers[i].options)));
        }
    }

    void writeCosts() {
        out_ += "<h2>Costs</h2>\n";
        for (const ReviewScenario& each : review_.scenarios) {
            out_ += fmt::format("<h3>{}</h3>\n<table>\n<tr>", escapeXml(each.title));
            for (const std::string_view heading : kCostHeadings)
                cell(out_, heading, "th");
            out_ += "</tr>\n";
            for (const scenario::Summary& run : each.runs) {
                std::string row;
                for (const std::string& words : costRow(run))
                    cell(row, escapeXml(words), row.empty() ? "th" : "td", row.empty() ? "" : "number");
                out_ += "<tr>" + row + "</tr>\n";
            }
            out_ += "</table>\n";
        }
    }

    void writeCase(std::size_t index) {
        const ReviewCase& each = review_.cases[index];
        out_ += fmt::format("<h3 id=\"case-{}\">{}: <span class=\"{}\">{}</span> in <code>{}</code></h3>\n"
                            "<p>{}, under {}</p>\n<p>{}</p>\n",
                            index + 1, index + 1, gravity(check::verdictOf(each.finding.kind)),
                            name(each.finding.kind), escapeXml(each.finding.function),
                            escapeXml(review_.scenarios[each.scenario].title),
                            escapeXml(joined(each.options)), escapeXml(each.finding.text));
        if (each.isReduced)
            out_ += "<p>All the steps that it takes:</p>\n";
        out_ += "<ol>\n";
        for (const std::string& step : each.sequence)
            out_ += fmt::format("<li><code>{}</code></li>\n", escapeXml(step));
        out_ += "</ol>\n";
        if (!each.listing.empty())
            out_ += fmt::format("<pre>{}</pre>\n", escapeXml(each.listing));
        out_ += "<div class=\"pair\">\n";
        figure(each.before, "Before", fmt::format("c{}b-", index + 1));
        figure(each.after, "After", fmt::format("c{}a-", index + 1));
        out_ += "</div>\n";
    }

    void figure(view::Diagram diagram, std::string_view caption, const std::string& prefix) {
        diagram.caption.clear();
        out_ += fmt::format("<figure><figcaption>{}</figcaption>\n{}</figure>\n", caption,
                            renderSvg(diagram, {render::Page::Transparent, prefix, false}));
    }

    const Review& review_;
    std::string out_;
};

} // namespace

std::string renderReviewHtml(const Review& review) {
    return ReviewPage(review).write();
}

} // namespace pfnscope::render
