// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "actions/action_registry.h"
#include "panels/kernel_steps.h"
#include "panels/pane.h"
#include "theme/style.h"
#include "window/dock_layout.h"
#include "window/loader.h"

#include <QMainWindow>

class QLabel;
class QLineEdit;
class QMenu;
class QSplitter;
class QStackedWidget;

namespace pfnscope::ui {

class CanvasColumn;
class CanvasView;
class EditorPane;
class ExplorePane;
class RecoveryBar;
class ScriptPane;
class StartPage;
class TablePane;

/// The window: the canvas columns, the panes round them, and the actions that move them.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    /// `scenarioFolder` is what the start page offers; empty: nothing.
    explicit MainWindow(const QString& scenarioFolder, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Reads, runs and shows a file.
    Result<void> open(const QString& path);
    /// The same for the user, who is told what is wrong with it.
    bool openFile(const QString& path);
    /// The same for what the start page offers: a lesson under its own option, with its narration.
    bool openChosen(const QString& path);
    /// The options that stand side by side from now on; at most kMaxColumns.
    void setOptions(const QStringList& names);
    void showRun(Run run);
    /// A column for the active option, with the script of `text`, in which this step is another.
    void forkWith(const QString& text, std::size_t step);
    /// Where nothing is selected: the entry that changed last, so that the inspector has something to show.
    void selectSomething();
    void applyPreset(Preset preset);
    void setTheme(ThemeKind kind);
    /// What is shown in the active column, in the form that the file's name ends in: png, pdf, svg or txt.
    bool exportTo(const QString& path);
    /// Every step as a page of a PDF.
    bool printTo(const QString& path);
    /// The curves of the timeline: png, pdf or csv.
    bool exportPlots(const QString& path);
    /// Selects the entry that findEntry() finds.
    Result<void> goTo(const QString& text);
    /// Goes on with what was typed and not saved when the program ended last; nothing where there is none.
    void recover();
    /// As it was at the end of the last session, if this build can read it.
    void restoreWindow();

    SessionModel& session() { return session_; }
    const Pictures& pictures() const { return pictures_; }
    Notebook& notebook() { return notebook_; }
    const ActionRegistry& actions() const { return actions_; }
    const DockLayout& docks() const { return docks_; }
    const QList<CanvasColumn*>& columns() const { return columns_; }
    Pane* pane(const QString& name) const;
    const QString& lastError() const { return lastError_; }

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void makeCentre();
    void makePanes();
    void makeToolBar();
    void wireFile();
    void wireEdit();
    void wireView();
    void wireStep();
    void wireStops();
    void wirePresenter();
    void wireForks();
    void runWhatIf(Pfn table, unsigned index, Word word);
    void forkHere();
    void showFork(Result<Run> fork);
    std::string forkName() const;
    void takeEdit(const std::shared_ptr<Result<Run>>& result);
    void wireEditor();
    void wireExplore();
    void openSearchResult(const QString& yaml, const QString& option, VirtAddr at);
    bool saveScenario(const QString& path);
    bool saveScenarioAs();
    void showEditor(bool shown);
    /// Whether the text may make room: it is saved, or the user does not want what was changed.
    bool mayLeaveText();
    void closeScenario();
    void fillRecent();
    void runText();
    void wireCompare();
    void wireHelp();
    void wirePanes();
    void showPane(const QString& name);
    /// Leaves what fills the screen, or else gives the keys to the picture.
    void escape();
    void wireLessons();
    void keepProgress();
    void makeColumns();
    void addColumn(int index);
    void refreshColumns();
    void revealChanges();
    void reload();
    void say(const QString& error);
    void applyLook();
    CanvasView* canvas() const; ///< of the active column

    void stride(machine::StepDepth depth, Direction direction);
    void stepOut(Direction direction);
    void runToStop(Direction direction);
    Direction travel() const;
    void goToDifference(Direction direction);
    void chooseOptions();
    /// What led to a verdict: the scenario under that option, at its first finding.
    void openCounterexample(const QString& path, const QString& option);
    void goToAddress();
    void makeFilter();
    void endFilter();
    void copyPicture();
    void copyAs();
    void exportPicture();
    void printSteps();
    bool writeFile(const QString& path, const QByteArray& content);
    void showPresenter(bool on);
    void applyPresenter();
    void showCaption();
    QString functionNow() const; ///< the kernel function that wrote last; empty: none

    SessionModel session_;
    Pictures pictures_;
    Notebook notebook_;
    KernelSteps steps_;
    ActionRegistry actions_;
    DockLayout docks_;
    Loader loader_;
    Theme theme_;
    QString scenarioFolder_;
    QString lastError_;
    Run beforeEdit_; ///< what was open before the text was changed
    EditorPane* editor_ = nullptr;
    ExplorePane* explore_ = nullptr;
    ScriptPane* script_ = nullptr;
    QStackedWidget* centre_;
    QWidget* columnsPage_;
    QLabel* caption_; ///< of the step, in presenter mode
    QLineEdit* filter_; ///< of the canvas; hidden until it is asked for
    QSplitter* splitter_;
    StartPage* startPage_;
    RecoveryBar* recovery_;
    QMenu* recent_;
    QList<CanvasColumn*> columns_;
    QList<Pane*> panes_;
    QLabel* optionsLabel_ = nullptr;
    QLabel* zoomLabel_ = nullptr;
    QByteArray stateBeforePresenter_;
};

} // namespace pfnscope::ui
