// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/cell_grid.h"

#include "canvas/diagram_painter.h"

#include <algorithm>
#include <cmath>

namespace pfnscope::ui {

namespace {
constexpr double kCellShape =
    4; ///< width by height that a cell is to come near to: a word in hex over its meaning
constexpr double kBandPixels = 20; ///< on the screen
} // namespace

CellGrid::CellGrid(const QRectF& area, double shape, std::uint32_t cells) : area_(area), cells_(cells) {
    if (cells == 0)
        return;
    // A power of two, so that a line begins at a round index.
    const double exact = std::sqrt(shape * double(cells) / kCellShape);
    columns_ = std::min(cells, 1U << unsigned(std::max(0.0, std::round(std::log2(exact)))));
}

QSizeF CellGrid::cellSize() const {
    return {area_.width() / columns_, area_.height() / lines()};
}

QRectF CellGrid::cell(std::uint32_t cell) const {
    const QSizeF size = cellSize();
    return {
        QPointF(area_.left() + cell % columns_ * size.width(), area_.top() + cell / columns_ * size.height()),
        size};
}

std::optional<std::uint32_t> CellGrid::at(const QPointF& point) const {
    if (isEmpty() || !area_.contains(point))
        return std::nullopt;
    const QSizeF size = cellSize();
    const auto column = std::min(columns_ - 1, std::uint32_t((point.x() - area_.left()) / size.width()));
    const auto line = std::min(lines() - 1, std::uint32_t((point.y() - area_.top()) / size.height()));
    const std::uint32_t cell = line * columns_ + column;
    return cell < cells_ ? std::optional(cell) : std::nullopt;
}

double cellBandHeight(double scale) {
    return std::min(ui::cellSize().height / 2, kBandPixels / scale);
}

CellGrid cellGrid(const view::Box& box, std::size_t index, double scale) {
    const view::Row& row = box.rows[index];
    const bool isStrip = row.kind == view::RowKind::Strip; // says nothing in words
    if (row.field.cells() == 0 || (!isStrip && scale < kCellsAbove))
        return {};
    const QRectF area = DiagramPainter::rowRect(box, index).adjusted(1, 1, -1, -1);
    const double band = isStrip ? 0 : cellBandHeight(scale);
    return {area.adjusted(0, band, 0, 0), area.width() / area.height(), row.field.cells()};
}

} // namespace pfnscope::ui
