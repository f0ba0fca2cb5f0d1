// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "editor/editor_pane.h"
#include "gui/open_window.h"
#include "gui/own_settings.h"
#include "window/recovery_bar.h"

#include <QAction>
#include <QApplication>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTimer>

/// What is typed is not lost: not by a crash, and not by opening something else.
namespace pfnscope::ui {
namespace {

TEST(AutosaveSlots, WhatADeadProgramLeftIsOfferedOnceAndALivingOnesNever) {
    const test::OwnSettings config;
    {
        Autosave dead;
        EXPECT_FALSE(dead.left());
        dead.keep({QStringLiteral("/somewhere/bar.yaml"), QStringLiteral("title: Left\n")});
    }
    Autosave heir;
    ASSERT_TRUE(heir.left());
    EXPECT_EQ(heir.left()->path, QStringLiteral("/somewhere/bar.yaml"));
    EXPECT_EQ(heir.left()->text, QStringLiteral("title: Left\n"));
    heir.keep({{}, QStringLiteral("title: Mine\n")});
    Autosave beside;
    EXPECT_FALSE(beside.left()) << "both texts are in living hands";
    heir.dropLeft();
    EXPECT_FALSE(heir.left());
    Autosave third;
    EXPECT_FALSE(third.left()) << "it was dropped";
}

TEST(AutosaveSlots, ASlotThatIsForgottenIsNotOffered) {
    const test::OwnSettings config;
    {
        Autosave closed;
        closed.keep({{}, QStringLiteral("title: Saved by now\n")});
        closed.forget();
    }
    EXPECT_FALSE(Autosave().left());
}

struct Recovery : testing::Test {
    const test::OwnSettings config;
    const QString scenarios = QStringLiteral(PFNSCOPE_SOURCE_DIR "/scenarios");
    const QString lesson = scenarios + QStringLiteral("/lessons/10-split.yaml");
    std::unique_ptr<MainWindow> window = opened();

    std::unique_ptr<MainWindow> opened() const {
        auto made = std::make_unique<MainWindow>(scenarios);
        made->resize(1366, 768);
        made->show();
        EXPECT_TRUE(made->open(lesson));
        return made;
    }
    static EditorPane& editorOf(MainWindow& window) {
        return *static_cast<EditorPane*>(window.pane(QStringLiteral("pane.editor")));
    }
    EditorPane& editor() { return editorOf(*window); }
    void type() {
        editor()
            .edit()
            .document()
            ->find(QStringLiteral("title: "))
            .insertText(QStringLiteral("title: Unsaved "));
        ASSERT_TRUE(QTest::qWaitFor(
            [this] { return window->session().title().startsWith(QStringLiteral("Unsaved")); }, 20'000));
    }
    /// Presses a button of the question that comes up next.
    static void answer(QMessageBox::StandardButton button) {
        QTimer::singleShot(0, qApp, [button] {
            auto* question = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            ASSERT_NE(question, nullptr);
            question->button(button)->click();
        });
    }
};

TEST_F(Recovery, AfterACrashABarOffersTheTextWhateverIsOpen) {
    type();
    window.reset(); // no closeEvent: nobody was asked
    window = opened();
    auto* bar = window->findChild<RecoveryBar*>();
    ASSERT_NE(bar, nullptr);
    EXPECT_TRUE(bar->isVisible());
    EXPECT_FALSE(editor().isChanged()) << "it is the file that is open";
    bar->findChild<QPushButton*>(QStringLiteral("recoverButton"))->click();
    EXPECT_FALSE(bar->isVisible());
    EXPECT_TRUE(window->session().title().startsWith(QStringLiteral("Unsaved")));
    EXPECT_TRUE(editor().isChanged());
    EXPECT_EQ(editor().path(), lesson);
    const QTemporaryDir folder;
    EXPECT_TRUE(editor().save(folder.filePath(QStringLiteral("kept.yaml"))));
    window.reset();
    window = opened();
    EXPECT_FALSE(window->findChild<RecoveryBar*>()->isVisible()) << "it was saved";
}

TEST_F(Recovery, WhatNobodyWantsIsThrownAway) {
    type();
    window.reset();
    window = opened();
    auto* bar = window->findChild<RecoveryBar*>();
    bar->findChild<QPushButton*>(QStringLiteral("dropButton"))->click();
    EXPECT_FALSE(bar->isVisible());
    window.reset();
    window = opened();
    EXPECT_FALSE(window->findChild<RecoveryBar*>()->isVisible());
}

TEST_F(Recovery, OpeningAnotherFileAsksForTheTextFirst) {
    type();
    const QString other = scenarios + QStringLiteral("/lessons/09-the-deposit.yaml");
    answer(QMessageBox::Cancel);
    EXPECT_FALSE(window->openFile(other));
    EXPECT_TRUE(editor().asText().contains(QStringLiteral("Unsaved")));
    answer(QMessageBox::Discard);
    EXPECT_TRUE(window->openFile(other)) << window->lastError().toStdString();
    EXPECT_FALSE(editor().isChanged());
    EXPECT_TRUE(window->openFile(lesson)) << "nothing is asked where nothing was changed";
}

TEST_F(Recovery, ClosingTheWindowAsksAsWell) {
    type();
    answer(QMessageBox::Cancel);
    EXPECT_FALSE(window->close());
    EXPECT_TRUE(window->isVisible());
    answer(QMessageBox::Discard);
    EXPECT_TRUE(window->close());
    window = opened();
    EXPECT_FALSE(window->findChild<RecoveryBar*>()->isVisible()) << "it was thrown away on purpose";
}

TEST_F(Recovery, SaveInThatQuestionSaves) {
    const QTemporaryDir folder;
    const QString copy = folder.filePath(QStringLiteral("copy.yaml"));
    ASSERT_TRUE(editor().save(copy));
    type();
    answer(QMessageBox::Save);
    EXPECT_TRUE(window->openFile(lesson));
    const auto saved = readFile(copy.toStdString());
    ASSERT_TRUE(saved);
    EXPECT_NE(saved->find("title: Unsaved"), std::string::npos);
}

} // namespace
} // namespace pfnscope::ui
