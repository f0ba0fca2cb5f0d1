// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/loader.h"

#include "base/atomic_file.h"
#include "scenario/lesson_progress.h"
#include "scenario/reader.h"

namespace pfnscope::ui {

namespace {

std::vector<const option::Option*> chosenOf(const option::Catalogue& catalogue, const QStringList& names) {
    std::vector<const option::Option*> chosen;
    for (const QString& name : names) {
        if (const auto found = catalogue.find(name.toStdString()); found && chosen.size() < kMaxColumns)
            chosen.push_back(*found);
    }
    if (chosen.empty())
        chosen.push_back(&catalogue.options().front());
    return chosen;
}

Column columnOf(std::shared_ptr<scenario::Run> run, std::size_t steps) {
    Column column;
    column.option = run->option;
    column.report = run->report;
    column.answers.resize(steps);
    column.stepOfOperation.resize(run->machine.journal().operations().size());
    for (const scenario::StepResult& result : run->results) {
        if (result.step < steps)
            column.answers[result.step] = scenario::answersText(run->resultsOf(result.step));
        if (result.journalOperation)
            column.stepOfOperation[*result.journalOperation] = result.step;
    }
    for (const scenario::Mismatch& mismatch : scenario::mismatches(*run))
        column.mismatches.push_back(mismatch.what + ": expected " + mismatch.expected + ", found " + mismatch.found);
    column.machine = std::shared_ptr<machine::Machine>(run, &run->machine);
    column.run = run;
    return column;
}

/// The script's steps and, behind them, the exits of the teardown.
std::vector<Step> stepsOf(const scenario::Run& run) {
    std::vector<Step> steps(run.scenario.steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const scenario::Step& step = run.scenario.steps[i];
        steps[i].title = "mark: " + step.mark;
        steps[i].say = step.say;
        if (step.ask) {
            steps[i].question = step.ask->question;
            steps[i].answers = step.ask->answers;
            steps[i].right = step.ask->right;
            steps[i].isTurn = scenario::isTurn(*step.ask);
        }
    }
    for (const scenario::StepResult& result : run.results) {
        if (result.step >= steps.size()) {
            steps.resize(result.step + 1);
            steps[result.step].say = "The teardown: every process that still lives exits.";
        }
        const auto together = run.resultsOf(result.step);
        steps[result.step].title = together.size() > 1 ? scenario::operationsText(together) : result.text;
    }
    return steps;
}

} // namespace

Loader::Loader() : catalogue_(option::Catalogue::shipped()) {}

Result<Run> Loader::load(const QString& path, const QStringList& options) const {
    const auto text = readFile(path.toStdString());
    if (!text)
        return fail(text.error());
    return loadText(path, *text, options);
}

Result<Run> Loader::loadText(const QString& path, const std::string& text, const QStringList& options) const {
    const auto read = scenario::readScenario(text, path.toStdString(), catalogue_);
    if (!read)
        return fail(read.error());
    const auto catalogue = scenario::withOptionsOf(*read, catalogue_);
    if (!catalogue)
        return fail(catalogue.error());
    std::vector<std::shared_ptr<scenario::Run>> runs;
    for (const option::Option* option : chosenOf(*catalogue, options)) {
        auto run = scenario::run(*read, *option);
        if (!run)
            return fail(run.error());
        runs.push_back(std::move(*run));
    }
    Run result;
    result.path = path;
    result.title = QString::fromStdString(read->title);
    result.about = QString::fromStdString(read->about);
    for (const auto& run : runs) { // a run that ended early has fewer exits
        if (auto steps = stepsOf(*run); steps.size() > result.steps.size())
            result.steps = std::move(steps);
    }
    for (const auto& run : runs)
        result.columns.push_back(columnOf(run, result.steps.size()));
    return result;
}

Result<Run> Loader::whatIf(const Column& origin, const scenario::Intervention& intervention, const std::string& label) const {
    if (!origin.run)
        return fail({ErrorKind::Unsupported, {}, "what if", "a column that a scenario was run for"});
    auto made = scenario::runWhatIf(origin.run->scenario, origin.run->option, intervention);
    if (!made)
        return fail(made.error());
    const std::shared_ptr<scenario::Run> run = std::move(*made);
    Run result;
    result.steps = stepsOf(*run);
    Column column = columnOf(run, result.steps.size());
    const std::size_t place = intervention.afterStep + 1;
    for (auto& step : column.stepOfOperation)
        step = step && *step >= place ? *step + 1 : step;
    for (check::Finding& finding : column.report.findings)
        finding.step += finding.step >= place ? 1 : 0;
    const auto& operations = run->machine.journal().operations();
    for (std::size_t i = 0; i < operations.size(); ++i) {
        if (run->machine.journal().call(operations[i]).function == scenario::kWhatIf)
            column.stepOfOperation[i] = place;
    }
    Step step;
    step.title = std::string(scenario::kWhatIf) + ": pfn " + toText(intervention.table) + " [" +
                 std::to_string(intervention.index) + "] = " + toHex(intervention.word);
    step.say = "Nobody wrote this word: it is put there to see what the kernel and the MMU make of it. The TLBs are flushed with it.";
    column.label = label;
    column.story = step.title;
    column.mismatches.clear(); // what the scenario expects is not expected of this
    const std::string answer = "the word is written";
    column.answers.insert(column.answers.begin() + std::ptrdiff_t(place), answer);
    result.steps.insert(result.steps.begin() + std::ptrdiff_t(place), std::move(step));
    result.columns.push_back(std::move(column));
    return result;
}

Result<Run> Loader::otherText(const Column& origin, const QString& path, const std::string& text, const std::string& label) const {
    auto run = loadText(path, text, {QString::fromStdString(origin.option.name)});
    if (!run)
        return run;
    Column& column = run->columns.front();
    column.label = label;
    column.mismatches.clear();
    return run;
}

} // namespace pfnscope::ui
