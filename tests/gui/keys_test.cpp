// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "canvas/canvas_column.h"
#include "golden/golden.h"
#include "gui/open_window.h"
#include "help/shortcut_sheet.h"
#include "panels/script_pane.h"
#include "theme/focus_ring.h"
#include "window/palette_dialog.h"
#include "window/settings.h"

#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QDockWidget>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QSet>
#include <QTextBrowser>
#include <QTimer>

#include <functional>

/// Everything by keyboard.
namespace pfnscope::ui {
namespace {

using Keys = test::OpenWindow;

/// Closes whatever asks, as long as it lives.
struct Impatience {
    QTimer timer;
    QStringList closed;
    Impatience() {
        QObject::connect(&timer, &QTimer::timeout, &timer, [this] {
            if (auto* dialog = qobject_cast<QDialog*>(QApplication::activeModalWidget())) {
                closed << dialog->objectName();
                dialog->reject();
            } else if (QWidget* popup = QApplication::activePopupWidget()) {
                popup->close();
            }
        });
        timer.start(20);
    }
};

QList<QAction*> everyActionOf(const QMenu& menu) {
    QList<QAction*> all;
    for (QAction* action : menu.actions()) {
        all << action;
        if (action->menu() != nullptr)
            all << everyActionOf(*action->menu());
    }
    return all;
}

TEST_F(Keys, EveryActionIsInAMenuAndInThePaletteAndHasAnAnswer) {
    QList<QAction*> inMenus;
    for (const QAction* top : window.menuBar()->actions())
        inMenus << everyActionOf(*top->menu());
    const QString palette = PaletteDialog(window.actions(), &window).shown().join(u'\n');
    for (const ActionSpec& spec : actionList()) {
        QAction* action = window.actions().action(spec.id);
        EXPECT_TRUE(inMenus.contains(action)) << spec.name;
        EXPECT_TRUE(palette.contains(ActionRegistry::title(spec))) << spec.name;
        EXPECT_TRUE(action->menu() != nullptr || window.actions().hasAnswer(spec.id)) << spec.name;
    }
}

TEST_F(Keys, EveryActionCanBeAskedForWithAScenarioAndWithout) {
    Impatience impatience;
    for (const bool isOpen : {true, false}) {
        if (!isOpen)
            window.actions().action(ActionId::FileClose)->trigger();
        for (const ActionSpec& spec : actionList()) {
            if (spec.id == ActionId::FileQuit || spec.id == ActionId::FileClose ||
                spec.id == ActionId::FileStart || spec.id == ActionId::FileNew)
                continue; // these change what is open
            window.actions().action(spec.id)->trigger();
            QCoreApplication::processEvents();
            EXPECT_EQ(window.session().isOpen(), isOpen) << spec.name;
        }
    }
    EXPECT_TRUE(impatience.closed.contains(QStringLiteral("shortcuts")));
    EXPECT_TRUE(impatience.closed.contains(QStringLiteral("palette")));
    EXPECT_TRUE(impatience.closed.contains(QStringLiteral("settings")));
}

TEST_F(Keys, CtrlAndADigitGoToAPaneAndEscapeComesBack) {
    press(Qt::Key_3, Qt::ControlModifier);
    ASSERT_NE(QApplication::focusWidget(), nullptr);
    EXPECT_TRUE(window.pane(QStringLiteral("pane.inspector"))->isAncestorOf(QApplication::focusWidget()));
    press(Qt::Key_Escape);
    EXPECT_EQ(QApplication::focusWidget(), &window.columns().front()->canvas());
    press(Qt::Key_9, Qt::ControlModifier);
    EXPECT_FALSE(window.docks().dock(QStringLiteral("pane.tlb"))->isHidden());
}

TEST_F(Keys, TabGoesRoundAndTheRingGoesWithIt) {
    window.actions().action(ActionId::FileStart)->trigger();
    window.findChild<QWidget*>(QStringLiteral("firstLesson"))->setFocus();
    const auto* ring = window.findChild<FocusRing*>(QString(), Qt::FindDirectChildrenOnly);
    ASSERT_NE(ring, nullptr);
    QSet<QString> seen;
    for (int i = 0; i < 12; ++i) {
        QWidget* now = QApplication::focusWidget();
        ASSERT_NE(now, nullptr);
        QCoreApplication::processEvents();
        EXPECT_EQ(ring->around(), now);
        EXPECT_TRUE(ring->isVisible());
        seen << now->objectName();
        QTest::keyClick(now, Qt::Key_Tab);
    }
    for (const char* name :
         {"firstLesson", "lessons", "thread", "others", "recent", "openButton", "newButton"})
        EXPECT_TRUE(seen.contains(QString::fromLatin1(name))) << name;
}

TEST_F(Keys, ReturnBeginsTheFirstLesson) {
    window.actions().action(ActionId::FileStart)->trigger();
    ASSERT_FALSE(session().isOpen());
    QTest::keyClick(window.findChild<QWidget*>(QStringLiteral("firstLesson")), Qt::Key_Return);
    EXPECT_EQ(session().title(), QStringLiteral("What a page table is"));
}

TEST_F(Keys, EscapeLeavesThePresenter) {
    press(Qt::Key_F8);
    EXPECT_TRUE(window.actions().action(ActionId::ViewPresenter)->isChecked());
    EXPECT_FALSE(window.menuBar()->isVisible());
    press(Qt::Key_Escape);
    EXPECT_FALSE(window.actions().action(ActionId::ViewPresenter)->isChecked());
    EXPECT_TRUE(window.menuBar()->isVisible());
}

TEST_F(Keys, TheSheetHasEveryCommandAndFitsASmallWindow) {
    const QString sheet = ShortcutSheet::html(3);
    for (const ActionSpec& spec : actionList())
        EXPECT_TRUE(sheet.contains(QString::fromUtf8(spec.text).remove(u'&').toHtmlEscaped())) << spec.name;
    ShortcutSheet dialog(&window);
    dialog.show();
    EXPECT_LE(dialog.width(), window.width());
    EXPECT_LE(dialog.height(), window.height());
    auto* browser = dialog.findChild<QTextBrowser*>();
    EXPECT_LE(browser->document()->size().width(), browser->width());
}

TEST(Manual, ItsPageOfKeysIsMadeOfTheList) {
    test::expectGolden("../../../app/manual/shortcuts.md", ShortcutSheet::markdown().toStdString());
}

TEST_F(Keys, ADigitIsAGuessWhileAStepIsAskedAbout) {
    session().moveToStep(1); // the next one asks
    press(Qt::Key_2);
    EXPECT_TRUE(textOf("pane.script").contains(QStringLiteral("your guess")));
    EXPECT_EQ(session().step(), 1U);
    session().moveToStep(0);
    press(Qt::Key_1);
    session().moveToStep(1);
    EXPECT_EQ(textOf("pane.script").count(QStringLiteral("your guess")), 1);
}

TEST_F(Keys, ReducedMotionIsKeptAndIsASwitchOfItsOwn) {
    QAction* still = window.actions().action(ActionId::ViewReduceMotion);
    const int fade = Settings::fadeDuration();
    still->trigger();
    EXPECT_TRUE(Settings::reducesMotion());
    EXPECT_EQ(Settings::fadeDuration(), fade) << "and the speed is as it was, for when things move again";
    still->trigger();
    EXPECT_FALSE(Settings::reducesMotion());
}

TEST_F(Keys, RecentFilesAreInTheMenuAndInThePalette) {
    EXPECT_EQ(window.actions().action(ActionId::FileRecent)->menu()->actions().front()->text(),
              QStringLiteral("lessons/10-split.yaml"));
    PaletteDialog palette(window.actions(), &window);
    palette.search().setText(QStringLiteral("recent: lessons/10"));
    EXPECT_EQ(palette.shown().size(), 1);
}

TEST_F(Keys, AFileThatIsDroppedOnAnythingIsOpened) {
    window.docks().dock(QStringLiteral("pane.editor"))->show();
    QMimeData files;
    files.setUrls({QUrl::fromLocalFile(scenarios + QStringLiteral("/lessons/09-the-deposit.yaml"))});
    const std::function<QWidget*()> places[] = {
        [this] { return window.findChild<QPlainTextEdit*>(QStringLiteral("scenarioText"))->viewport(); },
        [this] { return window.columns().front()->canvas().viewport(); },
        [this] { return &window; },
    };
    for (const auto& place : places) {
        ASSERT_TRUE(window.open(lesson));
        QDragEnterEvent enter(QPoint(9, 9), Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(place(), &enter);
        EXPECT_TRUE(enter.isAccepted());
        QDropEvent drop(QPointF(9, 9), Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&window, &drop); // whoever the drag is over hands it up to the window
        EXPECT_TRUE(session().path().endsWith(QStringLiteral("09-the-deposit.yaml")))
            << session().path().toStdString();
    }
}

TEST_F(Keys, AScreenReaderFindsTheSelectedEntryInFocus) {
    auto& canvas = window.columns().front()->canvas();
    canvas.setFocus();
    session().moveToStep(1);
    ASSERT_TRUE(window.goTo(QStringLiteral("heap + 4K")));
    const QAccessibleInterface* tree = QAccessible::queryAccessibleInterface(&canvas);
    ASSERT_NE(tree->focusChild(), nullptr);
    const QString before = tree->focusChild()->text(QAccessible::Name);
    QTest::keyClick(&canvas, Qt::Key_Left);
    ASSERT_NE(tree->focusChild(), nullptr);
    EXPECT_NE(tree->focusChild()->text(QAccessible::Name), before);
    EXPECT_TRUE(tree->focusChild()->state().focused);
}

} // namespace
} // namespace pfnscope::ui
