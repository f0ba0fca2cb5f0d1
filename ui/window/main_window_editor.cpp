// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editor_pane.h"
#include "models/text.h"
#include "window/main_window.h"
#include "window/recovery_bar.h"
#include "window/settings.h"

#include <QAction>
#include <QDockWidget>
#include <QFileDialog>
#include <QMessageBox>
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

bool MainWindow::saveScenario(const QString& path) {
    if (path.isEmpty())
        return false;
    const auto saved = editor_->save(path);
    say(saved ? QString() : qt(toText(saved.error())));
    if (!saved)
        return false;
    beforeEdit_ = session_.run();
    Settings::addRecentFile(path);
    fillRecent();
    statusBar()->showMessage(tr("Saved: %1").arg(path));
    return true;
}

bool MainWindow::saveScenarioAs() {
    return saveScenario(QFileDialog::getSaveFileName(this, tr("Save the scenario"), editor_->path(),
                                                     tr("Scenarios (*.yaml)")));
}

bool MainWindow::mayLeaveText() {
    if (!editor_->isChanged())
        return true;
    const QString file =
        editor_->path().isEmpty() ? tr("The new scenario") : editor_->path().section(u'/', -2);
    QMessageBox box(QMessageBox::Warning, tr("Unsaved text"), tr("%1 was changed and not saved.").arg(file),
                    QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
    box.setObjectName(QStringLiteral("unsavedText"));
    const int answer = box.exec();
    if (answer == QMessageBox::Save)
        return editor_->path().isEmpty() ? saveScenarioAs() : saveScenario(editor_->path());
    if (answer == QMessageBox::Discard)
        editor_->discardChanges();
    return answer == QMessageBox::Discard;
}

void MainWindow::showEditor(bool shown) {
    QDockWidget* dock = docks_.dock(editor_->objectName());
    dock->setVisible(shown);
    if (!shown)
        return;
    dock->raise();
    resizeDocks({dock}, {width() / 3}, Qt::Horizontal);
    editor_->edit().setFocus();
}

void MainWindow::wireEditor() {
    using enum ActionId;
    QDockWidget* dock = docks_.dock(editor_->objectName());
    connect(dock, &QDockWidget::visibilityChanged, actions_.action(EditScenario),
            [this, dock] { actions_.action(ActionId::EditScenario)->setChecked(!dock->isHidden()); });
    actions_.on(EditScenario, [this] { showEditor(actions_.action(EditScenario)->isChecked()); });
    actions_.on(EditUndo, [this] { editor_->edit().undo(); });
    actions_.on(EditRedo, [this] { editor_->edit().redo(); });
    actions_.on(FileSaveAs, [this] { saveScenarioAs(); });
    actions_.on(FileSave,
                [this] { editor_->path().isEmpty() ? saveScenarioAs() : saveScenario(editor_->path()); });
    actions_.on(FileNew, [this] {
        if (!mayLeaveText())
            return;
        editor_->setText({}, QString::fromUtf8(kNewScenario));
        runText();
        showEditor(true);
    });
    connect(recovery_, &RecoveryBar::recoverAsked, this, [this] {
        if (!mayLeaveText())
            return;
        recover();
        showEditor(true);
    });
    connect(recovery_, &RecoveryBar::dropAsked, this, [this] {
        editor_->autosave().dropLeft();
        recovery_->hide();
    });
}

void MainWindow::runText() {
    auto run =
        loader_.loadText(editor_->path(), editor_->edit().toPlainText().toStdString(), Settings::options());
    if (!run) {
        say(qt(toText(run.error())));
        return;
    }
    beforeEdit_ = *run;
    showRun(std::move(*run));
}

void MainWindow::recover() {
    recovery_->hide();
    if (!editor_->autosave().left())
        return;
    editor_->recover();
    runText();
}

} // namespace pfnscope::ui
