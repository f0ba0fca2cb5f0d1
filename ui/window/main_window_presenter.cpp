// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_column.h"
#include "canvas/presenter_overlay.h"
#include "models/text.h"
#include "window/main_window.h"
#include "window/settings.h"

#include <QAction>
#include <QLabel>
#include <QMenuBar>
#include <QStatusBar>
#include <QToolBar>

/// The window on a projector: large text, one caption, no chrome.
namespace pfnscope::ui {

void MainWindow::wirePresenter() {
    using enum ActionId;
    actions_.on(ViewPresenter, [this] { showPresenter(actions_.action(ViewPresenter)->isChecked()); });
    actions_.on(ViewSpotlight, [this] { applyPresenter(); });
    actions_.on(ViewLaser, [this] { applyPresenter(); });
}

void MainWindow::showPresenter(bool on) {
    if (on)
        stateBeforePresenter_ = saveState(Settings::kWindowStateVersion);
    menuBar()->setVisible(!on);
    for (QToolBar* bar : findChildren<QToolBar*>())
        bar->setVisible(!on);
    statusBar()->setVisible(!on);
    actions_.action(ActionId::ViewSpotlight)->setChecked(on);
    applyLook();
    applyPresenter();
    if (on)
        applyPreset(Preset::Teach);
    else
        restoreState(stateBeforePresenter_, Settings::kWindowStateVersion);
}

void MainWindow::applyPresenter() {
    const bool laser = actions_.action(ActionId::ViewLaser)->isChecked();
    for (CanvasColumn* column : columns_) {
        column->canvas().presenter().setSpotlight(actions_.action(ActionId::ViewSpotlight)->isChecked());
        column->canvas().presenter().setLaser(laser);
        column->canvas().viewport()->setCursor(laser ? Qt::BlankCursor : Qt::ArrowCursor);
    }
}

void MainWindow::showCaption() {
    const bool presents = actions_.action(ActionId::ViewPresenter)->isChecked() && session_.isOpen();
    caption_->setVisible(presents);
    if (!presents)
        return;
    const auto step = session_.step();
    const QString words = !step ? session_.title() : qt(session_.steps()[*step].title);
    caption_->setText(QStringLiteral("<span style='font-size:%1px'><b>%2</b> &nbsp;%3</span>")
                          .arg(textPixels(Density::Presenter) * 4 / 3)
                          .arg(step ? tr("%1/%2").arg(*step + 1).arg(session_.steps().size())
                                    : tr("Before the first step:"),
                               words.toHtmlEscaped()));
}

} // namespace pfnscope::ui
