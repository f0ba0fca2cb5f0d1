// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editor_pane.h"
#include "explore/explore_pane.h"
#include "models/text.h"
#include "window/main_window.h"

#include <QDockWidget>
#include <QPlainTextEdit>

/// From the search's pane to the timeline.
namespace pfnscope::ui {

void MainWindow::wireExplore() {
    actions_.on(ActionId::ExploreShow, [this] {
        QDockWidget* dock = docks_.dock(explore_->objectName());
        dock->show();
        dock->raise();
        resizeDocks({dock}, {height() / 2}, Qt::Vertical);
        explore_->setFocus();
    });
    connect(explore_, &ExplorePane::counterexampleOpened, this, &MainWindow::openSearchResult);
}

/// Read-only: it is what the search found. To change it, save it under a name.
void MainWindow::openSearchResult(const QString& yaml, const QString& option, VirtAddr at) {
    if (!mayLeaveText())
        return;
    auto run = loader_.loadText({}, yaml.toStdString(), {option});
    if (!run)
        return say(qt(toText(run.error())));
    beforeEdit_ = *run;
    editor_->setText({}, yaml);
    editor_->edit().setReadOnly(true);
    QDockWidget* dock = docks_.dock(explore_->objectName());
    const bool wasShown = !dock->isHidden();
    showRun(std::move(*run));
    dock->setVisible(wasShown); // the first script of a window brings a preset, which knows nothing of this pane
    session_.moveToStep(session_.steps().size() - 1);
    session_.select(std::nullopt);
    if (!goTo(qt(toText(at))))
        selectSomething();
}

} // namespace pfnscope::ui
