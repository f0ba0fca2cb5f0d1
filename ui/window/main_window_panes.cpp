// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_column.h"
#include "window/main_window.h"

#include <QAction>
#include <QDockWidget>

/// To the panes and back by keys.
namespace pfnscope::ui {

void MainWindow::wirePanes() {
    using enum ActionId;
    const std::pair<ActionId, const char*> panes[] = {
        {PaneScript, "pane.script"},         {PaneCalls, "pane.calls"},
        {PaneInspector, "pane.inspector"},   {PaneTimeline, "pane.timeline"},
        {PaneFindings, "pane.findings"},     {PaneLedger, "pane.ledger"},
        {PanePredicates, "pane.predicates"}, {PaneDifferences, "pane.differences"},
        {PaneVerdicts, "pane.verdicts"},     {PaneEvents, "pane.events"},
        {PaneFrames, "pane.frames"},         {PaneTlb, "pane.tlb"},
        {PaneNotebook, "pane.notebook"},
    };
    for (const auto& [id, name] : panes)
        actions_.on(id, [this, name = QString::fromLatin1(name)] { showPane(name); });
    actions_.on(PaneCanvas, [this] {
        if (CanvasView* view = canvas())
            view->setFocus();
    });
}

void MainWindow::showPane(const QString& name) {
    QDockWidget* dock = docks_.dock(name);
    dock->show();
    dock->raise();
    pane(name)->takeFocus();
}

void MainWindow::escape() {
    using enum ActionId;
    if (actions_.action(ViewPresenter)->isChecked())
        actions_.action(ViewPresenter)->trigger();
    else if (isFullScreen())
        actions_.action(ViewFullScreen)->trigger();
    else
        actions_.action(PaneCanvas)->trigger();
}

} // namespace pfnscope::ui
