// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "view/diagram.h"

#include <QRectF>

#include <optional>

namespace pfnscope::ui {

/// Where the entries behind a row lie inside it: line by line, so many a line that a cell is wide enough for
/// a word. Which cell is where depends on the row's size alone, so that zooming moves none of them to another
/// line.
class CellGrid {
public:
    CellGrid() = default;
    /// `shape`: the width of the whole row by its height.
    CellGrid(const QRectF& area, double shape, std::uint32_t cells);

    bool isEmpty() const { return cells_ == 0; }
    const QRectF& area() const { return area_; }
    std::uint32_t cells() const { return cells_; }
    std::uint32_t columns() const { return columns_; }
    std::uint32_t lines() const { return (cells_ + columns_ - 1) / columns_; }
    QSizeF cellSize() const;
    QRectF cell(std::uint32_t cell) const;
    std::optional<std::uint32_t> at(const QPointF& point) const;

private:
    QRectF area_;
    std::uint32_t cells_ = 0;
    std::uint32_t columns_ = 1;
};

/// Of a row as it is drawn at this scale; empty where it is drawn as one.
CellGrid cellGrid(const view::Box& box, std::size_t row, double scale);
/// Of what stands above a row's cells: its words, no larger than they have to be.
double cellBandHeight(double scale);
/// From this scale on rows are cut into their entries, and nothing but cells grows any more.
inline constexpr double kCellsAbove = 2.2;

} // namespace pfnscope::ui
