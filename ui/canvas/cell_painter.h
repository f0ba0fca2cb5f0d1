// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "canvas/cell_grid.h"
#include "theme/theme.h"

class QPainter;

namespace pfnscope::ui {

/// Draws the entries behind a row one by one: below 12 pixels as an image in which the gravest of what a
/// pixel stands for is seen, above as cells with a letter, then with index and word, then bit by bit.
class CellPainter {
public:
    explicit CellPainter(const Theme& theme) : theme_(theme) {}

    /// Only the cells that lie in `exposed` (in the grid's units) are drawn.
    void paint(QPainter& painter, const view::Row& row, const CellGrid& grid, const QRectF& exposed,
               double scale) const;
    QColor colourOf(const view::FieldSummary& summary) const;

private:
    struct Part { ///< of the grid
        std::uint32_t firstColumn, endColumn, firstLine, endLine;
    };
    static Part partIn(const CellGrid& grid, const QRectF& exposed);
    void paintImage(QPainter& painter, const view::EntryField& field, const CellGrid& grid, const Part& part,
                    double scale) const;
    void paintCells(QPainter& painter, const view::Row& row, const CellGrid& grid, const Part& part,
                    double scale) const;
    void paintCell(QPainter& painter, const view::EntryField& field, std::uint32_t cell,
                   const QRectF& area) const;
    void paintWords(QPainter& painter, const view::EntryField& field, const view::FieldStretch& stretch,
                    std::uint32_t cell, const QRectF& area) const;

    const Theme& theme_;
};

} // namespace pfnscope::ui
