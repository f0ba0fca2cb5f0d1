// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/main_window.h"

#include "canvas/canvas_column.h"
#include "models/text.h"
#include "panels/script_pane.h"
#include "panels/table_pane.h"
#include "window/palette_dialog.h"
#include "window/settings.h"
#include "window/start_page.h"

#include <QAction>
#include <QApplication>
#include <QDockWidget>
#include <QInputDialog>
#include <QMenuBar>
#include <QMessageBox>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>

/// What the actions do.
namespace pfnscope::ui {

using machine::StepDepth;

void MainWindow::wireEdit() {
    using enum ActionId;
    actions_.on(EditCopy, [this] { copyPicture(); });
    actions_.on(EditCopyAs, [this] { copyAs(); });
    actions_.on(EditFind, [this] {
        QDockWidget* dock = docks_.dock(QStringLiteral("pane.events"));
        dock->show();
        dock->raise();
        static_cast<TablePane*>(dock->widget())->focusSearch();
    });
    actions_.on(EditSettings, [this] {
        const QStringList choices{tr("normal"), tr("compact")};
        bool chosen = false;
        const int now = Settings::density() == Density::Compact ? 1 : 0;
        const QString choice = QInputDialog::getItem(this, tr("Settings"), tr("Density of the text"), choices, now, false, &chosen);
        if (chosen) {
            Settings::setDensity(choice == choices[1] ? Density::Compact : Density::Normal);
            applyLook();
        }
    });
}

void MainWindow::wireView() {
    using enum ActionId;
    const auto onCanvas = [this](ActionId id, auto answer) {
        actions_.on(id, [this, answer] {
            if (CanvasView* view = canvas())
                answer(*view);
        });
    };
    onCanvas(ViewFit, [](CanvasView& view) { view.fit(); });
    onCanvas(ViewZoomIn, [](CanvasView& view) { view.zoom(1.25); });
    onCanvas(ViewZoomOut, [](CanvasView& view) { view.zoom(0.8); });
    actions_.on(ViewMap, [this] {
        for (CanvasColumn* column : columns_)
            column->canvas().setMapVisible(actions_.action(ViewMap)->isChecked());
    });
    actions_.on(ViewGoTo, [this] { goToAddress(); });
    actions_.on(ViewFilter, [this] {
        bool given = false;
        const QString text = QInputDialog::getText(this, tr("Filter"), tr("Dim what does not hold this text (empty: nothing)"),
                                                   QLineEdit::Normal, {}, &given);
        for (CanvasColumn* column : given ? columns_ : QList<CanvasColumn*>{})
            column->canvas().setFilter(text);
    });
    actions_.on(ViewPalette, [this] {
        PaletteDialog dialog(actions_, this);
        dialog.move(mapToGlobal(QPoint((width() - dialog.width()) / 2, 60)));
        dialog.exec();
    });
    const std::pair<ActionId, Preset> presets[] = {
        {ViewExplore, Preset::Explore}, {ViewReview, Preset::Review}, {ViewTeach, Preset::Teach}, {ViewMinimal, Preset::Minimal}, {ViewReset, Preset::Explore}};
    for (const auto& [id, preset] : presets)
        actions_.on(id, [this, preset] { applyPreset(preset); });
    const std::pair<ActionId, ThemeKind> themes[] = {{ViewLight, ThemeKind::Light}, {ViewDark, ThemeKind::Dark}, {ViewPrintColours, ThemeKind::Print}};
    for (const auto& [id, kind] : themes)
        actions_.on(id, [this, kind] {
            Settings::setTheme(kind);
            setTheme(kind);
        });
    actions_.on(ViewFullScreen, [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
    actions_.on(ViewPresenter, [this] { showPresenter(actions_.action(ViewPresenter)->isChecked()); });
}

void MainWindow::showPresenter(bool on) {
    if (on)
        stateBeforePresenter_ = saveState(Settings::kWindowStateVersion);
    menuBar()->setVisible(!on);
    for (QToolBar* bar : findChildren<QToolBar*>())
        bar->setVisible(!on);
    statusBar()->setVisible(!on);
    applyLook();
    if (on)
        applyPreset(Preset::Teach);
    else
        restoreState(stateBeforePresenter_, Settings::kWindowStateVersion);
}

Direction MainWindow::travel() const {
    return actions_.action(ActionId::StepReverse)->isChecked() ? Direction::Back : Direction::Forward;
}

void MainWindow::stride(StepDepth depth, Direction direction) {
    if (!session_.stride(depth, direction) && session_.isOpen())
        statusBar()->showMessage(direction == Direction::Forward ? tr("This is the end of the scenario.") : tr("This is the beginning of the scenario."));
}

void MainWindow::wireStep() {
    using enum ActionId;
    struct Stride {
        ActionId id;
        StepDepth depth;
        Direction direction;
    };
    const Stride strides[] = {
        {StepWriteForward, StepDepth::Write, Direction::Forward},         {StepWriteBack, StepDepth::Write, Direction::Back},
        {StepFunctionForward, StepDepth::Function, Direction::Forward},   {StepFunctionBack, StepDepth::Function, Direction::Back},
        {StepOperationForward, StepDepth::Operation, Direction::Forward}, {StepOperationBack, StepDepth::Operation, Direction::Back},
    };
    for (const Stride& each : strides)
        actions_.on(each.id, [this, each] { stride(each.depth, each.direction); });
    actions_.on(StepBegin, [this] { session_.moveToBegin(); });
    actions_.on(StepEnd, [this] { session_.moveToEnd(); });
    actions_.on(StepOver, [this] { stride(StepDepth::Function, travel()); });
    actions_.on(StepIn, [this] { stride(StepDepth::Write, travel()); });
    actions_.on(StepOut, [this] { stepOut(travel()); });
    actions_.on(StepRun, [this] { runToStop(travel()); });
    actions_.on(StepBreakpoint, [this] {
        const auto lines = session_.isOpen() ? view::callTree(session_.active().journal(), session_.position(session_.activeColumn()))
                                             : std::vector<view::CallLine>{};
        for (const view::CallLine& line : lines) {
            if (!line.current)
                continue;
            const QString function = qt(session_.active().journal().call(line.call).function);
            if (breakpoints_.removeAll(function) == 0)
                breakpoints_ << function;
        }
        statusBar()->showMessage(breakpoints_.isEmpty() ? tr("No breakpoints.") : tr("Breakpoints: %1").arg(breakpoints_.join(QStringLiteral(", "))));
    });
    actions_.on(StepBookmark, [this] {
        const auto step = session_.step();
        if (step && bookmarks_.erase(*step) == 0)
            bookmarks_.insert(*step);
        QStringList names;
        for (const std::size_t each : bookmarks_)
            names << QString::number(each + 1);
        statusBar()->showMessage(names.isEmpty() ? tr("No bookmarks.") : tr("Bookmarked steps: %1").arg(names.join(QStringLiteral(", "))));
    });
    actions_.on(StepCondition, [this] {
        bool given = false;
        const QString text = QInputDialog::getText(this, tr("Breakpoint"), tr("Stop at kernel functions whose name holds"), QLineEdit::Normal, {}, &given);
        if (given && !text.isEmpty())
            breakpoints_ << text;
    });
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
    if (!session_.isOpen())
        return;
    const auto isStop = [this] {
        const int column = session_.activeColumn();
        const machine::Position now = session_.position(column);
        if (now == 0)
            return false;
        const machine::Journal& journal = session_.active().journal();
        const QString function = qt(journal.call(journal.callOf(now - 1)).function);
        const bool broken = std::any_of(breakpoints_.begin(), breakpoints_.end(), [&](const QString& part) { return function.contains(part); });
        const auto step = session_.step();
        const auto& findings = session_.active().report.findings;
        if (step && session_.atEndOfStep() && bookmarks_.contains(*step))
            return true;
        return broken || (session_.atEndOfStep() && std::any_of(findings.begin(), findings.end(), [&](const check::Finding& f) { return step == f.step; }));
    };
    const StepDepth depth = breakpoints_.isEmpty() ? StepDepth::Operation : StepDepth::Function;
    while (session_.stride(depth, direction)) {
        if (isStop())
            return;
    }
}

void MainWindow::goToDifference(Direction direction) {
    if (!session_.isOpen())
        return;
    const std::vector<bool>& differs = pictures_.divergentSteps();
    const int now = session_.step() ? int(*session_.step()) : -1;
    const int stride = direction == Direction::Forward ? 1 : -1;
    for (int step = now + stride; step >= 0 && step < int(differs.size()); step += stride) {
        if (differs[std::size_t(step)]) {
            session_.moveToStep(std::size_t(step));
            return;
        }
    }
    statusBar()->showMessage(tr("The columns do not differ any further that way."));
}

void MainWindow::wireCompare() {
    using enum ActionId;
    actions_.on(CompareOptions, [this] { chooseOptions(); });
    actions_.on(CompareNext, [this] { goToDifference(Direction::Forward); });
    actions_.on(ComparePrevious, [this] { goToDifference(Direction::Back); });
    actions_.on(CompareFirst, [this] {
        if (const auto first = session_.isOpen() ? pictures_.firstDivergence() : std::nullopt)
            session_.moveToStep(*first);
    });
    actions_.on(CompareMatrix, [this] {
        QDockWidget* dock = docks_.dock(QStringLiteral("pane.verdicts"));
        dock->show();
        dock->raise();
    });
}

void MainWindow::wireHelp() {
    using enum ActionId;
    actions_.on(HelpShortcuts, [this] {
        QMessageBox sheet(QMessageBox::NoIcon, tr("Shortcuts"), shortcutSheet(), QMessageBox::Close, this);
        sheet.exec();
    });
    actions_.on(HelpAbout, [this] {
        QMessageBox::about(this, tr("About pfnscope"),
                           tr("<b>pfnscope %1</b><p>Models Linux 6.12 (newer behaviour where an option says so) and the Intel 64 manual, "
                              "volume 3, chapter on paging.<p>GPL-3.0-or-later. Fonts: DejaVu.").arg(QStringLiteral(PFNSCOPE_VERSION)));
    });
}

} // namespace pfnscope::ui
