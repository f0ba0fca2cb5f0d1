// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/main_window.h"

#include "canvas/canvas_accessible.h"
#include "canvas/canvas_column.h"
#include "editor/editor_pane.h"
#include "explore/explore_pane.h"
#include "panels/calls_pane.h"
#include "panels/inspector_pane.h"
#include "panels/matrix_pane.h"
#include "panels/row_sources.h"
#include "panels/script_pane.h"
#include "panels/table_pane.h"
#include "panels/timeline_pane.h"
#include "theme/focus_ring.h"
#include "window/recovery_bar.h"
#include "window/settings.h"
#include "window/start_page.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QVBoxLayout>

#include <utility>

namespace pfnscope::ui {

MainWindow::MainWindow(const QString& scenarioFolder, QWidget* parent)
    : QMainWindow(parent), pictures_(session_), steps_(KernelSteps::load()), actions_(this), docks_(*this),
      theme_(Settings::theme()), scenarioFolder_(scenarioFolder), centre_(new QStackedWidget),
      columnsPage_(new QWidget), caption_(new QLabel), filter_(new QLineEdit), splitter_(new QSplitter),
      startPage_(new StartPage), recovery_(new RecoveryBar), recent_(new QMenu(this)) {
    setObjectName(QStringLiteral("pfnscope"));
    installCanvasAccessibility();
    setWindowTitle(QStringLiteral("pfnscope"));
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    setDockOptions(dockOptions() | GroupedDragging); // a tab can be torn off, title bar or none
    makeCentre();
    // Before the panes: what they ask for in their answers must be of the new run.
    connect(&session_, &SessionModel::opened, this, [this] {
        pictures_.reset();
        makeColumns();
    });
    connect(&session_, &SessionModel::timeChanged, this, [this] {
        refreshColumns();
        showCaption();
        revealChanges();
        selectSomething(); // the inspector explains the first entry there is, without being asked
    });
    connect(&session_, &SessionModel::selectionChanged, this, [this] {
        if (session_.step() && session_.selection()) // before the panes: the notebook shows it
            notebook_.propose({*session_.step(), placeOf(*session_.selection())});
        refreshColumns();
        if (CanvasView* view = canvas()) {
            view->revealSelection();
            announceSelection(*view);
        }
    });
    connect(&notebook_, &Notebook::changed, this, [this] { Settings::setPins(session_.path(), notebook_.pinsAsText()); });
    makePanes();
    actions_.action(ActionId::FileRecent)->setMenu(recent_);
    actions_.fillMenus(*menuBar());
    makeToolBar();
    wireFile();
    wireEdit();
    wireEditor();
    wireExplore();
    wireView();
    wireStep();
    wireCompare();
    wirePresenter();
    wireForks();
    wireHelp();
    wirePanes();
    wireLessons();
    FocusRing::install(this, [this] { return theme_.selection(); });
    connect(startPage_, &StartPage::openAsked, actions_.action(ActionId::FileOpen), &QAction::trigger);
    connect(startPage_, &StartPage::newAsked, actions_.action(ActionId::FileNew), &QAction::trigger);
    closeScenario();
    if (const auto& left = editor_->autosave().left())
        recovery_->offer(*left);
    applyLook();
    statusBar()->setSizeGripEnabled(false);
}

MainWindow::~MainWindow() {
    // What runs in the background reads the loader, and a canvas that loses the focus tells the session: both go first.
    qDeleteAll(std::exchange(columns_, {}));
    qDeleteAll(std::exchange(panes_, {}));
}

void MainWindow::makePanes() {
    const PaneContext context{session_, pictures_, steps_, notebook_};
    const auto table = [&](const char* name, const QString& title, TablePane::Source source,
                           const QString& empty) {
        panes_ << new TablePane(context, QString::fromLatin1(name), title, std::move(source), empty);
    };
    script_ = new ScriptPane(context);
    editor_ = new EditorPane(context, loader_);
    panes_ << script_ << new CallsPane(context) << new InspectorPane(context) << new TimelinePane(context)
           << editor_;
    table("pane.findings", tr("Findings"), findingRows, tr("Nothing is wrong in any column."));
    table("pane.ledger", tr("Ledger"), ledgerRows,
          tr("No table has been deposited up to this moment."));
    table("pane.predicates", tr("Predicates"), predicateRows,
          tr("Open a scenario to see the rules of its options."));
    table("pane.differences", tr("Differences"), differenceRows,
          tr("The columns do not differ at this moment."));
    table("pane.verdicts", tr("Verdicts"), verdictRows, tr("Open a scenario to see its verdicts."));
    table("pane.events", tr("Events"), eventRows, tr("Nothing has happened yet."));
    table("pane.frames", tr("Frames"), frameRows, tr("No frame is in use."));
    table("pane.tlb", tr("TLB"), tlbRows, tr("The TLBs are empty."));
    table("pane.notebook", tr("Notebook"), notebookRows,
          tr("Ctrl+B keeps this step, Ctrl+click on an entry watches it, F9 stops at the kernel function."));
    panes_ << new MatrixPane(context, loader_, scenarioFolder_);
    panes_ << (explore_ = new ExplorePane(context, loader_.catalogue()));
    for (Pane* pane : panes_)
        docks_.add(*pane);
}

void MainWindow::makeCentre() {
    splitter_->setChildrenCollapsible(false);
    splitter_->setObjectName(QStringLiteral("columns"));
    caption_->setObjectName(QStringLiteral("caption"));
    caption_->setWordWrap(true);
    caption_->setContentsMargins(12, 6, 12, 6);
    caption_->hide();
    auto* column = new QVBoxLayout(columnsPage_);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    makeFilter();
    column->addWidget(caption_);
    column->addWidget(filter_);
    column->addWidget(splitter_, 1);
    centre_->addWidget(startPage_);
    centre_->addWidget(columnsPage_);
    auto* centre = new QWidget;
    auto* rows = new QVBoxLayout(centre);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(0);
    rows->addWidget(recovery_);
    rows->addWidget(centre_, 1);
    setCentralWidget(centre);
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
    actions_.action(FileStart)->setIconText(tr("Lessons"));
    bar->addAction(actions_.action(FileStart));
    bar->addSeparator();
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
    for (CanvasColumn* column : columns_) {
        column->setTheme(theme_);
        column->canvas().setFadeDuration(Settings::reducesMotion() ? 0 : Settings::fadeDuration());
    }
    showCaption();
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
            if (CanvasView* view = canvas())
                view->showReadable(); // the others follow
        },
        Qt::QueuedConnection);
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
    if (!mayLeaveText())
        return event->ignore();
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
    if (event->key() == Qt::Key_Escape)
        escape();
    else
        QMainWindow::keyPressEvent(event);
}

} // namespace pfnscope::ui
