// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editor_pane.h"
#include "models/text.h"
#include "window/main_window.h"
#include "window/settings.h"
#include "window/start_page.h"

#include <QAction>
#include <QDockWidget>
#include <QFileDialog>
#include <QPlainTextEdit>
#include <QStatusBar>

/// The scenario as a text: new, edited, run again, saved.
namespace pfnscope::ui {

namespace {

constexpr auto kNewScenario = R"(title: A new scenario
about: What happens when a page of a huge map goes away.
arch: x86_64
drivers:
  vfio: {pfn: 0x200000, fault: pte, huge_fault: pmd}
steps:
  - mmap: {name: bar, at: 0x7f0000000000, size: 2M, driver: vfio, prot: rw, flags: shared}
  - touch: {at: bar, access: write}
  - munmap: {at: bar + 1M, size: 4K}
  - touch: {at: bar}
)";

} // namespace

void MainWindow::saveScenario(const QString& path) {
    if (path.isEmpty())
        return;
    const auto saved = editor_->save(path);
    say(saved ? QString() : qt(toText(saved.error())));
    if (saved) {
        beforeEdit_ = session_.run();
        Settings::addRecentFile(path);
        statusBar()->showMessage(tr("Saved: %1").arg(path));
    }
}

void MainWindow::wireEditor() {
    using enum ActionId;
    QDockWidget* dock = docks_.dock(QStringLiteral("pane.editor"));
    const auto showEditor = [this, dock](bool shown) {
        dock->setVisible(shown);
        if (shown) {
            dock->raise();
            resizeDocks({dock}, {width() / 3}, Qt::Horizontal);
            editor_->edit().setFocus();
        }
    };
    const auto saveAs = [this] {
        saveScenario(QFileDialog::getSaveFileName(this, tr("Save the scenario"), editor_->path(),
                                                  tr("Scenarios (*.yaml)")));
    };
    connect(dock, &QDockWidget::visibilityChanged, actions_.action(EditScenario),
            [this, dock] { actions_.action(ActionId::EditScenario)->setChecked(!dock->isHidden()); });
    actions_.on(EditScenario, [this, showEditor] { showEditor(actions_.action(EditScenario)->isChecked()); });
    actions_.on(EditUndo, [this] { editor_->edit().undo(); });
    actions_.on(EditRedo, [this] { editor_->edit().redo(); });
    actions_.on(FileSaveAs, saveAs);
    actions_.on(FileSave, [this, saveAs] {
        if (editor_->path().isEmpty())
            saveAs();
        else
            saveScenario(editor_->path());
    });
    actions_.on(FileNew, [this, showEditor] {
        editor_->setText({}, QString::fromUtf8(kNewScenario));
        runText();
        showEditor(true);
    });
    connect(startPage_, &StartPage::recoverAsked, this, [this, showEditor] {
        recover();
        showEditor(true);
    });
}

void MainWindow::runText() {
    auto run = loader_.loadText(editor_->path(), editor_->edit().toPlainText().toStdString(), Settings::options());
    if (!run) {
        say(qt(toText(run.error())));
        return;
    }
    beforeEdit_ = *run;
    showRun(std::move(*run));
}

void MainWindow::recover() {
    editor_->recover(Settings::unsavedPath(), Settings::unsaved());
    runText();
}

} // namespace pfnscope::ui
