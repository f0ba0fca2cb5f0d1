// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/editor_pane.h"
#include "gui/open_window.h"

#include <QPlainTextEdit>
#include <QSignalSpy>

namespace pfnscope::ui {
namespace {

struct Editor : test::OpenWindow {
    EditorPane& editor() { return *static_cast<EditorPane*>(window.pane(QStringLiteral("pane.editor"))); }
    void type(const QString& from, const QString& to) {
        QTextCursor cursor = editor().edit().document()->find(from);
        ASSERT_FALSE(cursor.isNull()) << from.toStdString();
        cursor.insertText(to);
    }
};

TEST_F(Editor, HoldsTheTextOfTheOpenFile) {
    EXPECT_TRUE(editor().asText().contains(QStringLiteral("title:")));
    EXPECT_FALSE(editor().isChanged());
}

TEST_F(Editor, ARightChangeIsRunAtOnceAndKeepsTheStep) {
    session().moveToStep(3);
    type(QStringLiteral("title: "), QStringLiteral("title: Changed "));
    EXPECT_TRUE(
        QTest::qWaitFor([this] { return session().title().startsWith(QStringLiteral("Changed")); }, 20'000));
    EXPECT_EQ(session().step(), 3U);
}

TEST_F(Editor, AWrongOneIsSaidAtItsLineAndTheOldRunStays) {
    const QString before = session().title();
    type(QStringLiteral("- mmap:"), QStringLiteral("- mmapp:"));
    EXPECT_TRUE(QTest::qWaitFor([this] { return !editor().complaint().isEmpty(); }, 20'000));
    EXPECT_TRUE(editor().complaint().contains(QStringLiteral("10-split.yaml:")));
    ASSERT_EQ(editor().edit().extraSelections().size(), 1);
    const int line = editor().edit().extraSelections().front().cursor.blockNumber() + 1;
    EXPECT_TRUE(editor().complaint().contains(QStringLiteral(":%1:").arg(line)));
    EXPECT_EQ(session().title(), before);
}

TEST_F(Editor, UndoIsOfTheTextAndNeverOfTime) {
    session().moveToStep(2);
    const QString before = editor().asText();
    type(QStringLiteral("title: "), QStringLiteral("title: X "));
    window.actions().action(ActionId::EditUndo)->trigger();
    EXPECT_EQ(editor().asText(), before);
    EXPECT_EQ(session().step(), 2U);
}

TEST_F(Editor, StepKeysAreTextWhileOneTypes) {
    session().moveToStep(2);
    window.pane(QStringLiteral("pane.editor"))->parentWidget()->show();
    editor().edit().setFocus();
    const auto now = session().position(0);
    QTest::keyClick(&editor().edit(), Qt::Key_Period);
    EXPECT_TRUE(editor().isChanged());
    EXPECT_EQ(session().position(0), now);
}

TEST_F(Editor, OfTwoJobsTheLatestWins) {
    QSignalSpy results(&editor(), &EditorPane::rerun);
    type(QStringLiteral("title: "), QStringLiteral("title: First "));
    type(QStringLiteral("title: First "), QStringLiteral("title: Second "));
    EXPECT_TRUE(
        QTest::qWaitFor([this] { return session().title().startsWith(QStringLiteral("Second")); }, 20'000));
    EXPECT_FALSE(session().title().contains(QStringLiteral("First")));
}

} // namespace
} // namespace pfnscope::ui
