// SPDX-License-Identifier: GPL-3.0-or-later
#include "actions/action_list.h"

namespace pfnscope::ui {

namespace {

using enum ActionId;
constexpr auto kToggle = ActionKind::Toggle;

constexpr ActionSpec kActions[] = {
    {FileNew, "file.new", "&File", "&New scenario", "Ctrl+N", "Start a scenario in the editor."},
    {FileOpen, "file.open", "&File", "&Open...", "Ctrl+O", "Open a scenario file, or what another program printed of page tables."},
    {FileRecent, "file.recent", "&File", "Open &recent", "", "The files that were open last."},
    {FileSave, "file.save", "&File", "&Save", "Ctrl+S", "Save the scenario that is being edited."},
    {FileSaveAs, "file.save_as", "&File", "Save &as...", "Ctrl+Shift+S", "Save the scenario under another name."},
    {FileExport, "file.export", "&File", "&Export...", "Ctrl+Shift+E", "Write what is shown to a file."},
    {FilePrint, "file.print", "&File", "&Print to PDF...", "Ctrl+P", "Write every operation as a page of a PDF."},
    {FilePlots, "file.plots", "&File", "Export the p&lots...", "", "Write the curves of the timeline as PNG, PDF or CSV."},
    {FileStart, "file.start", "&File", "Start pa&ge", "Ctrl+Home", "Back to lessons and recent files."},
    {FileClose, "file.close", "&File", "&Close scenario", "Ctrl+W", "Close the scenario."},
    {FileQuit, "file.quit", "&File", "&Quit", "Ctrl+Q", "Leave the program."},

    {EditUndo, "edit.undo", "&Edit", "&Undo edit", "Ctrl+Z", "Undo a change of the scenario's text; never moves time."},
    {EditRedo, "edit.redo", "&Edit", "&Redo edit", "Ctrl+Shift+Z", "Do the change again."},
    {EditCopy, "edit.copy", "&Edit", "&Copy picture", "Ctrl+C", "Put the diagram on the clipboard as text, SVG and PNG."},
    {EditCopyAs, "edit.copy_as", "&Edit", "Copy &as...", "Ctrl+Shift+C", "Choose the one form to copy."},
    {EditFind, "edit.find", "&Edit", "&Find...", "Ctrl+F", "Search in the events."},
    {EditScenario, "edit.scenario", "&Edit", "Scenario &text", "Ctrl+E", "Show the scenario's YAML beside the picture.", kToggle},
    {EditSettings, "edit.settings", "&Edit", "Se&ttings...", "Ctrl+,", "Theme, density and motion."},

    {ViewFit, "view.fit", "&View", "&Fit", "F", "Show all tables."},
    {ViewZoomIn, "view.zoom_in", "&View", "Zoom &in", "Ctrl++ Ctrl+=", "Larger."},
    {ViewZoomOut, "view.zoom_out", "&View", "Zoom &out", "Ctrl+-", "Smaller."},
    {ViewInto, "view.into", "&View", "Zoom in&to the entry", "E", "Nearer to the selected entry: the cells of its run, its word, its bits; then back. A double click does it too."},
    {ViewGoTo, "view.go_to", "&View", "&Go to address...", "G", "A virtual address, a frame number, or a name with an offset."},
    {ViewFilter, "view.filter", "&View", "Fi&lter...", "/", "Dim the tables that do not hold the text."},
    {ViewPalette, "view.palette", "&View", "&Command palette...", "Ctrl+K", "Find any command by a part of its name."},
    {ViewMap, "view.map", "&View", "&Bird's-eye map", "M", "A small picture of all tables in the corner.", kToggle},
    {ViewExplore, "view.explore", "&View>&Arrangement", "Preset: &Explore", "Alt+1", "Canvas with all panes round it."},
    {ViewReview, "view.review", "&View>&Arrangement", "Preset: &Review", "Alt+2", "Option columns with findings, predicates and differences."},
    {ViewTeach, "view.teach", "&View>&Arrangement", "Preset: &Teach", "Alt+3", "Canvas and narration."},
    {ViewMinimal, "view.minimal", "&View>&Arrangement", "Preset: &Minimal", "Alt+4", "The canvas alone."},
    {ViewReset, "view.reset", "&View>&Arrangement", "Reset la&yout", "Alt+0", "Every pane back in its place."},
    {ViewLight, "view.light", "&View>&Colours", "Light theme", "", "Dark on white."},
    {ViewDark, "view.dark", "&View>&Colours", "Dark theme", "", "Light on dark."},
    {ViewPrintColours, "view.print", "&View>&Colours", "Print theme", "", "Black lines and patterns only."},
    {ViewReduceMotion, "view.reduce_motion", "&View", "Reduce &motion", "", "Steps are shown at once, nothing fades.", kToggle},
    {ViewFullScreen, "view.full_screen", "&View", "F&ull screen", "Ctrl+F11", "The window on the whole screen.", kToggle},
    {ViewPresenter, "view.presenter", "&View", "&Presenter", "F8", "Large text, no panes but the narration.", kToggle},
    {ViewSpotlight, "view.spotlight", "&View", "&Spotlight", "S", "Shade everything but the selection and what has changed.", kToggle},
    {ViewLaser, "view.laser", "&View", "&Laser pointer", "L", "A large red dot in place of the pointer.", kToggle},

    {PaneCanvas, "pane.canvas", "&View>&Panes", "&Picture", "Ctrl+0", "The keys go to the picture."},
    {PaneScript, "pane.script", "&View>&Panes", "&Scenario", "Ctrl+1", "Steps and narration."},
    {PaneCalls, "pane.calls", "&View>&Panes", "&Kernel calls", "Ctrl+2", "The kernel functions of the operation."},
    {PaneInspector, "pane.inspector", "&View>&Panes", "&Inspector", "Ctrl+3", "Every bit of the selected entry."},
    {PaneTimeline, "pane.timeline", "&View>&Panes", "&Timeline", "Ctrl+4", "Operations, functions and writes in time."},
    {PaneFindings, "pane.findings", "&View>&Panes", "&Findings", "Ctrl+5", "What is wrong, in every column."},
    {PaneLedger, "pane.ledger", "&View>&Panes", "&Ledger", "Ctrl+6", "Every spare table: origin, owner, age, fate."},
    {PanePredicates, "pane.predicates", "&View>&Panes", "&Predicates", "Ctrl+7", "Which rule answers what for the selected entry."},
    {PaneDifferences, "pane.differences", "&View>&Panes", "&Differences", "Ctrl+8", "Where the columns differ now."},
    {PaneTlb, "pane.tlb", "&View>&Panes", "TL&B", "Ctrl+9", "What each CPU still translates."},
    {PaneVerdicts, "pane.verdicts", "&View>&Panes", "&Verdicts", "", "What each column comes to."},
    {PaneEvents, "pane.events", "&View>&Panes", "&Events", "", "Every event, with search."},
    {PaneFrames, "pane.frames", "&View>&Panes", "F&rames", "", "The frames in use."},
    {PaneNotebook, "pane.notebook", "&View>&Panes", "&Notebook", "", "Bookmarks, watched entries, breakpoints."},

    {StepWriteForward, "step.write.forward", "&Step", "Next &write", ".", "To after the next write to the state."},
    {StepWriteBack, "step.write.back", "&Step", "Previous write", ",", "To before the last write."},
    {StepFunctionForward, "step.function.forward", "&Step", "Next kernel &function", "]", "To the next entry or exit of a kernel function."},
    {StepFunctionBack, "step.function.back", "&Step", "Previous kernel function", "[", "To the last entry or exit of a kernel function."},
    {StepOperationForward, "step.operation.forward", "&Step", "Next &operation", "PgDown", "To the end of the next operation."},
    {StepOperationBack, "step.operation.back", "&Step", "Previous operation", "PgUp", "To the end of the operation before."},
    {StepBegin, "step.begin", "&Step", "To the &beginning", "Home", "Before the first operation."},
    {StepEnd, "step.end", "&Step", "To the &end", "End", "After the last operation."},
    {StepOver, "step.over", "&Step", "Step o&ver", "F10", "Over the kernel function, in the direction of travel."},
    {StepIn, "step.in", "&Step", "Step &in", "F11", "To the next single write, in the direction of travel."},
    {StepOut, "step.out", "&Step", "Step o&ut", "Shift+F11", "Out of the kernel function, in the direction of travel."},
    {StepRun, "step.run", "&Step", "&Run to next stop", "F5", "To the next breakpoint, bookmark or finding."},
    {StepReverse, "step.reverse", "&Step", "Operate in re&verse", "F12", "F5, F10, F11 and Shift+F11 go back in time.", kToggle},
    {StepBreakpoint, "step.breakpoint", "&Step", "Brea&kpoint here", "F9", "Stop whenever this kernel function is entered; F5 runs there."},
    {StepCondition, "step.condition", "&Step", "Breakpoint on function...", "Ctrl+F9", "Stop at the kernel functions that match a text."},
    {StepBookmark, "step.bookmark", "&Step", "Book&mark this step", "Ctrl+B", "A pin in the timeline; F5 stops here; once more takes it away."},
    {StepNote, "step.note", "&Step", "&Note at this step...", "Ctrl+Shift+B", "A bookmark with words of your own."},
    {StepWatch, "step.watch", "&Step", "&Watch this entry", "W", "The selected entry in the notebook, in every column; Ctrl+click does it too."},

    {CompareOptions, "compare.options", "&Compare", "&Options...", "O", "Choose up to four options to stand side by side."},
    {CompareNext, "compare.next", "&Compare", "&Next difference", "N", "To the next operation after which the columns differ."},
    {ComparePrevious, "compare.previous", "&Compare", "&Previous difference", "Shift+N", "To the operation before with a difference."},
    {CompareFirst, "compare.first", "&Compare", "&First divergence", "D", "To the first operation after which the columns differ."},
    {CompareMarks, "compare.marks", "&Compare", "Mar&k against the first column", "C", "Marks in the other columns say how they differ from the first one, not from the step before.", kToggle},
    {CompareMatrix, "compare.matrix", "&Compare", "Verdict &matrix", "Ctrl+M", "This scenario, or the whole folder, under every option."},
    {CompareFork, "compare.fork", "&Compare", "&Fork this step...", "Ctrl+Shift+K", "The same script with another operation here, as a column of its own."},
    {CompareDropForks, "compare.drop_forks", "&Compare", "&Drop the forks", "Ctrl+Shift+D", "Only the options as the script is written."},

    {ExploreShow, "explore.show", "E&xplore", "&All sequences...", "X", "Search every sequence of operations for the shortest that breaks an option."},

    {ToolsReveal, "tools.reveal", "&Tools", "&Reveal the answer", "R", "Show what becomes of the question that was asked."},
    {ToolsNextLesson, "tools.next_lesson", "&Tools", "&Next lesson", "Ctrl+PgDown", "On to the next lesson of the course."},

    {HelpManual, "help.manual", "&Help", "&Manual", "F1", "The user guide, the format of scenarios, the limits of the model."},
    {HelpShortcuts, "help.shortcuts", "&Help", "&Shortcuts", "?", "All shortcuts on one sheet."},
    {HelpAbout, "help.about", "&Help", "&About pfnscope", "", "Versions, sources of the facts, licence."},
};

constexpr PaneKeys kPaneKeys[] = {
    {"Canvas", "Left Right Up Down", "Between entries of a table; sideways between tables, or between the cells of a run."},
    {"Canvas", "Tab Backtab", "Between tables."},
    {"Canvas", "Return", "Into the table that the entry points to."},
    {"Canvas", "Backspace", "Up to the entry that points here."},
    {"Canvas", "Space", "Hold and drag to pan; the middle button does it too."},
    {"Window", "Esc", "Leaves the presenter, then the full screen; else the keys go to the picture."},
    {"Question", "1 2 3 4 5 6 7 8", "Your guess, while a step is being asked about."},
    {"Scenario text", "Ctrl+Space", "What may stand here."},
};

} // namespace

std::span<const ActionSpec> actionList() {
    return kActions;
}

std::span<const PaneKeys> paneKeyList() {
    return kPaneKeys;
}

} // namespace pfnscope::ui
