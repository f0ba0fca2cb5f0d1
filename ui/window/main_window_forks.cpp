// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editor_pane.h"
#include "editor/fork_dialog.h"
#include "editor/operation_form.h"
#include "models/text.h"
#include "panels/inspector_pane.h"
#include "session/alignment.h"
#include "window/main_window.h"
#include "window/settings.h"

#include <QPlainTextEdit>
#include <QStatusBar>

/// Other pasts and other presents, each as a column beside what was.
namespace pfnscope::ui {

void MainWindow::wireForks() {
    auto* inspector = static_cast<InspectorPane*>(pane(QStringLiteral("pane.inspector")));
    connect(inspector, &InspectorPane::whatIfAsked, this, &MainWindow::runWhatIf);
    actions_.on(ActionId::CompareFork, [this] { forkHere(); });
    actions_.on(ActionId::CompareDropForks, [this] {
        if (session_.isOpen())
            reload();
    });
    connect(editor_, &EditorPane::rerun, this, &MainWindow::takeEdit);
}

std::string MainWindow::forkName() const {
    int forks = 1;
    for (const Column& column : session_.run().columns)
        forks += column.isFork() ? 1 : 0;
    return session_.active().option.name + ", fork " + std::to_string(forks);
}

void MainWindow::showFork(Result<Run> fork) {
    if (!fork) {
        say(qt(toText(fork.error())));
        return;
    }
    const auto step = session_.step();
    session_.setRun(withFork(session_.run(), std::move(*fork)));
    if (step)
        session_.moveToStep(*step);
    session_.setActiveColumn(session_.columnCount() - 1);
    statusBar()->showMessage(tr("%1: %2").arg(qt(session_.active().name()), qt(session_.active().story)));
}

void MainWindow::runWhatIf(Pfn table, unsigned index, Word word) {
    const Column& origin = session_.active();
    if (!session_.step() || !session_.atEndOfStep() || !origin.run) {
        say(tr("A what-if starts at the end of a step: PgDown or Page Up goes to one."));
        return;
    }
    // Steps of the window may have been aligned with those of a fork: the runner counts the column's own.
    const auto& stepOf = origin.stepOfOperation;
    std::optional<std::size_t> own;
    for (const scenario::StepResult& result : origin.run->results) {
        const auto operation = result.journalOperation;
        if (operation && stepOf[*operation] && *stepOf[*operation] <= *session_.step() &&
            result.step < origin.run->scenario.steps.size())
            own = result.step;
    }
    if (origin.isFork() || !own) {
        say(tr(
            "A what-if starts from a column that runs the scenario as it is written, before its teardown."));
        return;
    }
    showFork(loader_.whatIf(origin, {*own, table, index, word}, forkName()));
}

void MainWindow::forkHere() {
    const QString text = editor_->edit().toPlainText();
    const auto step = session_.isOpen() ? session_.step() : std::nullopt;
    if (!step || !stepTextAt(text, int(*step))) {
        say(tr("Only a step of the script can be forked: not a mark, and not the teardown."));
        return;
    }
    ForkDialog dialog(text, int(*step), this);
    if (dialog.exec() == QDialog::Accepted)
        forkWith(dialog.scenario(), *step);
}

void MainWindow::forkWith(const QString& text, std::size_t step) {
    auto fork = loader_.otherText(session_.active(), session_.path(), text.toStdString(), forkName());
    if (fork && step < fork->steps.size())
        fork->columns.front().story = "step " + std::to_string(step + 1) + " is " + fork->steps[step].title;
    showFork(std::move(fork));
}

void MainWindow::takeEdit(const std::shared_ptr<Result<Run>>& result) {
    const auto step = session_.step();
    const Alignment alignment = align(beforeEdit_.steps, (*result)->steps);
    const bool ofThePast =
        step && alignment.firstDifference < alignment.count && alignment.firstDifference <= *step;
    if (!editor_->forks() || beforeEdit_.columns.empty() || !ofThePast) {
        showRun(std::move(**result));
        return;
    }
    Run fork = std::move(**result);
    const int active = std::min(session_.activeColumn(), int(beforeEdit_.columns.size()) - 1);
    const std::string& option = beforeEdit_.columns[std::size_t(active)].option.name;
    std::erase_if(fork.columns, [&](const Column& column) { return column.option.name != option; });
    if (fork.columns.empty())
        return;
    Column& column = fork.columns.front();
    column.label = option + ", edited";
    column.story = alignment.firstDifference < fork.steps.size()
                       ? "step " + std::to_string(alignment.firstDifference + 1) + " is " +
                             fork.steps[alignment.firstDifference].title
                       : "the script is shorter";
    column.mismatches.clear();
    session_.setRun(withFork(beforeEdit_, std::move(fork)));
}

} // namespace pfnscope::ui
