// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_view.h"
#include "canvas/cell_painter.h"
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
    EXPECT_LE(canvas.scale(), CanvasView::kLargest);
    canvas.zoom(1e-12);
    EXPECT_GE(canvas.scale(), 0.02);
    canvas.fit();
    const QRectF seen = canvas.mapToScene(canvas.viewport()->rect()).boundingRect();
    for (const view::Box& box : canvas.diagram().boxes)
        EXPECT_TRUE(seen.contains(DiagramPainter::rectOf(box))) << box.id;
}

/// After the split: the row of 512 pages.
struct Cells : Canvas {
    CanvasView::Spot run;
    Cells() {
        session.moveToStep(2);
        canvas.setDiagram(pictures.diagram(0));
        const auto& boxes = canvas.diagram().boxes;
        for (run.box = 0; run.box < boxes.size(); ++run.box) {
            const auto& rows = boxes[run.box].rows;
            if (!rows.empty() && rows[0].field.cells() == 512)
                break;
        }
        EXPECT_LT(run.box, boxes.size());
    }
    const view::Box& box() const { return canvas.diagram().boxes[run.box]; }
    const view::Row& row() const { return box().rows[0]; }
    CanvasView::Spot at(std::uint32_t cell) const { return {run.box, run.row, cell}; }
    void click(std::uint32_t cell) {
        const QPointF middle = canvas.areaOf(at(cell)).center();
        canvas.centerOn(middle);
        QTest::mouseClick(canvas.viewport(), Qt::LeftButton, {}, canvas.mapFromScene(middle));
    }
};

TEST_F(Cells, ARunIsCutIntoItsEntriesFromSomeScaleOnAndAClickSelectsOne) {
    canvas.zoomTo(1);
    EXPECT_TRUE(cellGrid(box(), 0, canvas.scale()).isEmpty());
    canvas.zoomTo(12);
    ASSERT_EQ(cellGrid(box(), 0, canvas.scale()).cells(), 512U);
    click(300);
    ASSERT_TRUE(session.selection());
    EXPECT_EQ(session.selection()->index, 300U);
    EXPECT_EQ(row().selectedCell, 300U);
    EXPECT_EQ(selectedTable().level, hw::Level::Pte);
}

TEST_F(Cells, ArrowsGoFromCellToCellAndOutOfTheRun) {
    canvas.zoomTo(12);
    click(300);
    const auto line = cellGrid(box(), 0, canvas.scale()).columns();
    press(Qt::Key_Right);
    EXPECT_EQ(session.selection()->index, 301U);
    press(Qt::Key_Down);
    EXPECT_EQ(session.selection()->index, 301U + line);
    press(Qt::Key_Up);
    press(Qt::Key_Left);
    EXPECT_EQ(session.selection()->index, 300U);
    press(Qt::Key_Backspace);
    EXPECT_EQ(selectedTable().level, hw::Level::Pmd);
}

TEST_F(Cells, ZoomingMovesNoCellToAnotherLine) {
    const CellGrid near = cellGrid(box(), 0, 500);
    for (const double scale : {kCellsAbove, 3.0, 17.0, 90.0}) {
        const CellGrid grid = cellGrid(box(), 0, scale);
        EXPECT_EQ(grid.columns(), near.columns());
        EXPECT_EQ(grid.lines(), near.lines());
        for (std::uint32_t cell = 0; cell < grid.cells(); ++cell)
            ASSERT_EQ(grid.at(grid.cell(cell).center()), cell);
    }
}

TEST_F(Cells, ZoomingIntoTheEntryGoesToItsBitsAndBackToTheTable) {
    canvas.zoomTo(12);
    click(77);
    canvas.zoomTo(1);
    double before = canvas.scale();
    std::vector<double> widths;
    for (canvas.zoomInto(); canvas.scale() > before; canvas.zoomInto()) {
        before = canvas.scale();
        widths.push_back(canvas.areaOf(at(77)).width() * before);
        EXPECT_TRUE(canvas.mapToScene(canvas.viewport()->rect())
                        .boundingRect()
                        .contains(canvas.areaOf(at(77)).center()));
    }
    ASSERT_EQ(widths.size(), 3U); // cells, the word, the bits
    EXPECT_GT(widths[2], 300);
    EXPECT_LE(canvas.scale(), 1.25);
}

TEST_F(Cells, WhatOneHoversOverIsTheEntryAndNotTheRun) {
    canvas.zoomTo(12);
    QSignalSpy hovered(&canvas, &CanvasView::hovered);
    const QPointF middle = canvas.areaOf(at(5)).center();
    canvas.centerOn(middle);
    QTest::mouseMove(canvas.viewport(), canvas.mapFromScene(middle));
    QCoreApplication::processEvents();
    ASSERT_GT(hovered.count(), 0);
    EXPECT_TRUE(hovered.last()[0].toString().startsWith(QStringLiteral("PTE entry 5 of table")))
        << hovered.last()[0].toString().toStdString();
}

TEST(CellPictures, OneBadEntryAmongManyThousandIsSeenFromAfar) {
    constexpr std::uint32_t kTables = 512, kBad = 123'456;
    const auto pictureOf = [](bool bad) {
        std::vector<view::FieldStretch> stretches;
        for (std::uint32_t cell = 0; cell < kTables * 512;) {
            view::FieldStretch stretch;
            stretch.cell = cell;
            stretch.first = std::uint16_t(cell % 512);
            const bool here = bad && cell == kBad;
            const std::uint32_t end = bad && !here && cell < kBad && cell + 512 > kBad ? kBad
                                      : here                                           ? cell + 1
                                             : (cell / 512 + 1) * 512;
            stretch.count = std::uint16_t(end - cell);
            stretch.role = here ? view::Role::Fault : view::Role::Page4K;
            stretches.push_back(stretch);
            cell = end;
        }
        view::Row row;
        row.kind = view::RowKind::Strip;
        row.field = view::EntryField(std::move(stretches), kTables * 512, {});
        QImage image(460, 16, QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        const Theme theme(ThemeKind::Light);
        CellPainter(theme).paint(painter, row, CellGrid(image.rect(), 30, kTables * 512), image.rect(), 1);
        painter.end();
        return image;
    };
    const QRgb fault = Theme(ThemeKind::Light).ink(view::Role::Fault).line.rgb();
    const auto pixels = [fault](const QImage& image) {
        int count = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                count += image.pixel(x, y) == fault ? 1 : 0;
        return count;
    };
    EXPECT_EQ(pixels(pictureOf(false)), 0);
    EXPECT_GE(pixels(pictureOf(true)), 1);
    EXPECT_LE(pixels(pictureOf(true)), 9); // and it is one spot
}

TEST_F(Canvas, TheFilterDimsRowsAndWholeBoxesAndTakesNoneAway) {
    canvas.setFilter(QStringLiteral("PMD"));
    double least = 1, most = 0;
    for (const QGraphicsItem* item : canvas.scene()->items()) {
        if (dynamic_cast<const BoxItem*>(item) == nullptr)
            continue;
        EXPECT_TRUE(item->isVisible());
        least = std::min(least, item->opacity());
        most = std::max(most, item->opacity());
    }
    EXPECT_LT(least, 0.5);
    EXPECT_EQ(most, 1);
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
