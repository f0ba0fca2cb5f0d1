// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/pictures.h"

#include "render/run_slides.h"
#include "view/same_changes.h"

#include <algorithm>

namespace pfnscope::ui {

namespace {

/// Two moments of four columns, and a stride's worth of what was just left.
constexpr std::size_t kSnapshots = 4 * kMaxColumns;

/// Wide enough for a table and its deposit, narrow enough to be read beside the other columns: on 1366 pixels
/// two leave room for deposits at the side, three or four do not.
view::LayoutOptions layoutBeside(int columns) {
    constexpr int kAlone = 88, kSideBySide = 2;
    view::LayoutOptions options;
    options.docks = columns > kSideBySide ? view::DockSide::Below : view::DockSide::Beside;
    options.width = columns == 1 ? kAlone : view::leastWidth(options.docks);
    return options;
}

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
        layout_ = everything.place(layoutBeside(session_.columnCount()));
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
    return options;
}

view::Stamp Pictures::stamp(int column) const {
    const auto step = session_.step();
    view::Stamp stamp;
    stamp.scenario = session_.path().section(u'/', -1).toStdString();
    stamp.option = session_.column(column).name();
    stamp.step = step ? *step + 1 : 0;
    stamp.steps = session_.steps().size();
    if (step)
        stamp.stepText = session_.steps()[*step].title;
    stamp.version = PFNSCOPE_VERSION;
    stamp.hash = render::stampHash(session_.column(column).state());
    if (const auto& run = session_.column(column).run)
        stamp.model = render::modelText(run->scenario.kernel);
    return stamp;
}

view::Diagram Pictures::drawn(int column, view::ViewOptions options) const {
    if (marks(column) == MarksAgainst::StepBefore)
        return view::makeDiagram(now(column), &before(column), layout(), options);
    options.kinship = view::Kinship::OtherHistory;
    return view::makeDiagram(now(column), &now(0), layout(), options);
}

view::Diagram Pictures::diagram(int column) const {
    return drawn(column, options(column));
}

view::Diagram Pictures::stampedDiagram(int column) const {
    view::ViewOptions stamped = options(column);
    stamped.stamp = stamp(column);
    return drawn(column, stamped);
}

view::Diagram Pictures::mailDiagram(int column) const {
    view::ViewOptions drawn = options(column);
    drawn.selected.reset();
    drawn.stamp = stamp(column);
    if (const auto step = session_.step())
        drawn.caption = {session_.steps()[*step].title, session_.steps()[*step].say};
    return view::makeDiagram(now(column), &before(column), drawn);
}

/// Equal changes to two histories leave them as equal or as different as they were.
bool Pictures::changedAlike(std::size_t step) const {
    if (step == 0)
        return false;
    const auto changes = [&](int column) {
        return view::Stretch{session_.column(column).journal(), session_.endOfStep(column, step - 1),
                             session_.endOfStep(column, step)};
    };
    for (int other = 1; other < session_.columnCount(); ++other)
        if (!view::changeAlike(changes(0), changes(other)))
            return false;
    return true;
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
        if (changedAlike(step)) {
            (*divergent_)[step] = (*divergent_)[step - 1];
            continue;
        }
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
