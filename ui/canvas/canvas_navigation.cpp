// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_view.h"

#include <QKeyEvent>

#include <algorithm>
#include <cmath>

/// CanvasView's way about the diagram by keys.
namespace pfnscope::ui {

using Spot = CanvasView::Spot;

namespace {
constexpr double kIntoCells = 2.3; ///< from where runs are cut: their cells are wide enough for a letter then
constexpr double kWordPixels = 190, kBitPixels = 420; ///< of a cell
constexpr double kNearly = 1.05;
} // namespace

std::optional<Spot> CanvasView::spotOf(const view::EntryRef& entry) const {
    for (std::size_t b = 0; b < diagram_.boxes.size(); ++b) {
        const auto& rows = diagram_.boxes[b].rows;
        for (std::size_t r = 0; r < rows.size(); ++r) {
            const auto cell = rows[r].field.cellOf(entry.table, entry.first);
            if (cell || (rows[r].entry && rows[r].entry->contains(entry.table, entry.first)))
                return Spot{b, r, cell};
        }
    }
    return std::nullopt;
}

std::optional<Spot> CanvasView::selectedSpot() const {
    for (std::size_t b = 0; b < diagram_.boxes.size(); ++b) {
        const auto& rows = diagram_.boxes[b].rows;
        for (std::size_t r = 0; r < rows.size(); ++r) {
            if (rows[r].selected)
                return Spot{b, r, rows[r].selectedCell};
        }
    }
    return std::nullopt;
}

CellGrid CanvasView::gridOf(const Spot& spot) const {
    const view::Box& box = diagram_.boxes[spot.box];
    return spot.row < box.rows.size() ? cellGrid(box, spot.row, scale()) : CellGrid();
}

QRectF CanvasView::areaOf(const Spot& spot) const {
    const CellGrid grid = gridOf(spot);
    return spot.cell && !grid.isEmpty() ? grid.cell(*spot.cell)
                                        : DiagramPainter::rowRect(diagram_.boxes[spot.box], spot.row);
}

std::optional<Spot> CanvasView::spotUnder(const QPoint& at) const {
    const QPointF scene = mapToScene(at);
    const CellSize cell = cellSize();
    const view::Point point{int(std::floor(scene.x() / cell.width)), int(std::floor(scene.y() / cell.height))};
    const view::Box* box = diagram_.boxAt(point);
    if (!box)
        return std::nullopt;
    Spot spot{std::size_t(box - diagram_.boxes.data()), box->rows.size(), {}};
    const int row = point.y - box->rowY(0);
    if (row >= 0 && row < int(box->rows.size())) {
        spot.row = std::size_t(row);
        spot.cell = gridOf(spot).at(scene);
    }
    return spot;
}

QString CanvasView::words(const QPoint& at) const {
    const auto spot = spotUnder(at);
    if (!spot)
        return {};
    const view::Box& box = diagram_.boxes[spot->box];
    if (spot->row >= box.rows.size())
        return QString::fromStdString(box.tooltip);
    const view::Row& row = box.rows[spot->row];
    if (const view::FieldStretch* stretch = spot->cell ? row.field.at(*spot->cell) : nullptr)
        return QString::fromStdString(view::cellTooltip(*stretch, *spot->cell, row.field.geometry()));
    return QString::fromStdString(row.tooltip.empty() ? box.tooltip : row.tooltip);
}

/// The entry that a click there means: of a run that is drawn as one its first.
std::optional<view::EntryRef> CanvasView::entryAt(const Spot& spot) const {
    const view::Box& box = diagram_.boxes[spot.box];
    if (spot.row >= box.rows.size())
        return std::nullopt;
    const view::Row& row = box.rows[spot.row];
    if (const view::FieldStretch* stretch = spot.cell ? row.field.at(*spot.cell) : nullptr)
        return view::EntryRef{stretch->table, std::uint16_t(stretch->indexAt(*spot.cell)), 1};
    if (row.entry || row.field.stretches().empty())
        return row.entry;
    const view::FieldStretch& first = row.field.stretches().front();
    return view::EntryRef{first.table, first.first, first.count};
}

void CanvasView::choose(const std::optional<Spot>& spot) {
    if (!spot)
        return;
    if (const auto entry = entryAt(*spot))
        Q_EMIT entryChosen(*entry);
    else if (const auto table = diagram_.boxes[spot->box].table)
        Q_EMIT tableChosen(*table);
}

void CanvasView::reveal(const view::EntryRef& entry) {
    if (const auto spot = spotOf(entry))
        bringIntoView(areaOf(*spot));
}

void CanvasView::zoomInto() {
    const auto spot = selectedSpot();
    if (!spot || !spot->cell)
        return;
    const view::Box& box = diagram_.boxes[spot->box];
    // What a cell is wide at scale 1, whether it is drawn at this scale or not.
    const double cell = cellGrid(box, spot->row, kLargest).cellSize().width();
    const double stops[] = {kCellsAbove * kIntoCells, kWordPixels / cell, kBitPixels / cell};
    const auto next = std::find_if(std::begin(stops), std::end(stops),
                                   [this](double stop) { return stop > scale() * kNearly; });
    if (next == std::end(stops)) {
        showReadable();
        return;
    }
    zoomTo(*next);
    centerOn(areaOf(*spot).center());
}

/// The cell that the key leads to within the row; empty where the row ends, or is drawn as one.
std::optional<Spot> CanvasView::cellBeside(const Spot& from, Qt::Key key) const {
    const CellGrid grid = gridOf(from);
    if (!from.cell || grid.isEmpty())
        return std::nullopt;
    const auto columns = int(grid.columns());
    const int step = key == Qt::Key_Left    ? -1
                     : key == Qt::Key_Right ? 1
                     : key == Qt::Key_Up    ? -columns
                                            : columns;
    const view::EntryField& field = diagram_.boxes[from.box].rows[from.row].field;
    for (int to = int(*from.cell) + step; to >= 0 && to < int(grid.cells()); to += step) {
        if (field.at(std::uint32_t(to))) // entries that are zero are passed over, as in a card
            return Spot{from.box, from.row, std::uint32_t(to)};
    }
    return std::nullopt;
}

std::optional<Spot> CanvasView::entryBeside(const Spot& from, int step) const {
    const auto& rows = diagram_.boxes[from.box].rows;
    for (int row = int(from.row) + step; row >= 0 && row < int(rows.size()); row += step) {
        if (rows[std::size_t(row)].entry || rows[std::size_t(row)].field.cells() > 0)
            return Spot{from.box, std::size_t(row), {}};
    }
    return std::nullopt;
}

std::optional<Spot> CanvasView::firstEntry(std::size_t box) const {
    const auto& rows = diagram_.boxes[box].rows;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (rows[row].entry)
            return Spot{box, row, {}};
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

/// Between cells where they are drawn, else up and down between entries and sideways between tables.
std::optional<Spot> CanvasView::spotBeside(const std::optional<Spot>& now, Qt::Key key) const {
    const bool sideways = key == Qt::Key_Left || key == Qt::Key_Right;
    const int step = key == Qt::Key_Left || key == Qt::Key_Up ? -1 : 1;
    if (!now)
        return tableBeside(sideways ? step : 1);
    if (const auto cell = cellBeside(*now, key))
        return cell;
    const bool inCells = !gridOf(*now).isEmpty();
    return sideways && !inCells ? tableBeside(step) : entryBeside(*now, step);
}

void CanvasView::keyPressEvent(QKeyEvent* event) {
    const auto now = selectedSpot();
    std::optional<Spot> next;
    switch (event->key()) {
    case Qt::Key_Space:
        spaceHeld_ = true;
        viewport()->setCursor(Qt::OpenHandCursor);
        return;
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Left:
    case Qt::Key_Right:
        next = spotBeside(now, Qt::Key(event->key()));
        break;
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
