// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "editor/editor_pane.h"
#include "explore/alphabet_editor.h"
#include "explore/explore_pane.h"
#include "gui/open_window.h"
#include "option/option_yaml.h"

#include <QAction>
#include <QDockWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>

namespace pfnscope::ui {
namespace {

constexpr int kPatience = 60'000;

struct Explore : test::OpenWindow {
    ExplorePane& pane() { return *static_cast<ExplorePane*>(window.pane(QStringLiteral("pane.explore"))); }
    QPushButton& button(const char* name) {
        return *pane().findChild<QPushButton*>(QString::fromLatin1(name));
    }
    void setDepth(int depth) { pane().findChildren<QSpinBox*>().front()->setValue(depth); }
    void search(const QStringList& options, int depth) {
        pane().chooseOptions(options);
        setDepth(depth);
        button("exploreStart").click();
        ASSERT_TRUE(QTest::qWaitFor([this] { return !pane().isRunning(); }, kPatience));
    }
    int columnOf(check::FindingKind kind) { return int(kind) + 1; }
};

TEST_F(Explore, AnActionBringsThePane) {
    QDockWidget* dock = window.docks().dock(QStringLiteral("pane.explore"));
    EXPECT_TRUE(dock->isHidden());
    window.actions().action(ActionId::ExploreShow)->trigger();
    EXPECT_FALSE(dock->isHidden());
}

TEST_F(Explore, TheMatrixHasLengthsAndHowFarThereIsNone) {
    search({QStringLiteral("mainline"), QStringLiteral("C")}, 3);
    ASSERT_EQ(pane().results().size(), 2U);
    const QString text = pane().asText();
    EXPECT_TRUE(text.contains(QStringLiteral("none to 3"))) << text.toStdString();
    EXPECT_TRUE(text.contains(QStringLiteral("states up to depth 3"))) << text.toStdString();
    EXPECT_EQ(pane().status(), QStringLiteral("done"));
    EXPECT_EQ(counterexampleAt(pane().results(), 0, columnOf(check::FindingKind::Crash)), nullptr);
    const auto* lost = counterexampleAt(pane().results(), 1, columnOf(check::FindingKind::Lost));
    ASSERT_NE(lost, nullptr);
    EXPECT_EQ(lost->letters.size(), 3U);
}

TEST_F(Explore, WhatNobodyShowsIsASentenceAndNoColumn) {
    search({QStringLiteral("mainline"), QStringLiteral("C")}, 3);
    const QString words = summary(pane().results());
    EXPECT_TRUE(words.startsWith(QStringLiteral("Searched: mainline: all "))) << words.toStdString();
    EXPECT_TRUE(words.contains(QStringLiteral("Not found under any of them: bug")));
    EXPECT_FALSE(words.section(QStringLiteral("them:"), 1).contains(QStringLiteral("lost")));
    EXPECT_TRUE(pane().matrix().isColumnHidden(columnOf(check::FindingKind::Bug)));
    EXPECT_FALSE(pane().matrix().isColumnHidden(columnOf(check::FindingKind::Lost)));
}

TEST_F(Explore, TheFirstCounterexampleIsChosenByItself) {
    search({QStringLiteral("C")}, 3);
    EXPECT_TRUE(button("exploreOpen").isEnabled());
    EXPECT_TRUE(pane().asText().contains(QStringLiteral("1. mmap")));
}

TEST_F(Explore, ACellSaysWhatWentWrongAndADoubleClickOpensItReadOnly) {
    search({QStringLiteral("C")}, 3);
    const QModelIndex cell = pane().matrix().model()->index(0, columnOf(check::FindingKind::Lost));
    pane().matrix().setCurrentIndex(cell);
    EXPECT_TRUE(pane().asText().contains(QStringLiteral("1. mmap remap-sigbus")));
    EXPECT_TRUE(pane().asText().contains(QStringLiteral("through ")));
    EXPECT_TRUE(button("exploreOpen").isEnabled());
    Q_EMIT pane().matrix().activated(cell);
    ASSERT_EQ(session().columnCount(), 1);
    EXPECT_EQ(session().column(0).option.name, "C");
    EXPECT_EQ(session().step(), session().steps().size() - 1);
    ASSERT_FALSE(session().column(0).report.findings.empty());
    EXPECT_EQ(session().column(0).report.findings.back().kind, check::FindingKind::Lost);
    EXPECT_TRUE(session().selection());
    auto& editor = *static_cast<EditorPane*>(window.pane(QStringLiteral("pane.editor")));
    EXPECT_TRUE(editor.edit().isReadOnly());
    EXPECT_TRUE(editor.asText().contains(QStringLiteral("found by search")));
    ASSERT_TRUE(window.open(lesson));
    EXPECT_FALSE(editor.edit().isReadOnly());
}

TEST_F(Explore, ACounterexampleSavedIsAScenario) {
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("lost.yaml"));
    search({QStringLiteral("C")}, 3);
    ASSERT_TRUE(pane().save(0, columnOf(check::FindingKind::Lost), path));
    window.setOptions({QStringLiteral("C")});
    ASSERT_TRUE(window.open(path));
    EXPECT_EQ(session().column(0).report.findings.back().kind, check::FindingKind::Lost);
    EXPECT_TRUE(session().column(0).mismatches.empty());
}

TEST_F(Explore, AWrongAlphabetIsSaidAtItsLineAndNotSearched) {
    pane().alphabet().edit().setPlainText(QStringLiteral("name: x\noperations: [jump]\n"));
    EXPECT_TRUE(
        pane().alphabet().complaint().startsWith(QStringLiteral("alphabet:2:14: unknown name 'jump'")));
    ASSERT_EQ(pane().alphabet().edit().extraSelections().size(), 1);
    EXPECT_EQ(pane().alphabet().edit().extraSelections().front().cursor.blockNumber(), 1);
    EXPECT_FALSE(button("exploreStart").isEnabled());
    pane().alphabet().edit().setPlainText(QStringLiteral("name: x\noperations: [exit]\n"));
    EXPECT_TRUE(button("exploreStart").isEnabled());
    search({QStringLiteral("A")}, 5);
    EXPECT_TRUE(pane().asText().contains(QStringLiteral("all 2 states there are")))
        << pane().asText().toStdString();
}

TEST_F(Explore, CancelEndsItAndSaysHowFarItGot) {
    pane().chooseOptions({QStringLiteral("mainline"), QStringLiteral("A")});
    setDepth(12);
    button("exploreStart").click();
    EXPECT_FALSE(button("exploreStart").isEnabled());
    ASSERT_TRUE(
        QTest::qWaitFor([this] { return pane().status().contains(QStringLiteral("states/s")); }, kPatience));
    EXPECT_TRUE(pane().status().startsWith(QStringLiteral("mainline: depth ")));
    button("exploreCancel").click();
    ASSERT_TRUE(QTest::qWaitFor([this] { return !pane().isRunning(); }, kPatience));
    ASSERT_EQ(pane().results().size(), 1U) << "the other option is not begun";
    EXPECT_TRUE(pane().asText().contains(QStringLiteral("cancelled: depth ")));
    EXPECT_TRUE(button("exploreStart").isEnabled());
}

TEST_F(Explore, AWindowThatClosesEndsItsSearch) {
    {
        MainWindow other{scenarios};
        auto& explore = *static_cast<ExplorePane*>(other.pane(QStringLiteral("pane.explore")));
        explore.start();
        ASSERT_TRUE(explore.isRunning());
    }
    SUCCEED() << "the destructor came back";
}

TEST_F(Explore, AnOptionFromAFileIsJudgedLikeTheOthers) {
    option::Option mine = **option::Catalogue::shipped().find("C");
    mine.name = "F";
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("mine.yaml"));
    ASSERT_TRUE(writeFileAtomically(path.toStdString(), option::toYaml(mine)));
    ASSERT_TRUE(pane().addOption(path));
    search({QStringLiteral("C"), QStringLiteral("F")}, 3);
    ASSERT_EQ(pane().results().size(), 2U);
    for (int column = 1; column <= columnOf(check::FindingKind::Oom); ++column) {
        const auto* ours = counterexampleAt(pane().results(), 0, column);
        const auto* theirs = counterexampleAt(pane().results(), 1, column);
        ASSERT_EQ(ours == nullptr, theirs == nullptr);
        EXPECT_TRUE(!ours || ours->letters == theirs->letters);
    }
    pane().open(1, columnOf(check::FindingKind::Lost));
    EXPECT_EQ(session().column(0).option.name, "F");
    EXPECT_FALSE(pane().addOption(lesson)) << "a scenario is no option";
}

} // namespace
} // namespace pfnscope::ui
