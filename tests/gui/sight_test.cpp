// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "canvas/canvas_column.h"
#include "canvas/presenter_overlay.h"
#include "dump/page_dump.h"
#include "gui/open_window.h"
#include "models/text.h"
#include "panels/script_pane.h"
#include "panels/table_pane.h"

#include <QAction>
#include <QDir>
#include <QDockWidget>
#include <QLabel>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>

/// What is in sight, and what is spared because it is not.
namespace pfnscope::ui {
namespace {

struct Sight : test::OpenWindow {
    void open(const char* scenario, const QStringList& options, Preset preset) {
        window.setOptions(options);
        const auto opened = window.open(scenarios + u'/' + QString::fromLatin1(scenario));
        ASSERT_TRUE(opened) << toText(opened.error());
        window.applyPreset(preset);
        QCoreApplication::processEvents();
    }
    CanvasView& canvas(int column) { return window.columns()[column]->canvas(); }
    bool isSeen(int column, const QRectF& area) {
        const CanvasView& view = canvas(column);
        return view.mapToScene(view.viewport()->rect()).boundingRect().contains(area);
    }
    const view::Box* boxOf(int column, view::BoxKind kind, const std::string& idBegin) {
        for (const view::Box& box : canvas(column).diagram().boxes)
            if (box.kind == kind && box.id.starts_with(idBegin))
                return &box;
        return nullptr;
    }
    TablePane& table(const char* pane) {
        return dynamic_cast<TablePane&>(*window.pane(QString::fromLatin1(pane)));
    }
};

TEST_F(Sight, WhatAnotherColumnChangedIsShownToo) {
    open("thread/02-vfio-unmap-4k.yaml",
         {QStringLiteral("mainline"), QStringLiteral("A"), QStringLiteral("B"), QStringLiteral("C")},
         Preset::Review);
    session().moveToStep(2);
    QCoreApplication::processEvents();
    ASSERT_EQ(session().activeColumn(), 0);
    const view::Box* split = boxOf(1, view::BoxKind::Table, "pte-");
    ASSERT_TRUE(split);
    EXPECT_TRUE(isSeen(1, DiagramPainter::rectOf(*split)));
}

TEST_F(Sight, ADepositIsSeenBesideTwoColumnsAndBelowInFour) {
    const QStringList all{QStringLiteral("mainline"), QStringLiteral("A"), QStringLiteral("B"),
                          QStringLiteral("C")};
    for (const int columns : {2, 4}) {
        open("thread/02-vfio-unmap-4k.yaml", all.mid(0, columns),
             columns == 2 ? Preset::Explore : Preset::Review);
        session().moveToStep(1);
        QCoreApplication::processEvents();
        const view::Box* deposit = boxOf(1, view::BoxKind::Deposit, "");
        const view::Box* pmd = boxOf(1, view::BoxKind::Table, "pmd-");
        ASSERT_TRUE(deposit && pmd);
        EXPECT_EQ(deposit->rect.y == pmd->rect.y, columns == 2);
        EXPECT_TRUE(isSeen(1, DiagramPainter::rectOf(*deposit))) << columns;
        EXPECT_TRUE(isSeen(1, DiagramPainter::rectOf(*pmd))) << columns;
    }
}

TEST_F(Sight, APaneBehindATabIsMadeWhenItsTabIsChosen) {
    window.applyPreset(Preset::Explore);
    QCoreApplication::processEvents();
    session().moveToStep(1);
    QCoreApplication::processEvents();
    QSignalSpy front(table("pane.findings").view().model(), &QAbstractItemModel::modelReset);
    QSignalSpy behind(table("pane.frames").view().model(), &QAbstractItemModel::modelReset);
    session().moveToStep(2);
    QCoreApplication::processEvents();
    EXPECT_GT(front.count(), 0);
    EXPECT_EQ(behind.count(), 0);
    window.docks().dock(QStringLiteral("pane.frames"))->raise();
    QCoreApplication::processEvents();
    EXPECT_GT(behind.count(), 0);
    const int rows = table("pane.frames").view().model()->rowCount();
    EXPECT_GT(rows, 0);
    table("pane.frames").bringUpToDate();
    EXPECT_EQ(table("pane.frames").view().model()->rowCount(), rows);
}

/// A screen of 1366x768 or of 1920x1080 at 1.5, less what the desktop keeps for itself.
TEST_F(Sight, EveryPresetFitsASmallScreen) {
    constexpr QSize kRoom(1200, 620);
    for (const Preset preset : {Preset::Explore, Preset::Review, Preset::Teach, Preset::Minimal}) {
        open("thread/06-remap-fork.yaml", {QStringLiteral("mainline"), QStringLiteral("A")}, preset);
        session().moveToStep(2);
        window.resize(kRoom);
        QCoreApplication::processEvents();
        EXPECT_LE(window.height(), kRoom.height()) << name(preset).toStdString();
        EXPECT_LE(window.width(), kRoom.width()) << name(preset).toStdString();
    }
}

TEST_F(Sight, ColumnsOfATableHaveTheWidthOfThePane) {
    open("thread/10a-kernfs-unmap-4k.yaml", {QStringLiteral("mainline"), QStringLiteral("D")},
         Preset::Explore);
    session().moveToStep(3);
    for (const char* pane : {"pane.ledger", "pane.differences", "pane.predicates", "pane.frames"}) {
        window.docks().dock(QString::fromLatin1(pane))->raise();
        QCoreApplication::processEvents();
        const QTableView& view = table(pane).view();
        ASSERT_GT(view.model()->rowCount(), 0) << pane;
        int width = 0;
        for (int column = 0; column < view.model()->columnCount(); ++column)
            width += view.columnWidth(column);
        EXPECT_GE(width, view.viewport()->width() - 1) << pane;
        EXPECT_LE(width, view.viewport()->width() + 1) << pane;
    }
}

TEST_F(Sight, WhatLiesOnThePictureStaysWhereItIsWhileThatScrolls) {
    open("thread/02-vfio-unmap-4k.yaml", {QStringLiteral("A")}, Preset::Explore);
    window.actions().action(ActionId::ViewMap)->setChecked(true);
    window.actions().action(ActionId::ViewPresenter)->trigger();
    QCoreApplication::processEvents();
    CanvasView& view = canvas(0);
    auto* map = view.findChild<QWidget*>(QStringLiteral("map"));
    ASSERT_TRUE(map);
    const auto mapInCorner = [&] {
        return view.viewport()->rect().bottomRight() - map->geometry().bottomRight();
    };
    const QPoint before = mapInCorner();
    view.zoomTo(2);
    QCoreApplication::processEvents(); // the bars are there now
    view.verticalScrollBar()->setValue(view.verticalScrollBar()->minimum());
    view.verticalScrollBar()->setValue(view.verticalScrollBar()->minimum() + 60);
    view.horizontalScrollBar()->setValue(view.horizontalScrollBar()->maximum());
    QCoreApplication::processEvents();
    EXPECT_EQ(view.presenter().geometry(), view.viewport()->rect());
    EXPECT_EQ(mapInCorner(), before);
    window.actions().action(ActionId::ViewPresenter)->trigger();
}

TEST_F(Sight, TheFirstEntryThatAppearsIsExplained) {
    open("thread/02-vfio-unmap-4k.yaml", {QStringLiteral("A")}, Preset::Explore);
    session().moveToBegin();
    ASSERT_FALSE(session().selection()); // there is no entry yet
    session().moveToStep(1);
    ASSERT_TRUE(session().selection());
    const auto chosen = *session().selection();
    const auto frame = session().selectedFrame(0);
    ASSERT_TRUE(frame);
    EXPECT_NE(session().active().state().memory.read(*frame, chosen.index), 0U);
    session().moveToStep(2);
    EXPECT_EQ(session().selection(), chosen); // and stays what was chosen
}

TEST_F(Sight, NarrationIsNoWiderThanItsPane) {
    open("thread/08-remap-half-fault-half.yaml", {QStringLiteral("mainline"), QStringLiteral("B")},
         Preset::Explore);
    session().moveToStep(3); // the kernel dies in a function of a long name
    QCoreApplication::processEvents();
    const auto* words =
        window.pane(QStringLiteral("pane.script"))->findChild<QLabel*>(QStringLiteral("narration"));
    ASSERT_TRUE(words->text().contains(QStringLiteral("pgtable_trans_huge_withdraw")));
    EXPECT_LE(words->width(), words->parentWidget()->width());
}

TEST_F(Sight, NarrationIsLargerWhereItHasRoom) {
    const auto pixels = [this] {
        QCoreApplication::processEvents();
        return window.pane(QStringLiteral("pane.script"))
            ->findChild<QLabel*>(QStringLiteral("narration"))
            ->font()
            .pixelSize();
    };
    window.applyPreset(Preset::Explore);
    const int beside = pixels();
    window.applyPreset(Preset::Teach);
    EXPECT_GT(pixels(), beside);
}

TEST_F(Sight, ADumpIsOpenedAsOneMomentUnderNoOption) {
    const QString path = QStringLiteral(PFNSCOPE_SOURCE_DIR "/tests/data/dumps/qemu-info-tlb.txt");
    ASSERT_TRUE(window.openFile(path));
    QCoreApplication::processEvents();
    ASSERT_EQ(session().columnCount(), 1);
    EXPECT_EQ(session().steps().size(), 1U);
    EXPECT_EQ(session().column(0).name(), "qemu-info-tlb");
    const auto text = readFile(path.toStdString());
    const auto dump = dump::readLines(*text, dump::Format::QemuInfoTlb);
    std::uint64_t wanted = 0, shown = 0;
    for (const dump::DumpedRun& run : dump->runs)
        wanted += run.count;
    for (const view::Box& box : canvas(0).diagram().boxes)
        for (const view::Row& row : box.rows)
            if (row.role != view::Role::TablePointer && row.entry)
                shown += row.entry->count;
    EXPECT_EQ(shown, wanted);
    window.setOptions({QStringLiteral("A"), QStringLiteral("B")}); // does not run it
    EXPECT_EQ(session().column(0).name(), "qemu-info-tlb");
    EXPECT_TRUE(window.openFile(lesson));
    EXPECT_EQ(session().columnCount(), 2);
}

TEST_F(Sight, AFileThatIsNeitherIsRefusedAsAScenario) {
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("notes.txt")));
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("just some words\n");
    file.close();
    EXPECT_FALSE(window.openFile(file.fileName()));
    EXPECT_TRUE(window.lastError().contains(QStringLiteral("notes.txt"))) << window.lastError().toStdString();
    EXPECT_EQ(session().path(), lesson);
}

TEST_F(Sight, DivergenceIsWhatComparingEveryStepSays) {
    const QStringList options{QStringLiteral("mainline"), QStringLiteral("A"), QStringLiteral("C")};
    std::size_t differing = 0, equal = 0;
    for (const QString& file :
         QDir(scenarios + QStringLiteral("/thread")).entryList({QStringLiteral("*.yaml")})) {
        open((QStringLiteral("thread/") + file).toLatin1().constData(), options, Preset::Minimal);
        for (std::size_t step = 0; step < session().steps().size(); ++step) {
            session().moveToStep(step);
            bool differs = false;
            for (int other = 1; other < session().columnCount(); ++other)
                differs |= !window.pictures().differences(0, other).empty();
            EXPECT_EQ(window.pictures().divergentSteps()[step], differs)
                << file.toStdString() << ", step " << step + 1;
            ++(differs ? differing : equal);
        }
    }
    EXPECT_GT(differing, 20U);
    EXPECT_GT(equal, 20U);
}

} // namespace
} // namespace pfnscope::ui
