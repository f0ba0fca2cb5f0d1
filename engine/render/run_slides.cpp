// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/run_slides.h"

#include "scenario/writer.h"
#include "view/differences.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>

namespace pfnscope::render {
namespace {

using machine::Position;
using view::TableGraph;

/// Puts the machine back to the end of time, whatever happens.
class AtEndAgain {
public:
    explicit AtEndAgain(scenario::Run& run) : run_(run) {}
    ~AtEndAgain() { run_.machine.moveTo(run_.machine.journal().end()); }
    AtEndAgain(const AtEndAgain&) = delete;
    AtEndAgain& operator=(const AtEndAgain&) = delete;

private:
    scenario::Run& run_;
};

/// What the scenario says at this step.
std::string sayAt(const scenario::Run& run, std::size_t step) {
    return step >= 1 && step <= run.scenario.steps.size() ? run.scenario.steps[step - 1].say : std::string();
}

/// Steps count from 1 here: 0 is what was before the first.
std::span<const scenario::StepResult> resultsAt(const scenario::Run& run, std::size_t step) {
    return step == 0 ? std::span<const scenario::StepResult>() : run.resultsOf(step - 1);
}

std::string operationText(const scenario::Run& run, std::size_t step) {
    if (const auto results = resultsAt(run, step); !results.empty())
        return scenario::operationsText(results) + " -> " + scenario::answersText(results);
    if (step >= 1 && step <= run.scenario.steps.size() && !run.scenario.steps[step - 1].mark.empty())
        return "mark: " + run.scenario.steps[step - 1].mark;
    return "before the first step";
}

view::ViewOptions optionsAt(const PicturedRun& pictured, std::size_t step) {
    view::ViewOptions options;
    options.stamp = {pictured.name,
                     pictured.run.option.name,
                     step,
                     lastStep(pictured.run),
                     operationText(pictured.run, step),
                     pictured.version,
                     stampHash(pictured.run.machine.state()),
                     modelText(pictured.run.scenario.kernel)};
    if (const std::string say = sayAt(pictured.run, step); !say.empty())
        options.caption.push_back(say);
    return options;
}

TableGraph graphAfter(const PicturedRun& pictured, std::size_t step) {
    pictured.run.machine.moveTo(positionAfter(pictured.run, step));
    return view::snapshotGraph(pictured.run.machine.state());
}

std::vector<std::string> findingsAt(const scenario::Run& run, std::size_t step) {
    std::vector<std::string> words;
    for (const check::Finding& finding : run.report.findings)
        if (finding.step + 1 == step)
            words.push_back(
                fmt::format("{} in {}: {}", check::name(finding.kind), finding.function, finding.text));
    return words;
}

constexpr std::size_t kMostDifferences = 200;

std::vector<std::string> changesBetween(const TableGraph& before, const TableGraph& now) {
    std::vector<std::string> words;
    for (const view::Difference& difference :
         differences(before, now, view::Kinship::SameHistory, kMostDifferences))
        words.push_back(fmt::format("{} {}", letter(difference.mark), difference.words));
    return words;
}

} // namespace

std::string stampHash(const machine::State& state) {
    return fmt::format("{:016x}", stateHash(state)).substr(0, 8);
}

std::string modelText(const mm::KernelConfig& kernel) {
    return fmt::format("Linux {}, SDM 2023", kernel.version7 ? "7.x" : "6.12");
}

std::size_t lastStep(const scenario::Run& run) {
    const std::size_t steps = run.scenario.steps.size();
    return run.results.empty() ? steps : std::max(steps, run.results.back().step + 1);
}

Position positionAfter(const scenario::Run& run, std::size_t step) {
    const machine::Journal& journal = run.machine.journal();
    // What the kernel does before the first step (its boot) belongs to the machine as it was made.
    Position position = 0;
    for (const machine::CallId id : journal.operations()) {
        const bool isStep = std::any_of(run.results.begin(), run.results.end(), [&](const auto& result) {
            return result.journalOperation && journal.operations()[*result.journalOperation] == id;
        });
        if (isStep)
            break;
        position = journal.call(id).last;
    }
    for (const scenario::StepResult& result : run.results)
        if (result.step + 1 <= step && result.journalOperation)
            position = std::max(position, journal.call(journal.operations()[*result.journalOperation]).last);
    return position;
}

view::Diagram pictureOf(const PicturedRun& pictured, std::size_t step, const view::LayoutOptions& layout) {
    const AtEndAgain back(pictured.run);
    std::optional<TableGraph> before;
    if (step > 0)
        before = graphAfter(pictured, step - 1);
    const TableGraph now = graphAfter(pictured, step);
    return makeDiagram(now, before ? &*before : nullptr, optionsAt(pictured, step), layout);
}

view::Diagram plainPictureOf(const PicturedRun& pictured, std::size_t step,
                             const view::LayoutOptions& layout) {
    const AtEndAgain back(pictured.run);
    const TableGraph now = graphAfter(pictured, step);
    return makeDiagram(now, nullptr, optionsAt(pictured, step), layout);
}

Comparison compareWithStepBefore(const PicturedRun& pictured, std::size_t step) {
    const AtEndAgain back(pictured.run);
    const std::size_t last = step == 0 ? 0 : step - 1;
    const TableGraph before = graphAfter(pictured, last);
    Comparison result;
    result.before = optionsAt(pictured, last).stamp;
    const TableGraph now = graphAfter(pictured, step);
    result.now = optionsAt(pictured, step).stamp;
    result.differences = differences(before, now, view::Kinship::SameHistory, kMostDifferences);
    return result;
}

Comparison compareAt(const PicturedRun& first, const PicturedRun& other, std::size_t step) {
    const AtEndAgain back(first.run);
    const AtEndAgain otherBack(other.run);
    const TableGraph before = graphAfter(first, step);
    const TableGraph now = graphAfter(other, step);
    return {optionsAt(first, step).stamp, optionsAt(other, step).stamp,
            differences(before, now, view::Kinship::OtherHistory, kMostDifferences)};
}

Presentation present(const PicturedRun& pictured, const view::LayoutOptions& layout) {
    const AtEndAgain back(pictured.run);
    const scenario::Run& run = pictured.run;
    view::LayoutUnion all;
    all.addHistory(run.machine.journal(), run.machine.state().geometry());
    const view::UnionLayout places = all.place(layout);
    const auto costs = view::costSeries(run.machine.journal());
    Presentation result;
    result.title = run.scenario.title;
    result.about = run.scenario.about;
    result.yaml = scenario::toYaml(run.scenario);
    std::optional<TableGraph> before;
    for (std::size_t step = 0; step <= lastStep(run); ++step) {
        TableGraph now = graphAfter(pictured, step);
        Slide slide;
        const view::ViewOptions options = optionsAt(pictured, step);
        slide.diagram = makeDiagram(now, before ? &*before : nullptr, places, options);
        slide.operation = options.stamp.stepText;
        slide.say = sayAt(run, step);
        const Position position = positionAfter(run, step);
        if (!resultsAt(run, step).empty())
            slide.calls = view::callTree(run.machine.journal(), position);
        if (before)
            slide.changes = changesBetween(*before, now);
        slide.findings = findingsAt(run, step);
        slide.cost = costAt(costs, position);
        result.slides.push_back(std::move(slide));
        before = std::move(now);
    }
    result.stamp = result.slides.back().diagram.stamp;
    result.stamp.steps = 0;
    result.stamp.stepText.clear();
    return result;
}

} // namespace pfnscope::render
