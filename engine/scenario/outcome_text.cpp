// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/runner.h"
#include "schedule/listing.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::scenario {
namespace {

std::string oopsText(const mm::Oops& oops) {
    if (oops.isBug)
        return fmt::format("BUG in {}", oops.function);
    return fmt::format("the kernel dies in {}, reading {}", oops.function, toText(oops.address));
}

std::string findingsText(const std::vector<check::Finding>& findings) {
    std::string text;
    for (const check::Finding& finding : findings)
        text += fmt::format("{}{} at step {} in {}", text.empty() ? "" : "; ", check::name(finding.kind),
                            finding.step + 1, finding.function.empty() ? "no function" : finding.function);
    return text.empty() ? "none" : text;
}

std::string findingsText(const std::vector<ExpectedFinding>& findings) {
    std::string text;
    for (const ExpectedFinding& finding : findings) {
        text += (text.empty() ? "" : "; ") + std::string(check::name(finding.kind));
        if (finding.step)
            text += fmt::format(" at step {}", *finding.step + 1);
        if (finding.function)
            text += fmt::format(" in {}", *finding.function);
    }
    return text.empty() ? "none" : text;
}

bool matches(const check::Finding& finding, const ExpectedFinding& expected) {
    return finding.kind == expected.kind && (!expected.step || *expected.step == finding.step) &&
           (!expected.function || *expected.function == finding.function);
}

} // namespace

std::string outcomeText(const mm::Operation& operation, const mm::Outcome& outcome) {
    if (outcome.oops)
        return oopsText(*outcome.oops);
    if (outcome.processGone)
        return "no such process any more";
    if (outcome.signal != mm::Signal::None)
        return fmt::format("{} at {}", mm::name(outcome.signal), toText(outcome.signalAddress));
    if (outcome.error != mm::Errno::None)
        return fmt::format("-{}", mm::name(outcome.error));
    if (std::holds_alternative<mm::Mmap>(operation.action) ||
        std::holds_alternative<mm::Mremap>(operation.action))
        return toHex(outcome.value);
    if (std::holds_alternative<mm::Fork>(operation.action))
        return fmt::format("process {}", outcome.value);
    if (const auto* touch = std::get_if<mm::Touch>(&operation.action)) {
        const std::string faults = outcome.faults == 0   ? "no fault"
                                   : outcome.faults == 1 ? "1 fault"
                                                         : fmt::format("{} faults", outcome.faults);
        return touch->access == hw::AccessType::Read
                   ? fmt::format("reads {}, {}", toHex(outcome.value), faults)
                   : "done, " + faults;
    }
    return "0";
}

namespace {

/// `words` of the only one, or of each behind its CPU.
template <class Words> std::string eachOnItsCpu(std::span<const StepResult> step, Words words) {
    if (step.size() == 1)
        return words(step.front());
    std::string text;
    for (const StepResult& result : step)
        text +=
            fmt::format("{}CPU{} {}", text.empty() ? "" : "; ", result.operation.cpu.raw(), words(result));
    return text;
}

} // namespace

std::string operationsText(std::span<const StepResult> step) {
    return (step.size() > 1 ? fmt::format("{}: ", kOverlap) : "") +
           eachOnItsCpu(step, [](const StepResult& result) {
               const bool isFirst = result.processName == kFirstProcessName;
               return result.text + (isFirst ? "" : fmt::format(" (in {})", result.processName));
           });
}

std::string answersText(std::span<const StepResult> step) {
    return eachOnItsCpu(
        step, [](const StepResult& result) { return outcomeText(result.operation, result.outcome); });
}

std::string listingOf(const Run& run, std::size_t step) {
    const auto results = run.resultsOf(step);
    if (results.size() < 2 || !results.front().journalOperation)
        return {};
    const machine::Journal& journal = run.machine.journal();
    const machine::Call& call = journal.call(journal.operations()[*results.front().journalOperation]);
    return schedule::listing(run.machine, call.first, call.last);
}

std::vector<Mismatch> mismatches(const Run& run) {
    std::vector<Mismatch> found;
    const auto entry = run.scenario.expect.find(run.option.name);
    if (entry == run.scenario.expect.end())
        return found;
    const Expected& expected = entry->second;
    const check::Costs& costs = run.report.costs;
    if (expected.verdict && *expected.verdict != run.verdict())
        found.push_back({"verdict", std::string(check::name(*expected.verdict)),
                         std::string(check::name(run.verdict()))});
    const auto number = [&](const char* what, const std::optional<std::uint64_t>& wanted,
                            std::uint64_t value) {
        if (wanted && *wanted != value)
            found.push_back({what, std::to_string(*wanted), std::to_string(value)});
    };
    number("faults", expected.faults, costs.faults);
    number("deposited_peak", expected.depositedPeak, costs.depositedPeak);
    number("deposited_end", expected.depositedEnd, run.depositedEnd());
    number("table_bytes_peak", expected.tableBytesPeak, costs.tableBytesPeak.raw());
    number("tlb_flushes", expected.tlbFlushes, costs.tlbFlushes);
    number("entries_written", expected.entriesWritten, costs.entriesWritten);
    if (expected.findings && !std::equal(run.report.findings.begin(), run.report.findings.end(),
                                         expected.findings->begin(), expected.findings->end(), matches))
        found.push_back({"findings", findingsText(*expected.findings), findingsText(run.report.findings)});
    return found;
}

} // namespace pfnscope::scenario
