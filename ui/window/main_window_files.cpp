// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/main_window.h"

#include "canvas/picture_export.h"
#include "editor/editor_pane.h"
#include "models/text.h"
#include "panels/timeline_pane.h"
#include "render/file_name.h"
#include "render/svg.h"
#include "render/text.h"
#include "window/address_input.h"
#include "window/option_chooser.h"
#include "window/settings.h"
#include "window/start_page.h"

#include "base/atomic_file.h"

#include <QAction>
#include <QFileDialog>
#include <QInputDialog>
#include <QMenu>
#include <QStatusBar>

/// Files in and out of the window.
namespace pfnscope::ui {

namespace {

QByteArray bytes(const std::string& text) {
    return QByteArray(text.data(), qsizetype(text.size()));
}

/// A diagram in the form that the end of the file's name asks for; empty for an unknown one.
QByteArray inForm(const view::Diagram& diagram, const view::Diagram& mail, const QString& ending) {
    if (ending == QStringLiteral("pdf"))
        return toPdf({diagram}, Theme(ThemeKind::Print));
    if (ending == QStringLiteral("svg"))
        return bytes(render::renderSvg(diagram));
    if (ending == QStringLiteral("txt"))
        return bytes(render::renderText(mail));
    return {};
}

} // namespace

void MainWindow::wireFile() {
    using enum ActionId;
    actions_.on(FileOpen, [this] {
        const QString path = QFileDialog::getOpenFileName(this, tr("Open a scenario, or a dump of page tables"), scenarioFolder_,
                                                          tr("Scenarios (*.yaml *.yml);;Dumps: ptdump, gdb-pt-dump, info mem, info tlb, vtop (*.txt *.log);;All files (*)"));
        if (!path.isEmpty())
            openFile(path);
    });
    const auto close = [this] {
        if (mayLeaveText())
            closeScenario();
    };
    actions_.on(FileClose, close);
    actions_.on(FileStart, close);
    actions_.on(FileExport, [this] { exportPicture(); });
    actions_.on(FilePrint, [this] { printSteps(); });
    actions_.on(FilePlots, [this] {
        const QString path = session_.isOpen() ? QFileDialog::getSaveFileName(this, tr("Export the plots"), {}, tr("PNG (*.png);;PDF (*.pdf);;CSV (*.csv)")) : QString();
        if (!path.isEmpty())
            exportPlots(path);
    });
    actions_.on(FileQuit, [this] { this->close(); });
}

void MainWindow::closeScenario() {
    session_.close();
    editor_->setText({}, {});
    docks_.apply(Preset::Minimal); // the start page stands alone
    startPage_->fill(scenarioFolder_, Settings::recentFiles());
    fillRecent();
}

void MainWindow::fillRecent() {
    recent_->clear();
    for (const QString& path : Settings::recentFiles()) {
        QAction* action = recent_->addAction(path.section(u'/', -2));
        // Queued: opening a file fills the menu anew, and this action goes with the old entries.
        connect(action, &QAction::triggered, this, [this, path] { openFile(path); }, Qt::QueuedConnection);
        action->setToolTip(path);
        action->setStatusTip(path);
    }
    recent_->setEnabled(!recent_->isEmpty());
}

bool MainWindow::writeFile(const QString& path, const QByteArray& content) {
    const auto written = writeFileAtomically(path.toStdString(), {content.constData(), std::size_t(content.size())});
    say(written ? QString() : qt(toText(written.error())));
    if (written)
        statusBar()->showMessage(tr("Written: %1").arg(path));
    return written.has_value();
}

bool MainWindow::exportTo(const QString& path) {
    if (!session_.isOpen())
        return false;
    const int column = session_.activeColumn();
    if (path.endsWith(QStringLiteral(".png"), Qt::CaseInsensitive)) {
        bool written = true;
        for (const PngTile& tile : toPng(pictures_.stampedDiagram(column), {}))
            written = written && writeFile(qt(render::withSuffix(path.toStdString(), tile.suffix)), tile.bytes);
        return written;
    }
    const QByteArray content = inForm(pictures_.stampedDiagram(column), pictures_.mailDiagram(column), path.section(u'.', -1).toLower());
    if (content.isEmpty()) {
        say(tr("%1: the name has to end in .png, .pdf, .svg or .txt").arg(path));
        return false;
    }
    return writeFile(path, content);
}

bool MainWindow::exportPlots(const QString& path) {
    const auto* timeline = static_cast<const TimelinePane*>(pane(QStringLiteral("pane.timeline")));
    const QByteArray content = timeline->exported(path.section(u'.', -1).toLower());
    if (content.isEmpty()) {
        say(tr("%1: the name has to end in .png, .pdf or .csv").arg(path));
        return false;
    }
    return writeFile(path, content);
}

void MainWindow::exportPicture() {
    if (!session_.isOpen())
        return;
    const QString path = QFileDialog::getSaveFileName(this, tr("Export what is shown"), {}, tr("PNG (*.png);;PDF (*.pdf);;SVG (*.svg);;Text of 72 columns (*.txt)"));
    if (!path.isEmpty())
        exportTo(path);
}

bool MainWindow::printTo(const QString& path) {
    if (!session_.isOpen())
        return false;
    const int column = session_.activeColumn();
    const auto stepNow = session_.step();
    std::vector<view::Diagram> pages;
    for (std::size_t step = 0; step < session_.steps().size(); ++step) {
        session_.moveToStep(step);
        pages.push_back(pictures_.mailDiagram(column));
    }
    if (stepNow)
        session_.moveToStep(*stepNow);
    return writeFile(path, toPdf(pages, Theme(ThemeKind::Print)));
}

void MainWindow::printSteps() {
    const QString path = session_.isOpen() ? QFileDialog::getSaveFileName(this, tr("Every step as a page"), {}, tr("PDF (*.pdf)")) : QString();
    if (!path.isEmpty())
        printTo(path);
}

void MainWindow::goToAddress() {
    if (!session_.isOpen())
        return;
    bool given = false;
    const QString text = QInputDialog::getText(this, tr("Go to address"), tr("Address, name + offset, or pfn and a frame number"), QLineEdit::Normal, {}, &given);
    if (!given)
        return;
    if (const auto gone = goTo(text); !gone)
        say(qt(toText(gone.error())));
}

Result<void> MainWindow::goTo(const QString& text) {
    if (!session_.isOpen())
        return {};
    const auto found = findEntry(session_.active().state(), text.toStdString());
    if (!found)
        return fail(found.error());
    session_.select(session_.selectionOf(session_.activeColumn(), found->table, found->index));
    return {};
}

void MainWindow::chooseOptions() {
    QStringList now;
    for (int i = 0; i < session_.columnCount(); ++i)
        now << qt(session_.column(i).option.name);
    OptionChooser chooser(loader_.catalogue(), now.isEmpty() ? Settings::options() : now, this);
    if (chooser.exec() == QDialog::Accepted)
        setOptions(chooser.chosen());
}

} // namespace pfnscope::ui
