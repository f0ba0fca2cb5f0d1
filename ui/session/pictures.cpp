// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/pictures.h"

#include "render/run_slides.h"

#include <algorithm>

namespace pfnscope::ui {

namespace {

/// Two moments of four columns, and a stride's worth of what was just left.
constexpr std::size_t kSnapshots = 4 * kMaxColumns;
// In characters: wide enough for a table and its deposit, narrow enough to be read beside three others.
constexpr int kWidthAlone = 88, kWidthBeside = 64;

view::TableGraph lookAt(const machine::State& state) {
    return view::snapshotGraph(state);
}

} // namespace

void Pictures::reset() {
    snapshots_.clear();
    layout_.reset();
    costs_.assign(std::size_t(session_.columnCount()), std::nullopt);
    divergent_.reset();
}

const view::TableGraph& Pictures::graph(int column, machine::Position position) const {
    for (const Snapshot& snapshot : snapshots_) {
        if (snapshot.column == column && snapshot.position == position)
            return snapshot.graph;
    }
    if (snapshots_.size() >= kSnapshots)
        snapshots_.pop_front();
    snapshots_.push_back({column, position, session_.at(column, position, lookAt)});
    return snapshots_.back().graph;
}

const view::TableGraph& Pictures::now(int column) const {
    return graph(column, session_.position(column));
}

const view::TableGraph& Pictures::before(int column) const {
    return graph(column, session_.before(column));
}

std::vector<view::Difference> Pictures::differences(int reference, int other) const {
    return view::differences(now(reference), now(other), view::Kinship::OtherHistory);
}

const view::UnionLayout& Pictures::layout() const {
    if (!layout_) {
        view::LayoutUnion everything;
        for (int i = 0; i < session_.columnCount(); ++i)
            everything.addHistory(session_.column(i).journal(), session_.column(i).state().geometry());
        view::LayoutOptions options;
        options.width = session_.columnCount() == 1 ? kWidthAlone : kWidthBeside;
        layout_ = everything.place(options);
    }
    return *layout_;
}

const std::vector<view::CostPoint>& Pictures::costs(int column) const {
    auto& series = costs_[std::size_t(column)];
    if (!series)
        series = view::costSeries(session_.column(column).journal());
    return *series;
}

view::ViewOptions Pictures::options(int column) const {
    view::ViewOptions options;
    const auto frame = session_.selectedFrame(column);
    if (frame)
        options.selected = view::EntryRef{*frame, std::uint16_t(session_.selection()->index), 1};
    const auto step = session_.step();
    options.stamp.scenario = session_.path().section(u'/', -1).toStdString();
    options.stamp.option = session_.column(column).name();
    options.stamp.step = step ? *step + 1 : 0;
    options.stamp.steps = session_.steps().size();
    if (step)
        options.stamp.stepText = session_.steps()[*step].title;
    options.stamp.version = PFNSCOPE_VERSION;
    options.stamp.hash = render::stampHash(session_.column(column).state());
    if (const auto& run = session_.column(column).run)
        options.stamp.model = render::modelText(run->scenario.kernel);
    return options;
}

view::Diagram Pictures::diagram(int column) const {
    view::ViewOptions drawn = options(column);
    if (marks(column) == MarksAgainst::StepBefore)
        return view::makeDiagram(now(column), &before(column), layout(), drawn);
    drawn.kinship = view::Kinship::OtherHistory;
    return view::makeDiagram(now(column), &now(0), layout(), drawn);
}

view::Diagram Pictures::mailDiagram(int column) const {
    view::ViewOptions drawn = options(column);
    drawn.selected.reset();
    if (const auto step = session_.step())
        drawn.caption = {session_.steps()[*step].title, session_.steps()[*step].say};
    return view::makeDiagram(now(column), &before(column), drawn);
}

void Pictures::findDivergence() const {
    divergent_.emplace(session_.steps().size(), false);
    if (session_.columnCount() < 2)
        return;
    // Once through time from its beginning: going there and back for each step would cost the square of it.
    std::vector<machine::Position> now;
    for (int column = 0; column < session_.columnCount(); ++column)
        now.push_back(session_.position(column));
    const auto graphAfter = [this](int column, std::size_t step) {
        session_.column(column).machine->moveTo(session_.endOfStep(column, step));
        return lookAt(session_.column(column).state());
    };
    for (std::size_t step = 0; step < divergent_->size(); ++step) {
        const view::TableGraph first = graphAfter(0, step);
        for (int other = 1; other < session_.columnCount() && !(*divergent_)[step]; ++other)
            (*divergent_)[step] =
                !view::differences(first, graphAfter(other, step), view::Kinship::OtherHistory, 1).empty();
    }
    for (int column = 0; column < session_.columnCount(); ++column)
        session_.column(column).machine->moveTo(now[std::size_t(column)]);
}

const std::vector<bool>& Pictures::divergentSteps() const {
    if (!divergent_)
        findDivergence();
    return *divergent_;
}

std::optional<std::size_t> Pictures::firstDivergence() const {
    const std::vector<bool>& steps = divergentSteps();
    const auto first = std::find(steps.begin(), steps.end(), true);
    return first == steps.end() ? std::nullopt : std::optional(std::size_t(first - steps.begin()));
}

} // namespace pfnscope::ui
