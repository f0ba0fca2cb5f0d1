// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/cell_painter.h"

#include "canvas/bit_figure.h"
#include "models/text.h"
#include "view/entry_words.h"

#include <QImage>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace pfnscope::ui {

using view::FieldStretch;
using view::FieldSummary;
using view::Mark;
using view::Role;

namespace {

// In pixels of the screen.
constexpr double kLeastCell = 12;     ///< smaller ones are written into an image
constexpr double kLeastForGrid = 4;   ///< of the image's cells: lines between them
constexpr double kLeastForIndex = 34; ///< the width
constexpr double kLeastForWord = 172; ///< the width
constexpr double kLineHeight = 15;
constexpr double kLeastForBits = 300; ///< the width
constexpr double kMostForBits = 560;  ///< wider figures are only further apart

/// From what has to be seen to what is everywhere.
constexpr Role kGravestFirst[] = {Role::Fault,  Role::Soft,   Role::Special, Role::Leaf1G,
                                  Role::Leaf2M, Role::Page4K, Role::Deposit, Role::TablePointer};

QColor mixed(const QColor& one, const QColor& other) {
    return {(one.red() + other.red()) / 2, (one.green() + other.green()) / 2,
            (one.blue() + other.blue()) / 2};
}

} // namespace

QColor CellPainter::colourOf(const FieldSummary& summary) const {
    if (summary.isEmpty())
        return theme_.background();
    if (summary.stale)
        return theme_.change(Mark::Removed);
    for (const Mark mark : {Mark::Removed, Mark::Changed, Mark::Added}) {
        if (summary.has(mark))
            return theme_.change(mark);
    }
    const auto gravest = std::find_if(std::begin(kGravestFirst), std::end(kGravestFirst),
                                      [&](Role each) { return summary.has(each); });
    const Role role = gravest == std::end(kGravestFirst) ? Role::Plain : *gravest;
    const Ink ink = theme_.ink(role);
    if (role == Role::Fault)
        return ink.line;
    QColor colour = mixed(ink.fill, ink.line);
    if (summary.holes)
        colour = mixed(colour, theme_.background());
    return summary.uneven ? mixed(colour, theme_.text()) : colour;
}

CellPainter::Part CellPainter::partIn(const CellGrid& grid, const QRectF& exposed) {
    const QRectF seen = grid.area() & exposed;
    const QSizeF size = grid.cellSize();
    const auto below = [](double value) { return std::uint32_t(std::max(0.0, std::floor(value))); };
    const auto above = [](double value, std::uint32_t most) {
        return std::min(most, std::uint32_t(std::max(0.0, std::ceil(value))));
    };
    return {below((seen.left() - grid.area().left()) / size.width()),
            above((seen.right() - grid.area().left()) / size.width(), grid.columns()),
            below((seen.top() - grid.area().top()) / size.height()),
            above((seen.bottom() - grid.area().top()) / size.height(), grid.lines())};
}

void CellPainter::paint(QPainter& painter, const view::Row& row, const CellGrid& grid, const QRectF& exposed,
                        double scale) const {
    if (grid.isEmpty() || !grid.area().intersects(exposed))
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QSizeF size = grid.cellSize() * scale;
    const Part part = partIn(grid, exposed);
    if (std::min(size.width(), size.height()) < kLeastCell)
        paintImage(painter, row.field, grid, part, scale);
    else
        paintCells(painter, row, grid, part, scale);
    painter.restore();
}

void CellPainter::paintImage(QPainter& painter, const view::EntryField& field, const CellGrid& grid,
                             const Part& part, double scale) const {
    const QSizeF size = grid.cellSize();
    // A pixel of the image: as many whole cells as a pixel of the screen covers, so that panning changes none
    // of them.
    const auto across = std::max(1U, std::uint32_t(1 / (size.width() * scale)));
    const auto down = std::max(1U, std::uint32_t(1 / (size.height() * scale)));
    const std::uint32_t left = part.firstColumn / across, right = (part.endColumn + across - 1) / across;
    const std::uint32_t top = part.firstLine / down, bottom = (part.endLine + down - 1) / down;
    QImage image(int(right - left), int(bottom - top), QImage::Format_RGB32);
    const bool isOneTable = field.cells() <= field.geometry().entriesPerTable();
    for (std::uint32_t y = top; y < bottom; ++y) {
        auto* pixels = reinterpret_cast<QRgb*>(image.scanLine(int(y - top)));
        for (std::uint32_t x = left; x < right; ++x) {
            FieldSummary all;
            for (std::uint32_t line = y * down; line < std::min((y + 1) * down, grid.lines()); ++line) {
                const std::uint32_t first = line * grid.columns() + x * across;
                all.add(field.summary(first, std::min(first + across, (line + 1) * grid.columns())));
            }
            if (isOneTable)
                all.uneven = false; // there every run is a part of a table
            pixels[x - left] = colourOf(all).rgb();
        }
    }
    const QRectF target(grid.area().left() + left * across * size.width(),
                        grid.area().top() + top * down * size.height(),
                        (right - left) * across * size.width(), (bottom - top) * down * size.height());
    painter.setClipRect(grid.area(), Qt::IntersectClip);
    painter.drawImage(target, image);
    if (size.height() * scale < kLeastForGrid || size.width() * scale < kLeastForGrid)
        return;
    painter.setPen(QPen(theme_.background(), 0));
    for (std::uint32_t column = part.firstColumn; column <= part.endColumn; ++column) {
        const double x = grid.area().left() + column * size.width();
        painter.drawLine(QPointF(x, target.top()), QPointF(x, target.bottom()));
    }
    for (std::uint32_t line = part.firstLine; line <= part.endLine; ++line) {
        const double y = grid.area().top() + line * size.height();
        painter.drawLine(QPointF(target.left(), y), QPointF(target.right(), y));
    }
}

void CellPainter::paintCells(QPainter& painter, const view::Row& row, const CellGrid& grid, const Part& part,
                             double scale) const {
    const auto inPixels = [&](std::uint32_t cell, auto draw) {
        const QRectF area = grid.cell(cell);
        painter.save();
        painter.translate(area.topLeft());
        painter.scale(1 / scale, 1 / scale);
        draw(QRectF(QPointF(0, 0), area.size() * scale).adjusted(0.5, 0.5, -1.5, -1.5));
        painter.restore();
    };
    for (std::uint32_t line = part.firstLine; line < part.endLine; ++line) {
        for (std::uint32_t column = part.firstColumn; column < part.endColumn; ++column) {
            const std::uint32_t cell = line * grid.columns() + column;
            if (cell < grid.cells())
                inPixels(cell, [&](const QRectF& area) { paintCell(painter, row.field, cell, area); });
        }
    }
    if (row.selectedCell)
        inPixels(*row.selectedCell, [&](const QRectF& area) {
            QColor veil = theme_.selection(); // an added cell's frame is blue as well
            veil.setAlphaF(0.2F);
            painter.setBrush(veil);
            painter.setPen(QPen(theme_.selection(), 4));
            painter.drawRect(area.adjusted(2, 2, -2, -2));
        });
}

void CellPainter::paintCell(QPainter& painter, const view::EntryField& field, std::uint32_t cell,
                            const QRectF& area) const {
    const FieldStretch* stretch = field.at(cell);
    if (stretch == nullptr) {
        painter.setPen(QPen(theme_.grid(), 1, Qt::DotLine));
        painter.drawRect(area);
        return;
    }
    const bool gone = stretch->mark == Mark::Removed;
    const Ink ink = gone ? theme_.ghostInk() : theme_.ink(stretch->role);
    painter.fillRect(area, ink.fill);
    const bool room = area.width() >= kLeastForIndex;
    if (ink.pattern != Qt::SolidPattern && !room) {
        QColor lines = ink.line;
        lines.setAlphaF(0.4F);
        painter.fillRect(area, QBrush(lines, ink.pattern));
    }
    if (stretch->stale)
        painter.fillRect(area, QBrush(theme_.change(Mark::Removed), Qt::BDiagPattern));
    painter.setBrush(Qt::NoBrush);
    const bool marked = stretch->mark != Mark::None;
    painter.setPen(QPen(stretch->stale ? theme_.change(Mark::Removed)
                        : marked       ? theme_.change(stretch->mark)
                                       : ink.line,
                        marked || stretch->stale ? 2 : 1,
                        gone             ? Qt::DashLine
                        : stretch->stale ? Qt::DotLine
                                         : Qt::SolidLine));
    painter.drawRect(area);
    if (stretch->mark == Mark::Changed)
        painter.drawRect(area.adjusted(3, 3, -3, -3));
    painter.setPen(marked ? theme_.change(stretch->mark) : ink.text);
    if (room) {
        paintWords(painter, field, *stretch, cell, area.adjusted(6, 3, -4, -3));
    } else {
        painter.setFont(monoFont(10));
        painter.drawText(area, Qt::AlignCenter,
                         marked ? QString(QLatin1Char(view::letter(stretch->mark))) : QString(ink.letter));
    }
}

void CellPainter::paintWords(QPainter& painter, const view::EntryField& field, const FieldStretch& stretch,
                             std::uint32_t cell, const QRectF& area) const {
    const QPen words = painter.pen();
    const Word word = stretch.wordAt(cell);
    QRectF line(area.left(), area.top(), area.width(), std::min(kLineHeight, area.height()));
    const auto put = [&](const QString& text, const QColor& colour, int size) {
        painter.setFont(monoFont(size));
        painter.setPen(colour);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, text);
    };
    QString index = QString::number(stretch.indexAt(cell));
    if (stretch.mark != Mark::None)
        index.prepend(QLatin1Char(view::letter(stretch.mark)));
    if (area.width() < kLeastForWord) {
        put(index, words.color(), 10);
        return;
    }
    put(index, theme_.faintText(), 11);
    const bool beside = area.width() > kLeastForWord + 40 || area.height() < 2 * kLineHeight;
    if (beside)
        line.setLeft(line.left() + 34);
    else
        line.translate(0, kLineHeight);
    put(groupedHex(word), words.color(), beside ? 12 : 11);
    line.setLeft(area.left());
    line.translate(0, kLineHeight + 1);
    if (line.bottom() <= area.bottom() + 1)
        put(qt(cellText(stretch, cell, field.geometry())), words.color(), 11);
    line.translate(0, kLineHeight + 4);
    if (area.width() < kLeastForBits || line.top() + BitFigure::kHeight > area.bottom())
        return;
    BitFigure(line.topLeft(), std::min(area.width(), kMostForBits))
        .paint(painter, word, view::formatOf(word, stretch.level, field.geometry()), 0, theme_);
}

} // namespace pfnscope::ui
