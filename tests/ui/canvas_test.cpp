// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_view.h"
#include "canvas/picture_export.h"
#include "session/pictures.h"
#include "ui/hand_made_run.h"

#include <QPainter>
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
    const auto in = [&](ThemeKind theme) {
        return toImage(diagram, {theme, Backdrop::Painted, 1});
    };
    const QImage light = in(ThemeKind::Light);
    EXPECT_EQ(light, in(ThemeKind::Light));
    EXPECT_NE(light, in(ThemeKind::Dark));
    EXPECT_NE(light, in(ThemeKind::Print));
    EXPECT_EQ(light.text(QStringLiteral("Description")).toStdString(), view::toText(diagram.stamp));
}

TEST_F(Canvas, APictureHasABoundHoweverLargeTheDiagram) {
    view::Diagram huge = pictures.diagram(0);
    huge.height = 2'000'000;
    EXPECT_LE(toImage(huge).height(), PngOptions().mostPixels + 1);
}

TEST_F(Canvas, TilesPutTogetherAreThePicture) {
    const view::Diagram diagram = pictures.diagram(0);
    const PngOptions whole{ThemeKind::Light, Backdrop::Painted, 1, 100'000};
    PngOptions cut = whole;
    cut.mostPixels = 300;
    const QImage expected = toImage(diagram, whole);
    ASSERT_EQ(toPng(diagram, whole).size(), 1U);
    EXPECT_EQ(toPng(diagram, whole).front().suffix, "");
    QImage together(expected.size(), QImage::Format_RGB32);
    QPainter painter(&together);
    for (const PngTile& tile : toPng(diagram, cut)) {
        const QStringList place = QString::fromStdString(tile.suffix).split(u'-');
        ASSERT_EQ(place.size(), 3);
        const QImage piece = QImage::fromData(tile.bytes);
        EXPECT_LE(std::max(piece.width(), piece.height()), 300);
        EXPECT_EQ(piece.text(QStringLiteral("Hash")).toStdString(), diagram.stamp.hash);
        painter.drawImage((place[2].toInt() - 1) * 300, (place[1].toInt() - 1) * 300, piece);
    }
    painter.end();
    EXPECT_EQ(together, expected);
}

TEST_F(Canvas, ATransparentPictureHasNoPaper) {
    const QImage image = toImage(pictures.diagram(0), {ThemeKind::Print, Backdrop::Transparent, 1});
    EXPECT_EQ(image.pixelColor(0, 0).alpha(), 0);
}

TEST_F(Canvas, PdfIsTheSameEachTime) {
    const std::vector<view::Diagram> pages{pictures.diagram(0), pictures.diagram(1)};
    const QByteArray first = toPdf(pages, Theme(ThemeKind::Print));
    QTest::qSleep(1100); // another second of the clock that Qt would write into it
    EXPECT_EQ(first, toPdf(pages, Theme(ThemeKind::Print)));
}

TEST_F(Canvas, PdfHasOnePageADiagram) {
    const QByteArray pdf = toPdf({pictures.diagram(0), pictures.diagram(1)}, Theme(ThemeKind::Print));
    EXPECT_TRUE(pdf.startsWith("%PDF-"));
    EXPECT_TRUE(pdf.contains("/Count 2"));
}

} // namespace
} // namespace pfnscope::ui
