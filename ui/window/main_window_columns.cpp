// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "canvas/canvas_column.h"
#include "editor/editor_pane.h"
#include "models/text.h"
#include "window/dump_loader.h"
#include "window/main_window.h"
#include "window/settings.h"
#include "window/start_page.h"

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>

#include <utility>

/// What is open, and the columns that show it.
namespace pfnscope::ui {

void MainWindow::makeColumns() {
    const QWidget* focused = focusWidget();
    const bool writing = focused && editor_->isAncestorOf(focused);
    qDeleteAll(
        std::exchange(columns_, {})); // the last ones are resized meanwhile, and must not ask for the first
    QStringList names;
    for (int i = 0; i < session_.columnCount(); ++i) {
        addColumn(i);
        names << qt(session_.column(i).name());
    }
    optionsLabel_->setText(names.join(QStringLiteral("  |  ")));
    centre_->setCurrentWidget(session_.isOpen() ? columnsPage_ : static_cast<QWidget*>(startPage_));
    setWindowTitle(session_.isOpen() ? QStringLiteral("%1 - pfnscope").arg(session_.title())
                                     : QStringLiteral("pfnscope"));
    refreshColumns();
    showCaption();
    if (!session_.isOpen())
        startPage_->setFocus();
    if (CanvasView* view = canvas()) {
        revealChanges();
        if (!writing)
            view->setFocus();
    }
}

void MainWindow::addColumn(int index) {
    auto* column = new CanvasColumn({session_, pictures_, steps_, notebook_}, index, theme_);
    CanvasView& view = column->canvas();
    splitter_->addWidget(column);
    columns_ << column;
    view.setFadeDuration(Settings::reducesMotion() ? 0 : Settings::fadeDuration());
    view.setMapVisible(actions_.action(ActionId::ViewMap)->isChecked());
    view.setFilter(filter_->text());
    // One layout and one place to look at, so one bar is enough for all of them.
    if (index + 1 < session_.columnCount())
        view.setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(&view, &CanvasView::zoomed, this, [this](double scale) {
        zoomLabel_->setText(QStringLiteral("%1 %").arg(int(scale * 100 + 0.5)));
    });
    connect(&view, &CanvasView::viewMoved, this, [this, column] {
        for (CanvasColumn* other : columns_) {
            if (other != column)
                other->canvas().follow(column->canvas());
        }
    });
    connect(&view, &CanvasView::resized, this, [this, column] {
        const CanvasView* active = canvas();
        if (active && active != &column->canvas())
            column->canvas().follow(*active);
    });
    connect(&view, &CanvasView::shownReadable, this, &MainWindow::revealChanges);
    connect(&view, &CanvasView::hovered, this,
            [this](const QString& text) { statusBar()->showMessage(text); });
}

void MainWindow::refreshColumns() {
    for (CanvasColumn* column : columns_)
        column->refresh();
}

void MainWindow::revealChanges() {
    std::vector<ChangedArea> areas; // all columns hold one layout, and show one part of it
    for (const CanvasColumn* column : columns_) {
        const auto own = column->canvas().changedAreas();
        areas.insert(areas.end(), own.begin(), own.end());
    }
    if (CanvasView* view = canvas())
        view->revealAreas(std::move(areas));
}

CanvasView* MainWindow::canvas() const {
    const int active = session_.activeColumn();
    return active < columns_.size() ? &columns_[active]->canvas() : nullptr;
}

void MainWindow::showRun(Run run) {
    const bool first = !session_.isOpen();
    const bool another = run.path != session_.path();
    session_.setRun(std::move(run));
    if (first || another) {
        notebook_.clear();
        notebook_.setPinsFromText(Settings::pins(session_.path()));
    }
    selectSomething();
    if (first)
        applyPreset(session_.columnCount() > 2 ? Preset::Review : Preset::Explore);
}

void MainWindow::selectSomething() {
    if (session_.selection() || columns_.isEmpty())
        return;
    std::optional<view::EntryRef>
        best; // the last entry that changed, else the last there is: the nearest to a page
    bool bestChanged = false;
    for (const view::Box& box : columns_.front()->canvas().diagram().boxes) {
        for (const view::Row& row : box.rows) {
            const bool changed = row.mark != view::Mark::None;
            const bool inTree = box.kind == view::BoxKind::Table || box.kind == view::BoxKind::Group;
            if (row.entry && inTree && (changed || !bestChanged)) {
                best = row.entry;
                bestChanged = changed;
            }
        }
    }
    if (best)
        session_.select(session_.selectionOf(0, best->table, best->first));
}

Result<void> MainWindow::open(const QString& path) {
    const auto text = readFile(path.toStdString());
    if (!text)
        return fail(text.error());
    auto run = loader_.loadText(path, *text, Settings::options());
    auto dump = run ? std::nullopt : loadDump(path, *text);
    if (dump)
        run = std::move(*dump);
    if (!run)
        return fail(run.error());
    Settings::addRecentFile(path);
    fillRecent();
    editor_->setText(dump ? QString() : path, dump ? QString() : qt(*text));
    editor_->edit().setReadOnly(dump.has_value()); // nobody wrote a script for it
    beforeEdit_ = *run;
    showRun(std::move(*run));
    return {};
}

bool MainWindow::openFile(const QString& path) {
    if (!mayLeaveText())
        return false;
    const auto opened = open(path);
    say(opened ? QString() : qt(toText(opened.error())));
    return opened.has_value();
}

void MainWindow::setOptions(const QStringList& names) {
    Settings::setOptions(names.mid(0, kMaxColumns));
    if (session_.isOpen() && session_.column(0).run) // a dump is under no option
        reload();
}

void MainWindow::reload() {
    auto run =
        loader_.loadText(session_.path(), editor_->edit().toPlainText().toStdString(), Settings::options());
    if (run) {
        beforeEdit_ = *run;
        session_.setRun(std::move(*run));
    } else {
        say(qt(toText(run.error())));
    }
}

} // namespace pfnscope::ui
