// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_column.h"
#include "gui/open_window.h"
#include "models/text.h"
#include "option/option_yaml.h"
#include "window/palette_dialog.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDockWidget>
#include <QFile>
#include <QGraphicsItem>
#include <QLineEdit>
#include <QMimeData>
#include <QTemporaryDir>

namespace pfnscope::ui {
namespace {

using Window = test::OpenWindow;
using machine::StepDepth;

TEST_F(Window, OpensWithAColumnAnOption) {
    ASSERT_EQ(session().columnCount(), 2);
    EXPECT_EQ(session().column(0).option.name, "mainline");
    EXPECT_EQ(session().column(1).option.name, "B");
    EXPECT_EQ(window.columns().size(), 2);
    EXPECT_EQ(session().step(), 0U);
}

TEST_F(Window, PageKeysMoveEveryColumnByAnOperation) {
    for (std::size_t step = 1; step < session().steps().size(); ++step) {
        press(Qt::Key_PageDown);
        EXPECT_EQ(session().step(), step);
        for (int column = 0; column < 2; ++column)
            EXPECT_EQ(session().position(column), session().endOfStep(column, step));
    }
    press(Qt::Key_PageDown);
    EXPECT_EQ(session().step(), session().steps().size() - 1);
    press(Qt::Key_PageUp);
    EXPECT_EQ(session().step(), session().steps().size() - 2);
}

TEST_F(Window, FinerKeysGoForwardAndBackEqually) {
    session().moveToStep(2);
    const struct {
        Qt::Key back, forward;
    } pairs[] = {{Qt::Key_Comma, Qt::Key_Period}, {Qt::Key_BracketLeft, Qt::Key_BracketRight}};
    for (const auto& pair : pairs) {
        const auto start = session().position(0);
        press(pair.back);
        EXPECT_LT(session().position(0), start);
        press(pair.forward);
        EXPECT_EQ(session().position(0), start);
    }
}

TEST_F(Window, HomeAndEndGoToBothEnds) {
    press(Qt::Key_End);
    EXPECT_EQ(session().step(), session().steps().size() - 1);
    press(Qt::Key_Home);
    EXPECT_FALSE(session().step());
}

TEST_F(Window, F12TurnsTheDebuggersKeysRound) {
    session().moveToStep(2);
    const auto now = session().position(0);
    press(Qt::Key_F12);
    press(Qt::Key_F11);
    EXPECT_LT(session().position(0), now);
    press(Qt::Key_F12);
    press(Qt::Key_F11);
    EXPECT_EQ(session().position(0), now);
}

TEST_F(Window, PresetsShowTheirPanesAndResetBringsThemBack) {
    const auto shown = [this](const char* name) {
        return window.docks().dock(QString::fromLatin1(name))->isVisible() ||
               !window.docks().dock(QString::fromLatin1(name))->isHidden();
    };
    window.applyPreset(Preset::Minimal);
    for (QDockWidget* dock : window.docks().docks())
        EXPECT_TRUE(dock->isHidden()) << dock->objectName().toStdString();
    window.applyPreset(Preset::Teach);
    EXPECT_TRUE(shown("pane.script"));
    EXPECT_TRUE(shown("pane.timeline"));
    EXPECT_FALSE(shown("pane.inspector"));
    window.applyPreset(Preset::Review);
    EXPECT_TRUE(shown("pane.differences"));
    EXPECT_TRUE(shown("pane.predicates"));
    window.actions().action(ActionId::ViewReset)->trigger();
    for (const char* pane :
         {"pane.script", "pane.calls", "pane.inspector", "pane.findings", "pane.ledger", "pane.timeline"})
        EXPECT_TRUE(shown(pane)) << pane;
}

TEST_F(Window, ASavedLayoutIsRestoredAndOneOfAnotherVersionRefused) {
    window.applyPreset(Preset::Teach);
    const QByteArray teach = window.saveState(1);
    window.applyPreset(Preset::Explore);
    EXPECT_TRUE(window.restoreState(teach, 1));
    EXPECT_TRUE(window.docks().dock(QStringLiteral("pane.inspector"))->isHidden());
    EXPECT_FALSE(window.restoreState(teach, 2));
}

TEST_F(Window, ExportsAreWrittenInEveryForm) {
    const QTemporaryDir folder;
    const std::pair<const char*, QByteArray> forms[] = {
        {"png", "\x89PNG"}, {"pdf", "%PDF-"}, {"svg", "<"}, {"txt", ""}};
    for (const auto& [ending, magic] : forms) {
        const QString path = folder.filePath(QStringLiteral("picture.") + QLatin1String(ending));
        EXPECT_TRUE(window.exportTo(path)) << ending;
        QFile file(path);
        ASSERT_TRUE(file.open(QIODevice::ReadOnly)) << ending;
        const QByteArray content = file.readAll();
        EXPECT_TRUE(content.startsWith(magic)) << ending;
        EXPECT_GT(content.size(), 200) << ending;
    }
    EXPECT_FALSE(window.exportTo(folder.filePath(QStringLiteral("picture.bmp"))));
}

TEST_F(Window, PrintingGivesAPageAStepAndLeavesTimeAlone) {
    session().moveToStep(2);
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("steps.pdf"));
    EXPECT_TRUE(window.printTo(path));
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_TRUE(
        file.readAll().contains("/Count " + QByteArray::number(qulonglong(session().steps().size()))));
    EXPECT_EQ(session().step(), 2U);
}

TEST_F(Window, PlotsAreWrittenAsPicturesAndAsATableOfTheCosts) {
    const QTemporaryDir folder;
    for (const char* ending : {"png", "pdf", "csv"})
        EXPECT_TRUE(window.exportPlots(folder.filePath(QStringLiteral("costs.") + QLatin1String(ending)))) << ending;
    EXPECT_FALSE(window.exportPlots(folder.filePath(QStringLiteral("costs.bmp"))));
    QFile table(folder.filePath(QStringLiteral("costs.csv")));
    ASSERT_TRUE(table.open(QIODevice::ReadOnly));
    std::size_t points = 0;
    for (int column = 0; column < session().columnCount(); ++column)
        points += window.pictures().costs(column).size();
    EXPECT_EQ(std::size_t(table.readAll().count('\n')), points + 1);
}

TEST_F(Window, CopyPutsThreeFormsOnTheClipboard) {
    window.actions().action(ActionId::EditCopy)->trigger();
    const QMimeData* data = QApplication::clipboard()->mimeData();
    ASSERT_TRUE(data);
    EXPECT_TRUE(data->hasText());
    EXPECT_TRUE(data->hasImage());
    EXPECT_TRUE(data->data(QStringLiteral("image/svg+xml")).contains("<svg"));
    for (const QString& line : data->text().split(u'\n'))
        EXPECT_LE(line.size(), 72) << line.toStdString();
}

TEST_F(Window, GoingToAnAddressSelectsItsEntryInEveryColumn) {
    session().moveToStep(1);
    ASSERT_TRUE(window.goTo(QStringLiteral("heap + 4K")));
    ASSERT_TRUE(session().selectedFrame(0));
    EXPECT_EQ(session().column(0).state().tableAt(*session().selectedFrame(0))->level, hw::Level::Pmd);
    EXPECT_TRUE(session().selectedFrame(1));
    EXPECT_FALSE(window.goTo(QStringLiteral("nowhere + 4K")));
    EXPECT_FALSE(window.goTo(QStringLiteral("pfn 0x1")));
}

TEST_F(Window, ABadFileIsSaidToBeBadAndWhatWasOpenStays) {
    EXPECT_FALSE(window.openFile(scenarios + QStringLiteral("/no-such-file.yaml")));
    EXPECT_TRUE(window.lastError().contains(QStringLiteral("no-such-file.yaml")));
    EXPECT_EQ(session().columnCount(), 2);
}

TEST_F(Window, ThePaletteFindsCommandsByAPartOfTheirName) {
    PaletteDialog palette(window.actions(), &window);
    EXPECT_GE(palette.shown().size(), int(actionList().size())); // and the recent files
    palette.search().setText(QStringLiteral("first div"));
    ASSERT_GE(palette.shown().size(), 1);
    EXPECT_TRUE(palette.shown().front().contains(QStringLiteral("First divergence")));
}

TEST_F(Window, EveryThemeCanBeChosenWhileAScenarioIsOpen) {
    const QImage light = window.grab().toImage();
    window.setTheme(ThemeKind::Dark);
    EXPECT_NE(window.grab().toImage(), light);
    window.setTheme(ThemeKind::Print);
    window.setTheme(ThemeKind::Light);
}

TEST_F(Window, OneZoomForAllColumns) {
    window.columns()[0]->canvas().zoomTo(2.5);
    EXPECT_NEAR(window.columns()[1]->canvas().scale(), 2.5, 1e-6);
}

TEST_F(Window, GoingToThePfnOfAPageSelectsTheEntryThatMapsIt) {
    session().moveToStep(1);
    const machine::State& state = session().active().state();
    const auto mapped = view::snapshotGraph(state).mapped;
    ASSERT_FALSE(mapped.empty());
    const Pfn page = mapped.front().target + 3;
    ASSERT_TRUE(window.goTo(QStringLiteral("pfn 0x%1").arg(page.raw(), 0, 16)));
    const Pfn table = *session().selectedFrame(0);
    EXPECT_EQ(state.tableAt(table)->level, mapped.front().level);
    EXPECT_EQ(state.memory.read(table, session().selection()->index), mapped.front().word);
}

TEST_F(Window, AColumnSaysWhatMakesItAnotherThanTheFirst) {
    const option::Option& first = session().column(0).option;
    const option::Option& second = session().column(1).option;
    const QString shown = window.columns()[1]->settings();
    for (const option::Slot& slot : option::slots())
        EXPECT_EQ(shown.contains(qt(slot.name) + u':'),
                  slot.words(first) != slot.words(second))
            << slot.name;
    EXPECT_EQ(window.columns()[0]->settings().toStdString(), first.title);
}

TEST_F(Window, TheFilterDimsWhileItIsTypedAndEscEndsIt) {
    auto* filter = window.findChild<QLineEdit*>(QStringLiteral("filter"));
    ASSERT_TRUE(filter);
    EXPECT_FALSE(filter->isVisible());
    const auto dimmed = [this] {
        int count = 0;
        for (const QGraphicsItem* item : window.columns()[1]->canvas().scene()->items())
            count += item->opacity() < 1 ? 1 : 0;
        return count;
    };
    press(Qt::Key_Slash);
    ASSERT_TRUE(filter->isVisible());
    QTest::keyClicks(filter, QStringLiteral("no box holds this"));
    EXPECT_EQ(dimmed(), int(window.columns()[1]->canvas().diagram().boxes.size()));
    QTest::keyClick(filter, Qt::Key_Escape);
    EXPECT_FALSE(filter->isVisible());
    EXPECT_EQ(dimmed(), 0);
}

TEST_F(Window, CMarksAgainstTheFirstColumn) {
    session().moveToEnd();
    press(Qt::Key_C);
    const auto& second = window.columns()[1]->canvas().diagram();
    EXPECT_EQ(second, window.pictures().diagram(1));
    std::size_t marks = 0;
    for (const view::Box& box : second.boxes)
        for (const view::Row& row : box.rows)
            marks += row.mark != view::Mark::None ? 1 : 0;
    EXPECT_EQ(marks > 0, !window.pictures().differences(0, 1).empty());
    press(Qt::Key_C);
    EXPECT_EQ(window.pictures().marks(1), MarksAgainst::StepBefore);
}

} // namespace
} // namespace pfnscope::ui
