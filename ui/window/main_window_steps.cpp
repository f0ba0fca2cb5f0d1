// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/text.h"
#include "session/stops.h"
#include "window/main_window.h"

#include <QAction>
#include <QInputDialog>
#include <QStatusBar>

/// Moving in time: strides, stops, bookmarks.
namespace pfnscope::ui {

using machine::StepDepth;

Direction MainWindow::travel() const {
    return actions_.action(ActionId::StepReverse)->isChecked() ? Direction::Back : Direction::Forward;
}

void MainWindow::stride(StepDepth depth, Direction direction) {
    if (!session_.stride(depth, direction) && session_.isOpen())
        statusBar()->showMessage(direction == Direction::Forward
                                     ? tr("This is the end of the scenario.")
                                     : tr("This is the beginning of the scenario."));
}

void MainWindow::wireStep() {
    using enum ActionId;
    struct Stride {
        ActionId id;
        StepDepth depth;
        Direction direction;
    };
    const Stride strides[] = {
        {StepWriteForward, StepDepth::Write, Direction::Forward},
        {StepWriteBack, StepDepth::Write, Direction::Back},
        {StepFunctionForward, StepDepth::Function, Direction::Forward},
        {StepFunctionBack, StepDepth::Function, Direction::Back},
        {StepOperationForward, StepDepth::Operation, Direction::Forward},
        {StepOperationBack, StepDepth::Operation, Direction::Back},
    };
    for (const Stride& each : strides)
        actions_.on(each.id, [this, each] { stride(each.depth, each.direction); });
    actions_.on(StepBegin, [this] { session_.moveToBegin(); });
    actions_.on(StepEnd, [this] { session_.moveToEnd(); });
    actions_.on(StepOver, [this] { stride(StepDepth::Function, travel()); });
    actions_.on(StepIn, [this] { stride(StepDepth::Write, travel()); });
    actions_.on(StepOut, [this] { stepOut(travel()); });
    actions_.on(StepRun, [this] { runToStop(travel()); });
    actions_.on(StepReverse, [this] {
        statusBar()->showMessage(travel() == Direction::Back
                                     ? tr("F5, F10, F11 and Shift+F11 go back in time.")
                                     : tr("F5, F10, F11 and Shift+F11 go forward in time."));
    });
    wireStops();
}

void MainWindow::wireStops() {
    using enum ActionId;
    actions_.on(StepBreakpoint, [this] {
        const QString function = functionNow();
        if (!function.isEmpty())
            notebook_.toggleBreakpoint(function);
        const QStringList& all = notebook_.breakpoints();
        statusBar()->showMessage(all.isEmpty() ? tr("No breakpoints.")
                                               : tr("Breakpoints: %1").arg(all.join(QStringLiteral(", "))));
    });
    actions_.on(StepCondition, [this] {
        bool given = false;
        const QString text =
            QInputDialog::getText(this, tr("Breakpoint"), tr("Stop at kernel functions whose name holds"),
                                  QLineEdit::Normal, functionNow(), &given);
        if (given && !text.isEmpty())
            notebook_.toggleBreakpoint(text);
    });
    actions_.on(StepBookmark, [this] {
        const auto step = session_.step();
        if (!step)
            return;
        if (notebook_.isPinned(*step))
            notebook_.unpin(*step);
        else
            notebook_.pin(*step, qt(session_.steps()[*step].title));
    });
    actions_.on(StepNote, [this] {
        const auto step = session_.step();
        if (!step)
            return;
        const QString now =
            notebook_.isPinned(*step) ? notebook_.pins().at(*step) : qt(session_.steps()[*step].say);
        bool given = false;
        const QString note =
            QInputDialog::getText(this, tr("Note"), tr("What is to be remembered of step %1").arg(*step + 1),
                                  QLineEdit::Normal, now, &given);
        if (given)
            notebook_.pin(*step, note);
    });
    actions_.on(StepWatch, [this] {
        if (session_.selection())
            notebook_.toggleWatch(*session_.selection());
    });
}

QString MainWindow::functionNow() const {
    if (!session_.isOpen() || session_.position(session_.activeColumn()) == 0)
        return {};
    const machine::Journal& journal = session_.active().journal();
    return qt(journal.call(journal.callOf(session_.position(session_.activeColumn()) - 1)).function);
}

void MainWindow::stepOut(Direction direction) {
    if (!session_.isOpen())
        return;
    const int column = session_.activeColumn();
    const machine::Journal& journal = session_.active().journal();
    const machine::Position now = session_.position(column);
    if (now == 0)
        return;
    const machine::Call& call = journal.call(journal.callOf(now - 1));
    session_.moveTo({column, direction == Direction::Forward ? std::max(call.last, now) : call.first});
}

void MainWindow::runToStop(Direction direction) {
    const auto stop = nextStop(session_, notebook_, direction);
    if (!session_.isOpen())
        return;
    if (!stop) {
        direction == Direction::Forward ? session_.moveToEnd() : session_.moveToBegin();
        statusBar()->showMessage(tr("No breakpoint, bookmark or finding any further that way."));
        return;
    }
    if (stop->step)
        session_.moveToStep(*stop->step);
    else
        session_.moveTo({session_.activeColumn(), stop->position});
    statusBar()->showMessage(stop->why);
}

} // namespace pfnscope::ui
