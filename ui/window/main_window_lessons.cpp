// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editor_pane.h"
#include "editor/step_text.h"
#include "models/text.h"
#include "panels/script_pane.h"
#include "scenario/lesson_progress.h"
#include "scenario/reader.h"
#include "window/main_window.h"
#include "window/start_page.h"

#include <QAction>
#include <QDir>
#include <QFileInfo>
#include <QPlainTextEdit>
#include <QStatusBar>

/// The course in the window.
namespace pfnscope::ui {

namespace {

bool isLesson(const QFileInfo& file) {
    return file.dir().dirName() == QStringLiteral("lessons");
}

/// The lesson behind this one; empty: it is the last, or no lesson.
QFileInfo lessonAfter(const QFileInfo& file) {
    const QStringList all = isLesson(file)
                                ? file.dir().entryList({QStringLiteral("*.yaml")}, QDir::Files, QDir::Name)
                                : QStringList();
    const auto next = all.indexOf(file.fileName()) + 1;
    return next > 0 && next < all.size() ? QFileInfo(file.dir(), all[next]) : QFileInfo();
}

} // namespace

void MainWindow::wireLessons() {
    connect(startPage_, &StartPage::chosen, this, &MainWindow::openChosen);
    connect(&session_, &SessionModel::timeChanged, this, &MainWindow::keepProgress);
    actions_.on(ActionId::ToolsReveal, [this] { script_->reveal(); });
    const auto next = [this] {
        const QFileInfo lesson = lessonAfter(QFileInfo(session_.path()));
        if (lesson.exists())
            openChosen(lesson.filePath());
        else
            statusBar()->showMessage(tr("There is no next lesson. Ctrl+Home shows all of them."));
    };
    actions_.on(ActionId::ToolsNextLesson, next);
    connect(script_, &ScriptPane::followUpAsked, this, next);
    connect(script_, &ScriptPane::answerTried, this, [this](std::size_t step, const QString& operation) {
        const QString text = editor_->edit().toPlainText();
        if (const auto place = stepTextAt(text, int(step)))
            forkWith(text.left(place->begin) + operation + text.mid(place->end), step);
    });
    connect(&session_, &SessionModel::opened, this, [this] {
        const bool goesOn = lessonAfter(QFileInfo(session_.path())).exists();
        script_->setFollowUp(goesOn ? tr("This is the end. On to the next lesson (%1)")
                                                 .arg(actions_.action(ActionId::ToolsNextLesson)
                                                          ->shortcut()
                                                          .toString(QKeySequence::NativeText))
                                           : QString());
    });
}

bool MainWindow::openChosen(const QString& path) {
    if (!isLesson(QFileInfo(path)))
        return openFile(path);
    if (!mayLeaveText())
        return false;
    if (const auto lesson = scenario::loadScenario(path.toStdString(), loader_.catalogue()))
        setOptions({qt(scenario::lessonOption(*lesson))});
    if (!openFile(path))
        return false;
    applyPreset(Preset::Teach);
    session_.moveToBegin();
    statusBar()->showMessage(tr("Page Down goes on, Page Up goes back, R gives the answer to a question."));
    return true;
}

/// A lesson whose last step was seen is finished.
void MainWindow::keepProgress() {
    const QFileInfo file(session_.path());
    const auto step = session_.step();
    if (!step || *step + 1 < session_.steps().size() || !isLesson(file))
        return;
    const auto kept = scenario::progressFile();
    auto progress = kept ? scenario::Progress::load(*kept) : scenario::Progress();
    const std::string lesson = file.completeBaseName().toStdString();
    if (!kept || !progress || progress->of(lesson))
        return;
    progress->finish(lesson, script_->score());
    if (const auto saved = progress->save(*kept); !saved)
        say(qt(toText(saved.error())));
}

} // namespace pfnscope::ui
