// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/comparison.h"

#include <algorithm>

namespace pfnscope::scenario {
namespace {

/// Two deltas say the same as far as a reader of the tables can tell.
bool sameDelta(const machine::Delta& delta, const machine::Delta& other) {
    if (delta.index() != other.index())
        return false;
    if (const auto* written = std::get_if<machine::EntryWritten>(&delta)) {
        const auto& theirs = std::get<machine::EntryWritten>(other);
        return written->frame == theirs.frame && written->index == theirs.index &&
               written->after == theirs.after;
    }
    if (const auto* filled = std::get_if<machine::EntriesFilled>(&delta)) {
        const auto& theirs = std::get<machine::EntriesFilled>(other);
        return filled->frame == theirs.frame && filled->run == theirs.run;
    }
    return true;
}

std::string_view functionAt(const machine::Journal& journal, machine::Position position,
                            machine::Position end) {
    return position < end ? journal.call(journal.callOf(position)).function : std::string_view();
}

bool sameCall(const machine::Call& call, const machine::Call& other) {
    return call.function == other.function && call.depth == other.depth && call.arguments == other.arguments;
}

/// Where in the operation's deltas the two part; empty when they do not.
std::optional<Divergence> divergenceOf(const Run& run, const Run& other, const StepResult& mine,
                                       const StepResult& theirs) {
    if (!mine.journalOperation || !theirs.journalOperation)
        return std::nullopt;
    const machine::Journal& journal = run.machine.journal();
    const machine::Journal& otherJournal = other.machine.journal();
    const machine::Call& top = journal.call(journal.operations()[*mine.journalOperation]);
    const machine::Call& otherTop = otherJournal.call(otherJournal.operations()[*theirs.journalOperation]);
    const machine::Position length = std::max(top.last - top.first, otherTop.last - otherTop.first);
    for (machine::Position i = 0; i < length; ++i) {
        const machine::Position at = top.first + i;
        const machine::Position otherAt = otherTop.first + i;
        const bool isAlike =
            at < top.last && otherAt < otherTop.last &&
            sameCall(journal.call(journal.callOf(at)), otherJournal.call(otherJournal.callOf(otherAt))) &&
            sameDelta(journal.deltas()[at], otherJournal.deltas()[otherAt]);
        if (!isAlike)
            return Divergence{mine.step, std::string(functionAt(journal, at, top.last)),
                              std::string(functionAt(otherJournal, otherAt, otherTop.last))};
    }
    return std::nullopt;
}

} // namespace

std::optional<Divergence> firstDivergence(const Run& run, const Run& other) {
    const std::size_t count = std::min(run.results.size(), other.results.size());
    for (std::size_t i = 0; i < count; ++i) {
        const StepResult& mine = run.results[i];
        const StepResult& theirs = other.results[i];
        if (mine.step != theirs.step)
            return Divergence{std::min(mine.step, theirs.step), {}, {}};
        if (auto divergence = divergenceOf(run, other, mine, theirs))
            return divergence;
        if (mine.outcome != theirs.outcome)
            return Divergence{mine.step, std::string(mm::name(mine.operation.action)),
                              std::string(mm::name(theirs.operation.action))};
    }
    if (run.results.size() == other.results.size())
        return std::nullopt;
    const auto& longer = run.results.size() > count ? run.results : other.results;
    return Divergence{longer[count].step, {}, {}};
}

Summary summarize(const Run& run, std::string scenario) {
    Summary summary{
        std::move(scenario), run.scenario.title, run.option.name, run.report, {}, mismatches(run), {}};
    for (const StepResult& result : run.results) {
        Summary::Line line{result.step, result.text, outcomeText(result.operation, result.outcome),
                           result.processName};
        const auto together = run.resultsOf(result.step);
        if (together.size() > 1)
            line.cpu = result.operation.cpu;
        if (&result == &together.back())
            line.listing = listingOf(run, result.step);
        summary.steps.push_back(std::move(line));
    }
    return summary;
}

Result<std::vector<Summary>> compare(const std::vector<NamedScenario>& scenarios, const RunLimits& limits) {
    std::vector<Summary> summaries;
    for (const NamedScenario& each : scenarios) {
        std::unique_ptr<Run> first;
        for (const option::Option& option : each.options) {
            auto next = run(each.scenario, option, limits);
            if (!next) {
                next.error().place.file = each.file;
                return fail(next.error());
            }
            summaries.push_back(summarize(**next, each.file));
            if (first)
                summaries.back().divergence = firstDivergence(*first, **next);
            else
                first = std::move(*next);
        }
    }
    return summaries;
}

} // namespace pfnscope::scenario
