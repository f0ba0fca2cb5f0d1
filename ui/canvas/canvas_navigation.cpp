// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_view.h"

#include <QKeyEvent>

#include <cmath>

/// CanvasView's way about the diagram by keys.
namespace pfnscope::ui {

using Spot = CanvasView::Spot;

std::optional<Spot> CanvasView::spotOf(const view::EntryRef& entry) const {
    for (std::size_t b = 0; b < diagram_.boxes.size(); ++b) {
        const auto& rows = diagram_.boxes[b].rows;
        for (std::size_t r = 0; r < rows.size(); ++r) {
            if (rows[r].entry && rows[r].entry->contains(entry.table, entry.first))
                return Spot{b, r};
        }
    }
    return std::nullopt;
}

std::optional<Spot> CanvasView::selectedSpot() const {
    for (std::size_t b = 0; b < diagram_.boxes.size(); ++b) {
        const auto& rows = diagram_.boxes[b].rows;
        for (std::size_t r = 0; r < rows.size(); ++r) {
            if (rows[r].selected)
                return Spot{b, r};
        }
    }
    return std::nullopt;
}

std::optional<Spot> CanvasView::spotUnder(const QPoint& at) const {
    const QPointF scene = mapToScene(at);
    const CellSize cell = cellSize();
    const view::Point point{int(std::floor(scene.x() / cell.width)), int(std::floor(scene.y() / cell.height))};
    const view::Box* box = diagram_.boxAt(point);
    if (!box)
        return std::nullopt;
    Spot spot{std::size_t(box - diagram_.boxes.data()), box->rows.size()};
    const int row = point.y - box->rowY(0);
    if (row >= 0 && row < int(box->rows.size()))
        spot.row = std::size_t(row);
    return spot;
}

QString CanvasView::words(const QPoint& at) const {
    const auto spot = spotUnder(at);
    if (!spot)
        return {};
    const view::Box& box = diagram_.boxes[spot->box];
    const bool onRow = spot->row < box.rows.size() && !box.rows[spot->row].tooltip.empty();
    return QString::fromStdString(onRow ? box.rows[spot->row].tooltip : box.tooltip);
}

void CanvasView::choose(const std::optional<Spot>& spot) {
    if (!spot)
        return;
    const view::Box& box = diagram_.boxes[spot->box];
    if (spot->row < box.rows.size() && box.rows[spot->row].entry)
        Q_EMIT entryChosen(*box.rows[spot->row].entry);
    else if (box.table)
        Q_EMIT tableChosen(*box.table);
}

void CanvasView::reveal(const view::EntryRef& entry) {
    if (const auto spot = spotOf(entry))
        ensureVisible(DiagramPainter::rowRect(diagram_.boxes[spot->box], spot->row), 30, 30);
}

std::optional<Spot> CanvasView::entryBeside(const Spot& from, int step) const {
    const auto& rows = diagram_.boxes[from.box].rows;
    for (int row = int(from.row) + step; row >= 0 && row < int(rows.size()); row += step) {
        if (rows[std::size_t(row)].entry)
            return Spot{from.box, std::size_t(row)};
    }
    return std::nullopt;
}

std::optional<Spot> CanvasView::firstEntry(std::size_t box) const {
    const auto& rows = diagram_.boxes[box].rows;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (rows[row].entry)
            return Spot{box, row};
    }
    return std::nullopt;
}

std::optional<Spot> CanvasView::tableBeside(int step) const {
    const auto now = selectedSpot();
    const int count = int(diagram_.boxes.size());
    int box = now ? int(now->box) + step : step > 0 ? 0 : count - 1;
    for (; box >= 0 && box < count; box += step) {
        if (const auto entry = firstEntry(std::size_t(box)))
            return entry;
    }
    return std::nullopt;
}

void CanvasView::keyPressEvent(QKeyEvent* event) {
    const auto now = selectedSpot();
    std::optional<Spot> next;
    switch (event->key()) {
    case Qt::Key_Space:
        spaceHeld_ = true;
        viewport()->setCursor(Qt::OpenHandCursor);
        return;
    case Qt::Key_Up: next = now ? entryBeside(*now, -1) : tableBeside(1); break;
    case Qt::Key_Down: next = now ? entryBeside(*now, 1) : tableBeside(1); break;
    case Qt::Key_Left: next = tableBeside(-1); break;
    case Qt::Key_Right: next = tableBeside(1); break;
    case Qt::Key_Return:
    case Qt::Key_Enter: Q_EMIT descendAsked(); break;
    case Qt::Key_Backspace: Q_EMIT ascendAsked(); break;
    default: QGraphicsView::keyPressEvent(event); return;
    }
    choose(next);
    event->accept();
}

void CanvasView::keyReleaseEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Space && !event->isAutoRepeat()) {
        spaceHeld_ = false;
        viewport()->unsetCursor();
    }
    QGraphicsView::keyReleaseEvent(event);
}

bool CanvasView::focusNextPrevChild(bool next) {
    const auto table = tableBeside(next ? 1 : -1);
    if (!table)
        return QGraphicsView::focusNextPrevChild(next);
    choose(table);
    return true;
}

} // namespace pfnscope::ui
