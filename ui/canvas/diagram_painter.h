// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme/theme.h"
#include "view/diagram.h"

#include <QFont>
#include <QPainterPath>
#include <QRectF>

class QPainter;

/// Draws a Diagram with a QPainter: the one painter of the canvas, PNG, PDF and the clipboard.
namespace pfnscope::ui {

/// How large a character cell is in a picture's own units (pixels at zoom 1).
struct CellSize {
    double width = 0;
    double height = 0;
    QPointF at(view::Point p) const { return {p.x * width, p.y * height}; }
    QPointF middleOf(view::Point p) const { return {(p.x + 0.5) * width, (p.y + 0.5) * height}; }
    QRectF of(const view::Rect& r) const {
        return {r.x * width, r.y * height, r.width * width, r.height * height};
    }
};
/// That of the bundled font at kCanvasFont pixels.
CellSize cellSize();
inline constexpr int kCanvasFont = 13;

/// By the scale: pixels a unit.
enum class Detail {
    Shapes, ///< text would be a smear: boxes and bars in their colours
    Runs,   ///< titles and runs of entries
    Cells,  ///< runs cut into their entries; how much is said of each is the CellPainter's
};
Detail detailAt(double scale);

class DiagramPainter {
public:
    explicit DiagramPainter(Theme theme);

    const Theme& theme() const { return theme_; }

    /// All of it, at the painter's origin, with caption, legend and stamp.
    void paint(QPainter& painter, const view::Diagram& diagram) const;
    /// Of paint(), in the picture's units.
    static QSizeF size(const view::Diagram& diagram);

    /// One box at its place in the diagram; rows outside `exposed` are left out.
    void paintBox(QPainter& painter, const view::Box& box, double scale, const QRectF& exposed) const;
    void paintEdge(QPainter& painter, const view::Edge& edge, double scale, const QRectF& exposed) const;
    /// Samples of what occurs, in a row that is broken at `width`; returns the height used.
    double paintLegend(QPainter& painter, const QPointF& at, double width,
                       const std::vector<view::LegendItem>& legend) const;

    static QPainterPath pathOf(const view::Edge& edge);
    static QRectF rectOf(const view::Box& box);
    static QRectF rowRect(const view::Box& box, std::size_t row);

private:
    QPen outline(const view::Box& box, double scale) const;
    void paintRow(QPainter& painter, const view::Box& box, std::size_t row, double scale) const;
    void paintRowWords(QPainter& painter, const view::Box& box, std::size_t row) const;
    void paintRowInCells(QPainter& painter, const view::Box& box, std::size_t row, double scale,
                         const QRectF& exposed) const;
    void paintRowFrame(QPainter& painter, const view::Row& row, const QRectF& body, double scale) const;
    void paintStrip(QPainter& painter, const QRectF& area, const std::string& cells) const;
    void paintTexture(QPainter& painter, const QRectF& area, const view::Row& row, const Ink& ink) const;
    void paintWords(QPainter& painter, view::Point at, const std::string& words) const;

    Theme theme_;
    QFont font_;
    QFont bold_;
    QFont small_;
    double baseline_ = 0; ///< of a line of words, from its top
};

} // namespace pfnscope::ui
