// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_view.h"
#include "canvas/picture_export.h"
#include "session/pictures.h"
#include "ui/hand_made_run.h"

#include <QSignalSpy>
#include <QTest>

#include <gtest/gtest.h>

namespace pfnscope::ui {
namespace {

struct Canvas : testing::Test {
    SessionModel session;
    Pictures pictures{session};
    CanvasView canvas{Theme(ThemeKind::Light)};
    Canvas() {
        session.setRun(test::handMadeRun());
        pictures.reset();
        session.moveToStep(1);
        canvas.resize(900, 600);
        canvas.show();
        canvas.setDiagram(pictures.diagram(0));
        QObject::connect(&canvas, &CanvasView::entryChosen, &canvas, [this](const view::EntryRef& entry) {
            session.select(session.selectionOf(0, entry.table, entry.first));
        });
        QObject::connect(&canvas, &CanvasView::descendAsked, &session, &SessionModel::descend);
        QObject::connect(&canvas, &CanvasView::ascendAsked, &session, &SessionModel::ascend);
        QObject::connect(&session, &SessionModel::selectionChanged, &canvas, [this] { canvas.setDiagram(pictures.diagram(0)); });
    }
    void press(Qt::Key key) { QTest::keyClick(&canvas, key); }
    const machine::PageTable& selectedTable() { return session.column(0).state().tables.at(*session.selectedFrame(0)); }
};

TEST_F(Canvas, NothingMovesWhileStepping) {
    std::map<std::string, view::Rect> places;
    for (std::size_t step = 0; step < session.steps().size(); ++step) {
        session.moveToStep(step);
        for (const view::Box& box : pictures.diagram(0).boxes) {
            const auto [known, isNew] = places.try_emplace(box.id, box.rect);
            if (!isNew) {
                EXPECT_EQ(known->second.x, box.rect.x) << box.id;
                EXPECT_EQ(known->second.y, box.rect.y) << box.id;
            }
        }
    }
}

TEST_F(Canvas, KeysGoDownTheTreeAndUpAgain) {
    press(Qt::Key_Tab);
    ASSERT_TRUE(session.selection());
    EXPECT_EQ(selectedTable().level, hw::Level::Pgd);
    press(Qt::Key_Return);
    EXPECT_EQ(selectedTable().level, hw::Level::Pud);
    press(Qt::Key_Return);
    EXPECT_EQ(selectedTable().level, hw::Level::Pmd);
    press(Qt::Key_Backspace);
    EXPECT_EQ(selectedTable().level, hw::Level::Pud);
}

TEST_F(Canvas, ArrowsGoBetweenTheEntriesOfATable) {
    session.moveToStep(2); // one leaf is split, the other stands
    canvas.setDiagram(pictures.diagram(0));
    press(Qt::Key_Tab);
    press(Qt::Key_Return);
    press(Qt::Key_Return);
    const unsigned first = session.selection()->index;
    press(Qt::Key_Down);
    EXPECT_GT(session.selection()->index, first);
    press(Qt::Key_Up);
    EXPECT_EQ(session.selection()->index, first);
}

TEST_F(Canvas, AClickSelectsTheEntryUnderThePointer) {
    canvas.fit();
    for (const view::Box& box : canvas.diagram().boxes) {
        for (std::size_t row = 0; row < box.rows.size(); ++row) {
            if (!box.rows[row].entry)
                continue;
            QSignalSpy chosen(&canvas, &CanvasView::entryChosen);
            QTest::mouseClick(canvas.viewport(), Qt::LeftButton, {}, canvas.mapFromScene(DiagramPainter::rowRect(box, row).center()));
            ASSERT_EQ(chosen.count(), 1) << box.id << " row " << row;
            return;
        }
    }
    FAIL() << "no entry in the picture";
}

TEST_F(Canvas, ZoomStaysWithinItsBoundsAndFitShowsEverything) {
    canvas.zoom(1e9);
    EXPECT_LE(canvas.scale(), 6.0);
    canvas.zoom(1e-12);
    EXPECT_GE(canvas.scale(), 0.02);
    canvas.fit();
    const QRectF seen = canvas.mapToScene(canvas.viewport()->rect()).boundingRect();
    for (const view::Box& box : canvas.diagram().boxes)
        EXPECT_TRUE(seen.contains(DiagramPainter::rectOf(box))) << box.id;
}

TEST_F(Canvas, ThePictureIsTheSameEachTimeAndAnotherInEachTheme) {
    const view::Diagram diagram = pictures.diagram(0);
    const QImage light = toImage(diagram, Theme(ThemeKind::Light), 1);
    EXPECT_EQ(light, toImage(diagram, Theme(ThemeKind::Light), 1));
    EXPECT_NE(light, toImage(diagram, Theme(ThemeKind::Dark), 1));
    EXPECT_NE(light, toImage(diagram, Theme(ThemeKind::Print), 1));
    EXPECT_EQ(light.text(QStringLiteral("Description")).toStdString(), view::toText(diagram.stamp));
}

TEST_F(Canvas, APictureHasABoundHoweverLargeTheDiagram) {
    view::Diagram huge = pictures.diagram(0);
    huge.height = 2'000'000;
    EXPECT_LE(toImage(huge, Theme(ThemeKind::Print), 3).height(), kMostPixels);
}

TEST_F(Canvas, PdfHasOnePageADiagram) {
    const QByteArray pdf = toPdf({pictures.diagram(0), pictures.diagram(1)}, Theme(ThemeKind::Print));
    EXPECT_TRUE(pdf.startsWith("%PDF-"));
    EXPECT_TRUE(pdf.contains("/Count 2"));
}

} // namespace
} // namespace pfnscope::ui
