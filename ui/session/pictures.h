// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/session_model.h"
#include "view/differences.h"
#include "view/history.h"
#include "view/make_diagram.h"

#include <deque>

namespace pfnscope::ui {

/// What the marks of a column are relative to.
enum class MarksAgainst { StepBefore, FirstColumn };

/// What the engine's view makes of a session, made once and kept while several panes ask for the same.
class Pictures {
public:
    explicit Pictures(const SessionModel& session) : session_(session) {}

    /// To be called when the session holds another run.
    void reset();
    /// The first column has nothing but the step before to be compared with.
    void setMarks(MarksAgainst marks) { marks_ = marks; }
    MarksAgainst marks(int column) const { return column == 0 ? MarksAgainst::StepBefore : marks_; }

    const view::TableGraph& now(int column) const;
    const view::TableGraph& before(int column) const;
    /// Of column `other` against column `reference`, at this moment.
    std::vector<view::Difference> differences(int reference, int other) const;
    const view::UnionLayout& layout() const;
    const std::vector<view::CostPoint>& costs(int column) const;
    /// As the canvas shows it.
    view::Diagram diagram(int column) const;
    /// The same for those who do not see the window: says which scenario, step and state it is.
    view::Diagram stampedDiagram(int column) const;
    /// With a layout of its own, as narrow as a mail.
    view::Diagram mailDiagram(int column) const;
    /// The first step after which a column differs from column 0; empty: they never do.
    std::optional<std::size_t> firstDivergence() const;
    /// Whether, after this step has ended, any column differs from column 0.
    const std::vector<bool>& divergentSteps() const;

private:
    struct Snapshot {
        int column = 0;
        machine::Position position = 0;
        view::TableGraph graph;
    };
    const view::TableGraph& graph(int column, machine::Position position) const;
    view::Diagram drawn(int column, view::ViewOptions options) const;
    view::ViewOptions options(int column) const;
    view::Stamp stamp(int column) const;
    bool changedAlike(std::size_t step) const;
    void findDivergence() const;

    const SessionModel& session_;
    MarksAgainst marks_ = MarksAgainst::StepBefore;
    mutable std::deque<Snapshot> snapshots_;
    mutable std::optional<view::UnionLayout> layout_;
    mutable std::vector<std::optional<std::vector<view::CostPoint>>> costs_;
    mutable std::optional<std::vector<bool>> divergent_;
};

} // namespace pfnscope::ui
