// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/main_window.h"

#include "base/atomic_file.h"
#include "canvas/canvas_accessible.h"
#include "canvas/canvas_column.h"
#include "editor/editor_pane.h"
#include "models/text.h"
#include "panels/calls_pane.h"
#include "panels/inspector_pane.h"
#include "panels/row_sources.h"
#include "panels/script_pane.h"
#include "panels/table_pane.h"
#include "panels/timeline_pane.h"
#include "window/settings.h"
#include "window/start_page.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QLabel>
#include <QMenuBar>
#include <QMimeData>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>

namespace pfnscope::ui {

namespace {

/// One layout for all columns, and so one place to look at.
void scrollTogether(const CanvasView& one, const CanvasView& other) {
    const std::pair<QScrollBar*, QScrollBar*> bars[] = {
        {one.horizontalScrollBar(), other.horizontalScrollBar()},
        {one.verticalScrollBar(), other.verticalScrollBar()}};
    for (const auto& [first, second] : bars) {
        QObject::connect(first, &QScrollBar::valueChanged, second, &QScrollBar::setValue);
        QObject::connect(second, &QScrollBar::valueChanged, first, &QScrollBar::setValue);
    }
}

} // namespace

MainWindow::MainWindow(const QString& scenarioFolder, QWidget* parent)
    : QMainWindow(parent), pictures_(session_), steps_(KernelSteps::load()), actions_(this), docks_(*this),
      theme_(Settings::theme()), scenarioFolder_(scenarioFolder), centre_(new QStackedWidget),
      splitter_(new QSplitter), startPage_(new StartPage) {
    setObjectName(QStringLiteral("pfnscope"));
    installCanvasAccessibility();
    setWindowTitle(QStringLiteral("pfnscope"));
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    splitter_->setChildrenCollapsible(false);
    centre_->addWidget(startPage_);
    centre_->addWidget(splitter_);
    setCentralWidget(centre_);
    // Before the panes: what they ask for in their answers must be of the new run.
    connect(&session_, &SessionModel::opened, this, [this] {
        pictures_.reset();
        makeColumns();
    });
    connect(&session_, &SessionModel::timeChanged, this, &MainWindow::refreshColumns);
    connect(&session_, &SessionModel::selectionChanged, this, &MainWindow::refreshColumns);
    makePanes();
    actions_.fillMenus(*menuBar());
    makeToolBar();
    wireFile();
    wireEdit();
    wireEditor();
    wireView();
    wireStep();
    wireCompare();
    wireHelp();
    connect(startPage_, &StartPage::chosen, this, &MainWindow::openFile);
    connect(startPage_, &StartPage::openAsked, actions_.action(ActionId::FileOpen), &QAction::trigger);
    startPage_->fill(scenarioFolder_, Settings::recentFiles());
    applyLook();
    statusBar()->setSizeGripEnabled(false);
    docks_.apply(Preset::Minimal); // the start page stands alone
}

MainWindow::~MainWindow() = default;

void MainWindow::makePanes() {
    const PaneContext context{session_, pictures_, steps_};
    const auto table = [&](const char* name, const QString& title, TablePane::Source source,
                           const QString& empty) {
        panes_ << new TablePane(context, QString::fromLatin1(name), title, std::move(source), empty);
    };
    auto* script = new ScriptPane(context);
    actions_.on(ActionId::ToolsReveal, [script] { script->reveal(); });
    editor_ = new EditorPane(context, loader_);
    panes_ << script << new CallsPane(context) << new InspectorPane(context) << new TimelinePane(context)
           << editor_;
    table("pane.findings", tr("Findings"), findingRows, tr("Nothing is wrong in any column."));
    table("pane.ledger", tr("Deposit ledger"), ledgerRows,
          tr("No table has been deposited up to this moment."));
    table("pane.predicates", tr("Predicates"), predicateRows,
          tr("Open a scenario to see the rules of its options."));
    table("pane.differences", tr("Differences"), differenceRows,
          tr("The columns do not differ at this moment."));
    table("pane.verdicts", tr("Verdicts"), verdictRows, tr("Open a scenario to see its verdicts."));
    table("pane.events", tr("Events"), eventRows, tr("Nothing has happened yet."));
    table("pane.frames", tr("Frames"), frameRows, tr("No frame is in use."));
    table("pane.tlb", tr("TLB"), tlbRows, tr("The TLBs are empty."));
    for (Pane* pane : panes_)
        docks_.add(*pane);
    for (const char* name : {"pane.findings", "pane.ledger", "pane.predicates", "pane.differences",
                             "pane.verdicts", "pane.events"})
        if (QDockWidget* dock = docks_.dock(QString::fromLatin1(name)))
            connect(dock, &QDockWidget::visibilityChanged, pane(QString::fromLatin1(name)),
                    [dock](bool visible) {
                        if (visible)
                            static_cast<Pane*>(dock->widget())->bringUpToDate();
                    });
}

Pane* MainWindow::pane(const QString& name) const {
    for (Pane* pane : panes_) {
        if (pane->objectName() == name)
            return pane;
    }
    return nullptr;
}

void MainWindow::makeToolBar() {
    auto* bar = addToolBar(tr("Steps"));
    bar->setObjectName(QStringLiteral("toolbar.steps"));
    bar->setMovable(false);
    bar->setToolButtonStyle(Qt::ToolButtonTextOnly);
    using enum ActionId;
    const std::pair<ActionId, const char*> buttons[] = {
        {StepBegin, "\u25C0\u25C0"},
        {StepOperationBack, "\u25C0 operation"},
        {StepFunctionBack, "\u25C0 function"},
        {StepWriteBack, "\u25C0 write"},
        {StepWriteForward, "write \u25B6"},
        {StepFunctionForward, "function \u25B6"},
        {StepOperationForward, "operation \u25B6"},
        {StepEnd, "\u25B6\u25B6"},
    };
    for (const auto& [id, text] : buttons) {
        actions_.action(id)->setIconText(QString::fromUtf8(text));
        bar->addAction(actions_.action(id));
    }
    bar->addSeparator();
    actions_.action(CompareOptions)->setIconText(tr("Options"));
    bar->addAction(actions_.action(CompareOptions));
    optionsLabel_ = new QLabel;
    optionsLabel_->setObjectName(QStringLiteral("optionsLabel"));
    optionsLabel_->setContentsMargins(4, 0, 8, 0);
    bar->addWidget(optionsLabel_);
    auto* space = new QWidget;
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(space);
    zoomLabel_ = new QLabel;
    zoomLabel_->setContentsMargins(4, 0, 8, 0);
    bar->addWidget(zoomLabel_);
    actions_.action(ViewPalette)->setIconText(tr("Search  Ctrl+K"));
    bar->addAction(actions_.action(ViewPalette));
}

void MainWindow::applyLook() {
    applyStyle(*qApp, theme_,
               actions_.action(ActionId::ViewPresenter)->isChecked() ? Density::Presenter
                                                                     : Settings::density());
    for (Pane* pane : panes_)
        pane->setTheme(theme_);
    for (CanvasColumn* column : columns_)
        column->setTheme(theme_);
}

void MainWindow::setTheme(ThemeKind kind) {
    theme_ = Theme(kind);
    applyLook();
}

void MainWindow::applyPreset(Preset preset) {
    docks_.apply(preset);
    QMetaObject::invokeMethod(
        this,
        [this] { // once the panes have their sizes
            for (CanvasColumn* column : columns_)
                column->canvas().showReadable();
        },
        Qt::QueuedConnection);
}

void MainWindow::makeColumns() {
    qDeleteAll(columns_);
    columns_.clear();
    QStringList names;
    const PaneContext context{session_, pictures_, steps_};
    for (int i = 0; i < session_.columnCount(); ++i) {
        auto* column = new CanvasColumn(context, i, theme_);
        splitter_->addWidget(column);
        columns_ << column;
        connect(&column->canvas(), &CanvasView::zoomed, this, [this, column](double scale) {
            zoomLabel_->setText(QStringLiteral("%1 %").arg(int(scale * 100 + 0.5)));
            for (CanvasColumn* other : columns_) { // columns are compared by eye: one zoom for all
                if (other != column && std::abs(other->canvas().scale() - scale) > 1e-6)
                    other->canvas().zoomTo(scale);
            }
        });
        connect(&column->canvas(), &CanvasView::hovered, this,
                [this](const QString& text) { statusBar()->showMessage(text); });
        for (CanvasColumn* other : columns_.mid(0, columns_.size() - 1))
            scrollTogether(column->canvas(), other->canvas());
        names << qt(session_.column(i).option.name);
    }
    optionsLabel_->setText(names.join(QStringLiteral("  |  ")));
    centre_->setCurrentWidget(session_.isOpen() ? static_cast<QWidget*>(splitter_) : startPage_);
    setWindowTitle(session_.isOpen() ? QStringLiteral("%1 - pfnscope").arg(session_.title())
                                     : QStringLiteral("pfnscope"));
    refreshColumns();
}

void MainWindow::refreshColumns() {
    for (CanvasColumn* column : columns_)
        column->refresh();
}

CanvasView* MainWindow::canvas() const {
    const int active = session_.activeColumn();
    return active < columns_.size() ? &columns_[active]->canvas() : nullptr;
}

void MainWindow::showRun(Run run) {
    const bool first = !session_.isOpen();
    session_.setRun(std::move(run));
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
            if (row.entry && (changed || !bestChanged)) {
                best = row.entry;
                bestChanged = changed;
            }
        }
    }
    if (best)
        session_.select(session_.selectionOf(0, best->table, best->first));
}

Result<void> MainWindow::open(const QString& path) {
    auto run = loader_.load(path, Settings::options());
    if (!run)
        return fail(run.error());
    Settings::addRecentFile(path);
    bookmarks_.clear();
    if (const auto text = readFile(path.toStdString()))
        editor_->setText(path, qt(*text));
    showRun(std::move(*run));
    return {};
}

bool MainWindow::openFile(const QString& path) {
    const auto opened = open(path);
    say(opened ? QString() : qt(toText(opened.error())));
    return opened.has_value();
}

void MainWindow::setOptions(const QStringList& names) {
    Settings::setOptions(names.mid(0, kMaxColumns));
    if (session_.isOpen())
        reload();
}

void MainWindow::reload() {
    auto run = loader_.load(session_.path(), Settings::options());
    if (run)
        session_.setRun(std::move(*run));
    else
        say(qt(toText(run.error())));
}

void MainWindow::say(const QString& error) {
    lastError_ = error;
    statusBar()->showMessage(error);
}

void MainWindow::restoreWindow() {
    restoreGeometry(Settings::geometry());
    restoreState(Settings::windowState(), Settings::kWindowStateVersion);
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (session_.isOpen())
        Settings::saveWindow(saveGeometry(), saveState(Settings::kWindowStateVersion));
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    for (const QUrl& url : event->mimeData()->urls()) {
        if (url.isLocalFile() && openFile(url.toLocalFile()))
            return;
    }
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
    const int number = event->key() - Qt::Key_1;
    if (event->modifiers() == Qt::ControlModifier && number >= 0 && number < 9 &&
        number < docks_.docks().size()) {
        QDockWidget* dock = docks_.docks()[number];
        dock->show();
        dock->raise();
        dock->widget()->setFocus();
        return;
    }
    QMainWindow::keyPressEvent(event);
}

} // namespace pfnscope::ui
