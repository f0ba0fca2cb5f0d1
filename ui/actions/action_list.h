// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <span>

/// Everything the window can do, as one list. Menus, tool bar, palette, the overlay of shortcuts, the manual and
/// the test that no two shortcuts collide all read it.
namespace pfnscope::ui {

enum class ActionId {
    FileNew,
    FileOpen,
    FileRecent,
    FileSave,
    FileSaveAs,
    FileClose,
    FileExport,
    FilePrint,
    FilePlots,
    FileStart,
    FileQuit,
    EditUndo,
    EditRedo,
    EditCopy,
    EditCopyAs,
    EditFind,
    EditScenario,
    EditSettings,
    ViewFit,
    ViewZoomIn,
    ViewZoomOut,
    ViewInto,
    ViewGoTo,
    ViewFilter,
    ViewPalette,
    ViewMap,
    ViewLight,
    ViewDark,
    ViewPrintColours,
    ViewFullScreen,
    ViewPresenter,
    ViewSpotlight,
    ViewLaser,
    ViewExplore,
    ViewReview,
    ViewTeach,
    ViewMinimal,
    ViewReset,
    ViewReduceMotion,
    PaneCanvas,
    PaneScript,
    PaneCalls,
    PaneInspector,
    PaneTimeline,
    PaneFindings,
    PaneLedger,
    PanePredicates,
    PaneDifferences,
    PaneVerdicts,
    PaneEvents,
    PaneFrames,
    PaneTlb,
    PaneNotebook,
    StepWriteForward,
    StepWriteBack,
    StepFunctionForward,
    StepFunctionBack,
    StepOperationForward,
    StepOperationBack,
    StepBegin,
    StepEnd,
    StepOver,
    StepIn,
    StepOut,
    StepRun,
    StepReverse,
    StepBreakpoint,
    StepCondition,
    StepBookmark,
    StepNote,
    StepWatch,
    CompareOptions,
    CompareNext,
    ComparePrevious,
    CompareFirst,
    CompareMarks,
    CompareMatrix,
    CompareFork,
    CompareDropForks,
    ExploreShow,
    ToolsReveal,
    ToolsNextLesson,
    HelpManual,
    HelpShortcuts,
    HelpAbout,
};

enum class ActionKind { Command, Toggle };

struct ActionSpec {
    ActionId id;
    const char* name; ///< for settings, tests and object names: "step.write.forward"
    const char* menu; ///< the menu it stands in; behind a '>' the menu in that menu
    const char* text; ///< with the mnemonic
    const char* keys; ///< several separated by blanks; portable text of QKeySequence
    const char* help; ///< one sentence
    ActionKind kind = ActionKind::Command;
};

/// In the order of the menus.
std::span<const ActionSpec> actionList();

/// Keys that a pane answers itself while it has the focus: shown with the others, and part of the test.
struct PaneKeys {
    const char* pane;
    const char* keys;
    const char* help;
};
std::span<const PaneKeys> paneKeyList();

} // namespace pfnscope::ui
