// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editor_pane.h"
#include "editor/operation_form.h"
#include "gui/open_window.h"
#include "models/text.h"
#include "panels/inspector_pane.h"
#include "panels/matrix_pane.h"
#include "panels/table_pane.h"
#include "panels/timeline_lanes.h"
#include "panels/timeline_pane.h"
#include "session/alignment.h"
#include "session/stops.h"

#include <QAction>
#include <QComboBox>
#include <QFile>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableWidget>
#include <QTemporaryDir>

/// Other futures: edits of the past, bits turned by hand; and what a reader keeps.
namespace pfnscope::ui {
namespace {

struct Forks : test::OpenWindow {
    EditorPane& editor() { return *static_cast<EditorPane*>(window.pane(QStringLiteral("pane.editor"))); }
    InspectorPane& inspector() {
        return *static_cast<InspectorPane*>(window.pane(QStringLiteral("pane.inspector")));
    }
    void selectLeaf() {
        session().moveToStep(1);
        ASSERT_TRUE(window.goTo(QStringLiteral("heap")));
        inspector().asText(); // up to date
    }
};

TEST_F(Forks, AnEarlierCommandEditedIsAColumnBesideTheOldFuture) {
    session().moveToStep(4);
    const auto end = session().column(0).journal().end();
    QTextCursor cursor =
        editor().edit().document()->find(QStringLiteral("mprotect: {at: heap, size: 1M, prot: r}"));
    ASSERT_FALSE(cursor.isNull());
    cursor.insertText(QStringLiteral("munmap: {at: heap + 1M, size: 4K}"));
    ASSERT_TRUE(QTest::qWaitFor([this] { return session().columnCount() == 3; }, 20'000));
    EXPECT_EQ(session().column(0).journal().end(), end); // the old future is kept
    EXPECT_TRUE(session().column(2).isFork());
    EXPECT_NE(session().column(2).story.find("munmap"), std::string::npos);
    EXPECT_EQ(session().step(), 4U);
    EXPECT_EQ(window.pictures().divergentSteps()[2], true);
    editor().edit().undo();
    EXPECT_TRUE(QTest::qWaitFor([this] { return session().columnCount() == 2; }, 20'000));
}

TEST_F(Forks, WithoutTheWishTheEditIsTheRun) {
    session().moveToStep(4);
    editor().setForks(false);
    QTextCursor cursor =
        editor().edit().document()->find(QStringLiteral("mprotect: {at: heap, size: 1M, prot: r}"));
    cursor.insertText(QStringLiteral("munmap: {at: heap + 1M, size: 4K}"));
    EXPECT_TRUE(QTest::qWaitFor([this] { return session().steps()[2].title.starts_with("munmap"); }, 20'000));
    EXPECT_EQ(session().columnCount(), 2);
}

TEST_F(Forks, ABitTurnedIsADraftAndThenAColumn) {
    selectLeaf();
    const Pfn table = *session().selectedFrame(0);
    const unsigned index = session().selection()->index;
    const Word word = session().active().state().memory.read(table, index);
    Q_EMIT inspector().ruler().bitToggled(1); // R/W
    ASSERT_TRUE(inspector().draft());
    EXPECT_EQ(*inspector().draft(), word ^ 2U);
    EXPECT_EQ(session().active().state().memory.read(table, index), word); // nothing was written
    EXPECT_EQ(session().columnCount(), 2);
    inspector().findChild<QPushButton*>(QStringLiteral("runWhatIf"))->click();
    ASSERT_EQ(session().columnCount(), 3) << window.lastError().toStdString();
    const Column& fork = session().column(2);
    EXPECT_TRUE(fork.isFork());
    EXPECT_NE(session().steps()[2].title.find("what if"), std::string::npos) << session().steps()[2].title;
    session().moveToStep(2);
    EXPECT_EQ(fork.state().memory.read(table, index), word ^ 2U);
    EXPECT_EQ(session().column(0).state().memory.read(table, index), word);
    session().moveToEnd(); // and every column ends where it would have ended
    EXPECT_EQ(session().position(0), session().column(0).journal().end());
    EXPECT_EQ(session().position(2), fork.journal().end());
}

TEST_F(Forks, TurningABitBackDiscardsTheDraftAndSoDoesTime) {
    selectLeaf();
    Q_EMIT inspector().ruler().bitToggled(1);
    Q_EMIT inspector().ruler().bitToggled(1);
    EXPECT_FALSE(inspector().draft());
    Q_EMIT inspector().ruler().bitToggled(1);
    session().moveToStep(2);
    inspector().asText();
    EXPECT_FALSE(inspector().draft());
}

TEST_F(Forks, AnotherOperationAtAStepIsAForkWithItsStory) {
    QString text = editor().edit().toPlainText();
    const auto step = stepTextAt(text, 5);
    ASSERT_TRUE(step);
    EXPECT_EQ(step->operation, QStringLiteral("munmap"));
    text.replace(step->begin, step->end - step->begin, QStringLiteral("munmap: {at: file, size: 2M}"));
    window.forkWith(text, 5);
    ASSERT_EQ(session().columnCount(), 3) << window.lastError().toStdString();
    EXPECT_NE(session().column(2).story.find("size: 2M"), std::string::npos);
    window.actions().action(ActionId::CompareDropForks)->trigger();
    EXPECT_EQ(session().columnCount(), 2);
}

TEST(Alignment, StepsStandTogetherBeforeAndBehindTheDifference) {
    const std::vector<Step> old{{"a"}, {"b"}, {"c"}, {"d"}}, inserted{{"a"}, {"b"}, {"x"}, {"c"}, {"d"}},
        replaced{{"a"}, {"y"}, {"c"}, {"d"}};
    const Alignment one = align(old, inserted);
    EXPECT_EQ(one.count, 5U);
    EXPECT_EQ(one.ofOld, (std::vector<std::size_t>{0, 1, 3, 4}));
    EXPECT_EQ(one.ofNew, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
    EXPECT_EQ(one.firstDifference, 2U);
    const Alignment two = align(old, replaced);
    EXPECT_EQ(two.ofOld, two.ofNew);
    EXPECT_EQ(two.firstDifference, 1U);
    EXPECT_EQ(align(old, old).firstDifference, old.size());
    EXPECT_EQ(align(old, {}).count, old.size());
}

TEST_F(Forks, TheMatrixSaysWhatTheRunsSayAndAClickOpensTheCounterexample) {
    auto* matrix = static_cast<MatrixPane*>(window.pane(QStringLiteral("pane.matrix")));
    const QString file = scenarios + QStringLiteral("/thread/06-remap-fork.yaml");
    QSignalSpy finished(matrix, &MatrixPane::finished);
    matrix->start({file, lesson},
                  {QStringLiteral("A-bare"), QStringLiteral("A"), QStringLiteral("mainline")});
    ASSERT_TRUE(finished.wait(60'000));
    const Loader loader;
    for (int column = 0; column < 3; ++column) {
        const auto run = loader.load(file, {matrix->table().horizontalHeaderItem(column)->text()});
        ASSERT_TRUE(run);
        EXPECT_TRUE(matrix->table().item(0, column)->text().startsWith(
            qt(check::name(run->columns.front().report.verdict()))));
    }
    const bool fails = !matrix->table().item(0, 0)->text().startsWith(QStringLiteral("ok"));
    ASSERT_TRUE(fails) << "the fork of A-bare is the thread's point";
    Q_EMIT matrix->chosen(file, QStringLiteral("A-bare"));
    EXPECT_EQ(session().path(), file);
    EXPECT_EQ(session().active().option.name, "A-bare");
    EXPECT_EQ(session().step(), session().active().report.findings.front().step);
}

TEST_F(Forks, PinsStandInTheTimelineAndStopARun) {
    session().moveToStep(3);
    window.actions().action(ActionId::StepBookmark)->trigger();
    EXPECT_TRUE(window.notebook().isPinned(3));
    auto* timeline = static_cast<TimelinePane*>(window.pane(QStringLiteral("pane.timeline")));
    EXPECT_TRUE(timeline->lanes().marks().join(u'\n').contains(QStringLiteral("4 pin")));
    session().moveToBegin();
    window.actions().action(ActionId::StepRun)->trigger();
    EXPECT_EQ(session().step(), 3U);
    session().moveToEnd();
    window.actions().action(ActionId::StepReverse)->trigger();
    window.actions().action(ActionId::StepRun)->trigger();
    EXPECT_EQ(session().step(), 3U);
    ASSERT_TRUE(window.open(lesson)); // notes stay with their scenario
    EXPECT_TRUE(window.notebook().isPinned(3));
    window.notebook().unpin(3);
}

TEST_F(Forks, ABreakpointStopsAtTheFunctionsFirstWriteBothWays) {
    window.notebook().toggleBreakpoint(QStringLiteral("__split_huge_pmd_locked"));
    session().moveToBegin();
    window.actions().action(ActionId::StepRun)->trigger();
    const machine::Journal& journal = session().active().journal();
    const auto now = session().position(0);
    ASSERT_GT(now, 0U);
    bool entered = false;
    for (const machine::Call& call : journal.calls())
        entered |= call.function == "__split_huge_pmd_locked" && call.first + 1 == now;
    EXPECT_TRUE(entered);
    session().moveToEnd();
    const auto back = nextStop(session(), window.notebook(), Direction::Back);
    ASSERT_TRUE(back);
    EXPECT_LT(back->position, session().position(0));
}

TEST_F(Forks, AWatchedEntryIsShownInEveryColumn) {
    selectLeaf();
    window.actions().action(ActionId::StepWatch)->trigger();
    auto* pane = static_cast<TablePane*>(window.pane(QStringLiteral("pane.notebook")));
    pane->asText();
    const Rows& rows = pane->model().rows();
    ASSERT_GE(rows.count, 1); // what could be kept besides stands below
    EXPECT_EQ(rows.cell(0, 0).text, QStringLiteral("watch"));
    for (int column = 0; column < 2; ++column)
        EXPECT_EQ(rows.cell(0, 3 + column).text,
                  qt(toHex(session().column(column).state().memory.read(*session().selectedFrame(column),
                                                                        session().selection()->index))));
}

TEST_F(Forks, TheFormWritesTheStepAtTheCursor) {
    QTextCursor cursor = editor().edit().document()->find(QStringLiteral("munmap: {at: file"));
    editor().edit().setTextCursor(cursor);
    auto* size = qobject_cast<QLineEdit*>(editor().form().field(QStringLiteral("size")));
    ASSERT_TRUE(size);
    EXPECT_EQ(size->text(), QStringLiteral("4K"));
    size->setText(QStringLiteral("8K"));
    Q_EMIT size->textEdited(QStringLiteral("8K"));
    EXPECT_TRUE(editor().edit().toPlainText().contains(QStringLiteral("munmap: {at: file + 1M, size: 8K}")));
    editor().edit().undo();
    EXPECT_TRUE(editor().edit().toPlainText().contains(QStringLiteral("munmap: {at: file + 1M, size: 4K}")));
}

} // namespace
} // namespace pfnscope::ui
