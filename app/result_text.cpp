// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/result_text.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <filesystem>
#include <map>

namespace pfnscope::app {
namespace {

using scenario::Summary;

std::string shortName(const std::string& file) {
    const std::filesystem::path path(file);
    return (path.parent_path().filename() / path.stem()).generic_string();
}

void printFindings(const Summary& summary, std::ostream& out) {
    for (const check::Finding& finding : summary.report.findings)
        fmt::print(out, "    {} at step {} in {}, entry {}: {}\n", check::name(finding.kind),
                   finding.step + 1, finding.function, toText(finding.va), finding.text);
    for (const scenario::Mismatch& mismatch : summary.mismatches)
        fmt::print(out, "    not as expected: {} is {}, expected {}\n", mismatch.what, mismatch.found,
                   mismatch.expected);
}

std::string divergenceText(const Summary& summary) {
    if (!summary.divergence)
        return "";
    const std::string own =
        summary.divergence->otherFunction.empty() ? "ends" : summary.divergence->otherFunction;
    return fmt::format("step {}: {}", summary.divergence->step + 1, own);
}

/// How wide the widest of the cells is, the head among them.
template <class Cells> std::size_t widest(const Cells& cells) {
    std::size_t width = 0;
    for (const auto& cell : cells)
        width = std::max(width, std::string_view(cell).size());
    return width;
}

} // namespace

nlohmann::ordered_json summaryJson(const Summary& summary) {
    nlohmann::ordered_json findings = nlohmann::ordered_json::array();
    for (const check::Finding& finding : summary.report.findings)
        findings.push_back({{"kind", check::name(finding.kind)},
                            {"step", finding.step + 1},
                            {"function", finding.function},
                            {"va", toText(finding.va)},
                            {"text", finding.text}});
    nlohmann::ordered_json steps = nlohmann::ordered_json::array();
    for (const Summary::Line& line : summary.steps) {
        steps.push_back({{"op", line.operation}, {"result", line.result}, {"process", line.process}});
        if (line.cpu)
            steps.back().update({{"step", line.step + 1}, {"cpu", line.cpu->raw()}});
        if (!line.listing.empty())
            steps.back()["listing"] = line.listing;
    }
    nlohmann::ordered_json mismatches = nlohmann::ordered_json::array();
    for (const scenario::Mismatch& mismatch : summary.mismatches)
        mismatches.push_back(
            {{"what", mismatch.what}, {"expected", mismatch.expected}, {"found", mismatch.found}});
    const check::Costs& costs = summary.report.costs;
    nlohmann::ordered_json json{{"scenario", summary.scenario},
                                {"option", summary.option},
                                {"verdict", check::name(summary.verdict())},
                                {"findings", std::move(findings)},
                                {"costs",
                                 {{"deposited_peak", costs.depositedPeak},
                                  {"table_bytes_peak", costs.tableBytesPeak.raw()},
                                  {"faults", costs.faults},
                                  {"tlb_flushes", costs.tlbFlushes},
                                  {"entries_written", costs.entriesWritten}}},
                                {"steps", std::move(steps)},
                                {"mismatches", std::move(mismatches)}};
    if (summary.divergence)
        json["divergence"] = {{"step", summary.divergence->step + 1},
                              {"function", summary.divergence->otherFunction},
                              {"function_of_first", summary.divergence->function}};
    return json;
}

nlohmann::ordered_json summariesJson(const std::vector<Summary>& summaries) {
    nlohmann::ordered_json results = nlohmann::ordered_json::array();
    for (const Summary& summary : summaries)
        results.push_back(summaryJson(summary));
    return {{"results", std::move(results)}};
}

void printRun(const Summary& summary, std::ostream& out) {
    fmt::print(out, "{} under {}: {}\n", summary.title, summary.option, check::name(summary.verdict()));
    for (const Summary::Line& line : summary.steps) {
        const std::string who = line.process == scenario::kFirstProcessName ? "" : " (" + line.process + ")";
        const std::string where = line.cpu ? fmt::format("CPU{} ", line.cpu->raw()) : "";
        fmt::print(out, "  {:>3}  {}{}{}\n       -> {}\n", line.step + 1, where, line.operation, who,
                   line.result);
        if (!line.listing.empty())
            fmt::print(out, "\n{}\n", line.listing);
    }
    const check::Costs& costs = summary.report.costs;
    fmt::print(out,
               "  costs: {} deposited tables at the peak, {} of tables at the peak, {} faults, {} TLB "
               "flushes, {} entries written\n",
               costs.depositedPeak, toText(costs.tableBytesPeak), costs.faults, costs.tlbFlushes,
               costs.entriesWritten);
    printFindings(summary, out);
}

void printMatrix(const std::vector<Summary>& summaries, std::ostream& out) {
    std::vector<std::string> rows;
    std::vector<std::string> columns;
    std::map<std::pair<std::string, std::string>, std::string> cells;
    for (const Summary& summary : summaries) {
        const std::string row = shortName(summary.scenario);
        if (std::find(rows.begin(), rows.end(), row) == rows.end())
            rows.push_back(row);
        if (std::find(columns.begin(), columns.end(), summary.option) == columns.end())
            columns.push_back(summary.option);
        cells[{row, summary.option}] =
            std::string(check::name(summary.verdict())) + (summary.mismatches.empty() ? "" : "!");
    }
    const std::size_t first = widest(rows);
    fmt::print(out, "{:<{}}", "", first);
    std::map<std::string, std::size_t> widths;
    for (const std::string& column : columns) {
        std::vector<std::string> all{column};
        for (const std::string& row : rows)
            all.push_back(cells[{row, column}]);
        widths[column] = widest(all);
        fmt::print(out, "  {:<{}}", column, widths[column]);
    }
    out << '\n';
    for (const std::string& row : rows) {
        fmt::print(out, "{:<{}}", row, first);
        for (const std::string& column : columns)
            fmt::print(out, "  {:<{}}", cells[{row, column}], widths[column]);
        out << '\n';
    }
}

void printBlock(std::vector<Summary>::const_iterator begin, std::vector<Summary>::const_iterator end,
                std::ostream& out) {
    fmt::print(out, "\n{}: {}\n", shortName(begin->scenario), begin->title);
    fmt::print(out, "  {:<13} {:<16} {:>9} {:>8} {:>7} {:>8} {:>10}  {}\n", "option", "verdict", "deposited",
               "tables", "faults", "flushes", "entries", "first difference from " + begin->option);
    for (auto each = begin; each != end; ++each) {
        const check::Costs& costs = each->report.costs;
        fmt::print(out, "  {:<13} {:<16} {:>9} {:>8} {:>7} {:>8} {:>10}  {}\n", each->option,
                   check::name(each->verdict()), costs.depositedPeak, toText(costs.tableBytesPeak),
                   costs.faults, costs.tlbFlushes, costs.entriesWritten, divergenceText(*each));
        printFindings(*each, out);
    }
}

} // namespace pfnscope::app
