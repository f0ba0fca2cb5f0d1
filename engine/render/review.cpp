// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/review.h"

#include "render/run_slides.h"
#include "scenario/writer.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::render {
namespace {

using scenario::Run;
using scenario::Scenario;

/// Above these a scenario is shown as it is: reducing runs it once for every step.
constexpr std::size_t kMostStepsToReduce = 40;
constexpr std::size_t kMostDeltasToReduce = 20'000;

bool sameFinding(const check::Finding& a, const check::Finding& b) {
    return a.kind == b.kind && a.function == b.function;
}

const check::Finding* findAgain(const Run& run, const check::Finding& finding) {
    const auto& findings = run.report.findings;
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [&](const check::Finding& each) { return sameFinding(each, finding); });
    return found == findings.end() ? nullptr : &*found;
}

/// Leaves out each step that the finding does not need, the last ones first.
Scenario reduced(const Scenario& scenario, const option::Option& option, const check::Finding& finding) {
    Scenario shortest = scenario;
    shortest.expect.clear();
    for (std::size_t i = shortest.steps.size(); i-- > 0;) {
        Scenario without = shortest;
        const auto operations = without.steps[i].operations();
        const bool forks = std::any_of(operations.begin(), operations.end(), [](const mm::Operation& each) {
            return std::holds_alternative<mm::Fork>(each.action);
        });
        if (forks) // later steps name the child
            continue;
        without.steps.erase(without.steps.begin() + static_cast<std::ptrdiff_t>(i));
        const auto run = scenario::run(without, option);
        if (run && findAgain(**run, finding) != nullptr)
            shortest = std::move(without);
    }
    return shortest;
}

/// The step in which the function that did the damage ran, at or before the one that showed it.
std::size_t stepOfDamage(const Run& run, const check::Finding& finding) {
    const machine::Journal& journal = run.machine.journal();
    std::size_t step = finding.step + 1;
    for (const scenario::StepResult& result : run.results) {
        if (!result.journalOperation || result.step > finding.step)
            continue;
        for (std::uint32_t i = journal.operations()[*result.journalOperation].raw();
             i < journal.calls().size() && journal.calls()[i].operation == *result.journalOperation; ++i)
            if (journal.calls()[i].function == finding.function)
                step = result.step + 1;
    }
    return step;
}

/// What was run, without what is said of it.
std::string setupOf(Scenario scenario) {
    scenario.about.clear();
    scenario.expect.clear();
    scenario.options.clear();
    for (scenario::Step& step : scenario.steps) {
        step.say.clear();
        step.ask.reset();
    }
    return scenario::toYaml(scenario);
}

ReviewCase caseOf(const scenario::NamedScenario& named, const option::Option& option,
                  const check::Finding& finding, const std::string& version) {
    ReviewCase result;
    result.finding = finding;
    auto run = scenario::run(named.scenario, option);
    if (!run)
        return result;
    if (named.scenario.steps.size() <= kMostStepsToReduce &&
        (*run)->machine.journal().end() <= kMostDeltasToReduce) {
        Scenario shortest = reduced(named.scenario, option, finding);
        result.isReduced = shortest.steps.size() < named.scenario.steps.size();
        if (result.isReduced)
            run = scenario::run(shortest, option);
        if (!run)
            return result;
    }
    if (const check::Finding* again = findAgain(**run, finding))
        result.finding = *again;
    for (std::size_t step = 0; step <= result.finding.step; ++step)
        if (const auto results = (*run)->resultsOf(step); !results.empty()) {
            result.sequence.push_back(
                fmt::format("{} -> {}", scenario::operationsText(results), scenario::answersText(results)));
            result.listing += scenario::listingOf(**run, step);
        }
    const PicturedRun pictured{**run, named.file, version};
    const std::size_t step = stepOfDamage(**run, result.finding);
    result.before = plainPictureOf(pictured, step - 1);
    result.after = pictureOf(pictured, step);
    return result;
}

/// The cases of one scenario: a finding that several options share is one case.
void addCases(Review& review, const scenario::NamedScenario& named, std::size_t index) {
    const std::size_t first = review.cases.size();
    for (const scenario::Summary& summary : review.scenarios[index].runs)
        for (const check::Finding& finding : summary.report.findings) {
            const auto same =
                std::find_if(review.cases.begin() + static_cast<std::ptrdiff_t>(first), review.cases.end(),
                             [&](const ReviewCase& each) { return sameFinding(each.finding, finding); });
            if (same != review.cases.end()) {
                if (same->options.back() != summary.option)
                    same->options.push_back(summary.option);
                continue;
            }
            const auto option = std::find_if(named.options.begin(), named.options.end(),
                                             [&](const auto& each) { return each.name == summary.option; });
            ReviewCase made = caseOf(named, *option, finding, review.version);
            made.scenario = index;
            made.options = {summary.option};
            review.cases.push_back(std::move(made));
        }
}

} // namespace

Result<Review> makeReview(const std::vector<scenario::NamedScenario>& scenarios, std::string version) {
    const auto summaries = scenario::compare(scenarios);
    if (!summaries)
        return fail(summaries.error());
    Review review;
    review.version = std::move(version);
    auto next = summaries->begin();
    for (const scenario::NamedScenario& named : scenarios) {
        ReviewScenario entry{
            named.file, named.scenario.title, named.scenario.about, setupOf(named.scenario), {}};
        for (const option::Option& option : named.options) {
            entry.runs.push_back(*next++);
            const bool known = std::any_of(review.options.begin(), review.options.end(),
                                           [&](const auto& each) { return each.name == option.name; });
            if (!known)
                review.options.push_back(option);
        }
        review.scenarios.push_back(std::move(entry));
    }
    for (std::size_t i = 0; i < scenarios.size(); ++i)
        addCases(review, scenarios[i], i);
    return review;
}

} // namespace pfnscope::render
