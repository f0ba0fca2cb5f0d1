// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/main_window.h"

#include "models/text.h"
#include "scenario/lesson_progress.h"
#include "scenario/reader.h"

#include <QDir>
#include <QFileInfo>
#include <QStatusBar>

/// The course in the window.
namespace pfnscope::ui {

bool MainWindow::openChosen(const QString& path) {
    const QFileInfo file(path);
    if (file.dir().dirName() != QStringLiteral("lessons"))
        return openFile(path);
    if (const auto lesson = scenario::loadScenario(path.toStdString(), loader_.catalogue()))
        setOptions({qt(scenario::lessonOption(*lesson))});
    if (!openFile(path))
        return false;
    applyPreset(Preset::Teach);
    session_.moveToBegin();
    statusBar()->showMessage(tr("Page Down goes on, Page Up goes back, R gives the answer to a question."));
    return true;
}

/// A lesson whose last step was seen is finished; what its questions came to is known in the terminal only.
void MainWindow::keepProgress() {
    const QFileInfo file(session_.path());
    const auto step = session_.step();
    if (!step || *step + 1 < session_.steps().size() || file.dir().dirName() != QStringLiteral("lessons"))
        return;
    const auto kept = scenario::progressFile();
    auto progress = kept ? scenario::Progress::load(*kept) : scenario::Progress();
    const std::string lesson = file.completeBaseName().toStdString();
    if (!kept || !progress || progress->of(lesson))
        return;
    progress->finish(lesson, {});
    if (const auto saved = progress->save(*kept); !saved)
        say(qt(toText(saved.error())));
}

} // namespace pfnscope::ui
