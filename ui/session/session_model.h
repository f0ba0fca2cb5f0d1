// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/column.h"
#include "session/moment.h"

#include <QObject>
#include <QString>

#include <optional>
#include <vector>

namespace pfnscope::ui {

inline constexpr int kMaxColumns = 4;

/// A script with what the options made of it, ready to be looked at.
struct Run {
    QString path;
    QString title;
    QString about;
    std::vector<Step> steps;
    std::vector<Column> columns; ///< one to kMaxColumns
};

enum class Direction { Forward, Back };

/// The one selection and the one time of a window. Every pane is a function of what stands here.
class SessionModel : public QObject {
    Q_OBJECT
public:
    explicit SessionModel(QObject* parent = nullptr);
    ~SessionModel() override;

    /// Keeps the step and the selection when it is the same script again.
    void setRun(Run run);
    void close();
    /// Another one for every run that was ever shown.
    std::uint64_t revision() const { return revision_; }
    bool isOpen() const { return !run_.columns.empty(); }

    const Run& run() const { return run_; }
    const QString& path() const { return run_.path; }
    const QString& title() const { return run_.title; }
    const QString& about() const { return run_.about; }
    const std::vector<Step>& steps() const { return run_.steps; }
    int columnCount() const { return int(run_.columns.size()); }
    const Column& column(int index) const { return run_.columns[std::size_t(index)]; }
    int activeColumn() const { return active_; }
    void setActiveColumn(int index);
    const Column& active() const { return column(active_); }

    machine::Position position(int column) const { return this->column(column).machine->position(); }
    /// What the marks compare with: where the last stride began.
    machine::Position before(int column) const;
    machine::StepDepth depth() const { return depth_; }
    /// The step of the script that all columns are in or have just ended; empty before the first. It says more than a
    /// position does: a step that changes nothing has an end like any other.
    const std::optional<std::size_t>& step() const { return step_; }
    /// Where a column stands when the step has ended; of no step: when the machine is set up.
    machine::Position endOfStep(int column, std::optional<std::size_t> step) const;
    /// Whether the active column has done all of the step.
    bool atEndOfStep() const { return !isOpen() || position(active_) == endOfStep(active_, step_); }

    /// False, and nothing moved, at either end.
    bool stride(machine::StepDepth depth, Direction direction);
    void moveTo(const Moment& moment);
    /// To where step `index` has ended, in every column.
    void moveToStep(std::size_t index);
    void moveToBegin();
    void moveToEnd();

    /// Looks at another moment of a column without moving the window's time: `look` reads the state.
    template <class Look> auto at(int column, machine::Position position, Look look) const {
        machine::Machine& machine = *this->column(column).machine;
        const machine::Position now = machine.position();
        machine.moveTo(position);
        auto result = look(std::as_const(machine).state());
        machine.moveTo(now);
        return result;
    }

    const std::optional<Selection>& selection() const { return selection_; }
    void select(std::optional<Selection> selection);
    /// To the table that the selected entry of the active column references, and back to the entry that references the
    /// selected table. Nothing moves where there is none.
    void descend();
    void ascend();
    /// The frame of the selected table in this column, now; empty when it is not there.
    std::optional<Pfn> selectedFrame(int column) const;
    std::optional<Pfn> frameOf(int column, const Selection& entry) const;
    /// How to name the entry `index` of the table in `frame` of this column.
    Selection selectionOf(int column, Pfn frame, unsigned index) const;

Q_SIGNALS:
    void opened();
    void timeChanged();
    void selectionChanged();

private:
    /// The last operation of a column that belongs to the step or to what was before it.
    std::optional<std::size_t> operationUpTo(int column, std::optional<std::size_t> step) const;
    bool strideStep(Direction direction);
    void follow(std::optional<std::size_t> step, machine::Position position);

    Run run_;
    std::uint64_t revision_ = 1;
    int active_ = 0;
    std::optional<std::size_t> step_;
    machine::StepDepth depth_ = machine::StepDepth::Operation;
    std::optional<Selection> selection_;
};

} // namespace pfnscope::ui
