// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/alignment.h"

#include <algorithm>

namespace pfnscope::ui {

namespace {

/// A column whose steps have got other numbers.
void renumber(Column& column, const std::vector<std::size_t>& places, std::size_t count) {
    std::vector<std::string> answers(count);
    for (std::size_t step = 0; step < column.answers.size() && step < places.size(); ++step)
        answers[places[step]] = std::move(column.answers[step]);
    column.answers = std::move(answers);
    const auto place = [&places, count](std::size_t step) {
        return step < places.size() ? places[step] : count - 1;
    };
    for (auto& step : column.stepOfOperation) {
        if (step)
            step = place(*step);
    }
    for (check::Finding& finding : column.report.findings)
        finding.step = place(finding.step);
}

Step merged(const Step* old, const Step* fresh, const std::string& fork) {
    if (!fresh)
        return *old;
    if (!old) {
        Step step = *fresh;
        step.title = fork + ": " + step.title;
        return step;
    }
    Step step = *old;
    if (old->title != fresh->title)
        step.title += "  |  " + fork + ": " + fresh->title;
    return step;
}

void makeRoom(std::vector<Column>& columns) {
    if (columns.size() < std::size_t(kMaxColumns))
        return;
    const auto last =
        std::find_if(columns.rbegin(), columns.rend(), [](const Column& each) { return each.isFork(); });
    columns.erase(last == columns.rend() ? columns.end() - 1 : std::next(last).base());
}

} // namespace

Alignment align(const std::vector<Step>& oldSteps, const std::vector<Step>& newSteps) {
    const std::size_t shorter = std::min(oldSteps.size(), newSteps.size());
    std::size_t head = 0, tail = 0;
    while (head < shorter && oldSteps[head].title == newSteps[head].title)
        ++head;
    while (tail < shorter - head &&
           oldSteps[oldSteps.size() - 1 - tail].title == newSteps[newSteps.size() - 1 - tail].title)
        ++tail;
    Alignment result;
    result.count = std::max(oldSteps.size(), newSteps.size());
    result.firstDifference = head == shorter && oldSteps.size() == newSteps.size() ? result.count : head;
    const auto places = [&](std::size_t size) {
        std::vector<std::size_t> all(size);
        for (std::size_t i = 0; i < size; ++i)
            all[i] = i < size - tail ? i : i + (result.count - size);
        return all;
    };
    result.ofOld = places(oldSteps.size());
    result.ofNew = places(newSteps.size());
    return result;
}

Run withFork(Run base, Run fork) {
    if (fork.columns.empty())
        return base;
    const Alignment alignment = align(base.steps, fork.steps);
    makeRoom(base.columns);
    for (Column& column : base.columns)
        renumber(column, alignment.ofOld, alignment.count);
    Column added = std::move(fork.columns.front());
    renumber(added, alignment.ofNew, alignment.count);
    std::vector<const Step*> olds(alignment.count), news(alignment.count);
    for (std::size_t i = 0; i < base.steps.size(); ++i)
        olds[alignment.ofOld[i]] = &base.steps[i];
    for (std::size_t i = 0; i < fork.steps.size(); ++i)
        news[alignment.ofNew[i]] = &fork.steps[i];
    std::vector<Step> steps;
    for (std::size_t i = 0; i < alignment.count; ++i)
        steps.push_back(merged(olds[i], news[i], added.name()));
    base.steps = std::move(steps);
    base.columns.push_back(std::move(added));
    return base;
}

} // namespace pfnscope::ui
