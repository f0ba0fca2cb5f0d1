// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/diagram_painter.h"

#include "base/wrap.h"
#include "canvas/cell_painter.h"
#include "models/text.h"

#include <QFontMetricsF>
#include <QPainter>

#include <cmath>

namespace pfnscope::ui {

using view::Box;
using view::BoxKind;
using view::Mark;
using view::Role;
using view::Row;
using view::RowKind;

namespace {

constexpr double kShapesBelow = 0.45;
constexpr int kMargin = 2; ///< cells round an exported picture

constexpr std::string_view kStaleWord = "!tlb";

QString wordOfStrip(char cell) {
    switch (cell) {
    case view::cover::kPte:
        return QStringLiteral("4K");
    case view::cover::kPmd:
        return QStringLiteral("2M");
    case view::cover::kPud:
        return QStringLiteral("1G");
    default:
        return {};
    }
}

Role roleOfStrip(char cell) {
    switch (cell) {
    case view::cover::kPte:
        return Role::Page4K;
    case view::cover::kPmd:
        return Role::Leaf2M;
    case view::cover::kPud:
        return Role::Leaf1G;
    case view::cover::kPartly:
        return Role::Soft;
    default:
        return Role::Plain;
    }
}

} // namespace

CellSize cellSize() {
    static const QFontMetricsF metrics(monoFont(kCanvasFont)); // the bundled font never changes
    return {metrics.horizontalAdvance(u'0'), std::ceil(metrics.height()) + 2};
}

Detail detailAt(double scale) {
    return scale < kShapesBelow ? Detail::Shapes : scale < kCellsAbove ? Detail::Runs : Detail::Cells;
}

/// Lines and letters stop growing where cells begin to be what one zooms in for.
static double lineScale(double scale) {
    return std::min(1.0, kCellsAbove / scale);
}

DiagramPainter::DiagramPainter(Theme theme)
    : theme_(theme), font_(monoFont(kCanvasFont)), bold_(monoFont(kCanvasFont)), small_(monoFont(9)) {
    bold_.setBold(true);
    const QFontMetricsF metrics(font_);
    baseline_ = (cellSize().height - metrics.height()) / 2 + metrics.ascent();
}

QRectF DiagramPainter::rectOf(const Box& box) {
    const CellSize cell = cellSize();
    return cell.of(box.rect).adjusted(cell.width / 2, cell.height / 2, -cell.width / 2, -cell.height / 2);
}

QRectF DiagramPainter::rowRect(const Box& box, std::size_t row) {
    const CellSize cell = cellSize();
    return cell.of({box.rect.x + 1, box.rowY(row), box.rect.width - 2, 1});
}

QPainterPath DiagramPainter::pathOf(const view::Edge& edge) {
    const CellSize cell = cellSize();
    QPainterPath path;
    if (edge.points.empty())
        return path;
    const auto border = [&cell](const QPointF& end, view::Side side) {
        switch (side) {
        case view::Side::Left:
            return end + QPointF(cell.width, 0);
        case view::Side::Right:
            return end - QPointF(cell.width, 0);
        case view::Side::Top:
            return end + QPointF(0, cell.height);
        case view::Side::Bottom:
            return end - QPointF(0, cell.height);
        }
        return end;
    };
    QPolygonF line{border(cell.middleOf(edge.points.front()), edge.leaves)};
    for (const view::Point& point : edge.points)
        line << cell.middleOf(point);
    line << border(cell.middleOf(edge.points.back()), edge.enters);
    path.addPolygon(line);
    return path;
}

/// Where nothing is written: what tells a role apart without colour.
void DiagramPainter::paintTexture(QPainter& painter, const QRectF& area, const Row& row,
                                  const Ink& ink) const {
    if (area.width() < cellSize().width)
        return;
    if (row.kind == RowKind::Bar) {
        const double middle = area.center().y();
        painter.fillRect(QRectF(area.left(), middle - 3, area.width(), 6), ink.line);
    } else if (row.kind == RowKind::Entry && ink.pattern != Qt::SolidPattern) {
        QColor lines = ink.line;
        lines.setAlphaF(0.5F);
        painter.fillRect(area, QBrush(lines, ink.pattern));
    }
}

QPen DiagramPainter::outline(const Box& box, double scale) const {
    QPen pen(box.ghost ? theme_.ghostInk().line : theme_.ink(box.role).line, 1.2 * lineScale(scale));
    if (box.mark != Mark::None)
        pen = QPen(theme_.change(box.mark), 2.4 * lineScale(scale));
    if (box.kind == BoxKind::Deposit || box.mark == Mark::Removed)
        pen.setStyle(Qt::DashLine);
    if (box.ghost)
        pen.setStyle(Qt::DotLine);
    return pen;
}

void DiagramPainter::paintBox(QPainter& painter, const Box& box, double scale, const QRectF& exposed) const {
    const QRectF area = rectOf(box);
    const Ink ink = box.ghost ? theme_.ghostInk() : theme_.ink(box.role);
    const CellSize cell = cellSize();
    const Detail detail = detailAt(scale);
    const double line = lineScale(scale);
    painter.setRenderHint(QPainter::Antialiasing, detail != Detail::Shapes);
    painter.setBrush(Qt::NoBrush); // an edge's arrow may have left its own
    const QRectF head(area.left(), area.top(), area.width(), cell.height * 2);
    painter.fillRect(area, theme_.background());
    painter.fillRect(head.intersected(area), ink.fill);
    for (std::size_t row = 0; row < box.rows.size(); ++row) {
        if (!rowRect(box, row).intersects(exposed))
            continue;
        if (cellGrid(box, row, scale).isEmpty())
            paintRow(painter, box, row, scale);
        else
            paintRowInCells(painter, box, row, scale, exposed);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(outline(box, scale));
    painter.drawRoundedRect(area, 3, 3);
    if (box.mark == Mark::Changed)
        painter.drawRoundedRect(area.adjusted(3, 3, -3, -3), 2, 2);
    if (box.selected) {
        painter.setPen(QPen(theme_.selection(), 3 * line));
        painter.drawRoundedRect(area.adjusted(-3, -3, 3, 3), 4, 4);
    }
    if (detail == Detail::Shapes)
        return;
    painter.setFont(bold_);
    painter.setPen(box.mark != Mark::None ? theme_.change(box.mark) : ink.text);
    const view::RowColumns columns = columnsOf(box);
    const QPointF at = cell.at({columns.mark, box.rect.y + 1});
    painter.save();
    painter.translate(at.x(), at.y() + cell.height); // what stops growing stays on the line below
    painter.scale(line, line);
    painter.translate(-at.x(), -at.y() - cell.height);
    paintWords(painter, {columns.mark, box.rect.y + 1}, std::string(1, view::letter(box.mark)));
    paintWords(painter, {columns.index, box.rect.y + 1}, box.title);
    painter.restore();
}

/// Never clipped: underscores hang lower than their line.
void DiagramPainter::paintWords(QPainter& painter, view::Point at, const std::string& words) const {
    if (words.find_first_not_of(' ') == std::string::npos)
        return;
    const QPointF corner = cellSize().at(at);
    painter.drawText(QPointF(corner.x(), corner.y() + baseline_), qt(words));
}

void DiagramPainter::paintRow(QPainter& painter, const Box& box, std::size_t index, double scale) const {
    const Row& row = box.rows[index];
    const QRectF area = rowRect(box, index);
    const CellSize cell = cellSize();
    if (row.kind == RowKind::Strip) {
        paintStrip(painter, cell.of({columnsOf(box).index, box.rowY(index), int(row.text.size()), 1}),
                   row.text);
        return;
    }
    const Ink ink = theme_.ink(row.role);
    const QRectF body = area.adjusted(-cell.width * 0.4, 1, cell.width * 0.4, -1); // to the border
    if (row.role != Role::Plain && row.role != Role::Dimmed && row.kind != RowKind::Text) {
        painter.fillRect(body, ink.fill);
        painter.fillRect(QRectF(body.left(), body.top(), 3, body.height()), ink.line);
    }
    paintRowFrame(painter, row, body, scale);
    if (detailAt(scale) != Detail::Shapes)
        paintRowWords(painter, box, index);
}

void DiagramPainter::paintRowWords(QPainter& painter, const Box& box, std::size_t index) const {
    const Row& row = box.rows[index];
    const view::RowColumns columns = columnsOf(box);
    const int line = box.rowY(index);
    const CellSize cell = cellSize();
    const Ink ink = theme_.ink(row.role);
    painter.setFont(row.mark == Mark::None ? font_ : bold_);
    painter.setPen(theme_.change(row.mark));
    paintWords(painter, {columns.mark, line}, std::string(1, view::letter(row.mark)));
    painter.setPen(theme_.faintText());
    paintWords(painter, {columns.index, line}, row.index);
    painter.setPen(row.mark == Mark::None ? ink.text : theme_.change(row.mark));
    paintWords(painter, {columns.text, line}, row.text);
    int end = columns.end;
    if (row.stale) {
        end -= int(kStaleWord.size());
        painter.setFont(bold_);
        painter.setPen(theme_.change(Mark::Removed));
        paintWords(painter, {end, line}, std::string(kStaleWord));
    }
    const int begin = columns.text + int(row.text.size()) + 1;
    paintTexture(painter, cell.of({begin, line, end - begin, 1}).adjusted(0, 2, -cell.width / 4, -2), row,
                 ink);
}

/// Its words in a band above, as small as they may be, and below it every entry.
void DiagramPainter::paintRowInCells(QPainter& painter, const Box& box, std::size_t index, double scale,
                                     const QRectF& exposed) const {
    const Row& row = box.rows[index];
    const CellSize cell = cellSize();
    const QRectF area = rowRect(box, index);
    if (row.kind != RowKind::Strip) {
        const double small = cellBandHeight(scale) / cell.height;
        painter.save();
        painter.translate(area.topLeft());
        painter.scale(small, small);
        painter.translate(-area.topLeft());
        paintRowWords(painter, box, index);
        painter.restore();
    }
    CellPainter(theme_).paint(painter, row, cellGrid(box, index, scale), exposed, scale);
    painter.setBrush(Qt::NoBrush);
    paintRowFrame(painter, row, area.adjusted(0, 1, 0, -1), scale);
}

/// What has changed, what is selected, what a TLB still holds.
void DiagramPainter::paintRowFrame(QPainter& painter, const Row& row, const QRectF& body,
                                   double scale) const {
    const double line = lineScale(scale);
    if (row.stale) {
        painter.setPen(QPen(theme_.change(Mark::Removed), 1.4 * line, Qt::DotLine));
        painter.drawRect(body);
    }
    if (row.mark != Mark::None) {
        painter.setPen(QPen(theme_.change(row.mark), 1.6 * line,
                            row.mark == Mark::Removed ? Qt::DashLine : Qt::SolidLine));
        painter.drawRect(body);
    }
    if (row.selected) {
        painter.setPen(QPen(theme_.selection(), 2 * line));
        painter.drawRect(body.adjusted(-2, -1, 2, 1));
    }
}

void DiagramPainter::paintStrip(QPainter& painter, const QRectF& area, const std::string& cells) const {
    const CellSize cell = cellSize();
    for (std::size_t first = 0; first < cells.size();) {
        std::size_t last = first;
        while (last < cells.size() && cells[last] == cells[first])
            ++last;
        const bool partly = cells[first] == view::cover::kPartly;
        const QRectF span = QRectF(area.left() + cell.width * double(first), area.top(),
                                   cell.width * double(last - first), area.height())
                                .adjusted(0, partly ? 6 : 3, 0, partly ? -6 : -3);
        if (cells[first] == view::cover::kNone) {
            painter.setPen(QPen(theme_.faintText(), 1, Qt::DotLine));
            painter.drawLine(QPointF(span.left(), span.center().y()),
                             QPointF(span.right(), span.center().y()));
        } else if (cells[first] != ' ') {
            const Ink ink = theme_.ink(roleOfStrip(cells[first]));
            painter.fillRect(span, partly ? ink.line : ink.fill);
            painter.setPen(QPen(ink.line, 1));
            painter.drawRect(span);
            painter.setFont(small_);
            painter.setPen(ink.text);
            if (span.width() > 4 * cell.width)
                painter.drawText(span, Qt::AlignCenter | Qt::TextDontClip, wordOfStrip(cells[first]));
        }
        first = last;
    }
}

/// A line of right angles, cut where nobody sees it: stroking costs by the length.
static QPainterPath cutTo(const QRectF& area, const QPainterPath& path) {
    QPolygonF line;
    for (int i = 0; i < path.elementCount(); ++i) {
        const QPointF at = path.elementAt(i);
        line << QPointF(std::clamp(at.x(), area.left(), area.right()), std::clamp(at.y(), area.top(), area.bottom()));
    }
    QPainterPath cut;
    cut.addPolygon(line);
    return cut;
}

void DiagramPainter::paintEdge(QPainter& painter, const view::Edge& edge, double scale, const QRectF& exposed) const {
    const QPainterPath path = pathOf(edge);
    if (path.elementCount() < 2)
        return;
    QPen pen(theme_.ink(edge.role).line, (edge.mark == Mark::None ? 1.4 : 2.6) * lineScale(scale));
    if (edge.mark != Mark::None)
        pen.setColor(theme_.change(edge.mark));
    if (edge.kind != view::EdgeKind::Link || edge.ghost)
        pen.setStyle(edge.kind == view::EdgeKind::Move ? Qt::DashLine : Qt::DotLine);
    painter.setRenderHint(QPainter::Antialiasing, detailAt(scale) != Detail::Shapes);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(pen);
    const double unseen = 3 * cellSize().height;
    painter.drawPath(pen.style() == Qt::SolidLine ? cutTo(exposed.adjusted(-unseen, -unseen, unseen, unseen), path) : path);
    if (edge.kind == view::EdgeKind::Dock)
        return;
    const QPointF tip = path.currentPosition();
    const auto previous = path.elementAt(path.elementCount() - 2);
    const QPointF back = QPointF(previous.x, previous.y) - tip;
    const double length = std::max(1.0, std::hypot(back.x(), back.y()));
    const QPointF along = back / length * 8 * lineScale(scale), across(-along.y() / 2, along.x() / 2);
    painter.setPen(Qt::NoPen);
    painter.setBrush(pen.color());
    painter.drawPolygon(QPolygonF{tip, tip + along + across, tip + along - across});
}

double DiagramPainter::paintLegend(QPainter& painter, const QPointF& at, double width,
                                   const std::vector<view::LegendItem>& legend) const {
    const CellSize cell = cellSize();
    QPointF place = at;
    for (const view::LegendItem& item : legend) {
        const double sample = cell.width * double(item.sample.size() + 1);
        const double text = cell.width * double(item.text.size() + 3);
        if (place.x() > at.x() && place.x() + sample + text > at.x() + width)
            place = QPointF(at.x(), place.y() + cell.height);
        const QRectF chip(place.x(), place.y() + 1, sample, cell.height - 2);
        const Ink ink = theme_.ink(item.role);
        painter.fillRect(chip, ink.fill);
        painter.setPen(QPen(ink.line, 1));
        painter.drawRect(chip);
        painter.setFont(bold_);
        painter.setPen(ink.text);
        painter.drawText(chip, Qt::AlignCenter, qt(item.sample));
        painter.setFont(font_);
        painter.setPen(theme_.text());
        painter.drawText(QRectF(chip.right() + cell.width * 0.6, place.y(), text, cell.height),
                         Qt::AlignLeft | Qt::AlignVCenter, qt(item.text));
        place.rx() += sample + text;
    }
    return legend.empty() ? 0 : place.y() - at.y() + cell.height;
}

namespace {

/// Where the picture comes from, in lines that are no longer than the picture is wide.
std::vector<std::string> stampLines(const view::Diagram& diagram) {
    return wrapText(view::toText(diagram.stamp), static_cast<std::size_t>(std::max(20, diagram.width)));
}

} // namespace

QSizeF DiagramPainter::size(const view::Diagram& diagram) {
    const CellSize cell = cellSize();
    std::size_t legend = 0;
    for (const view::LegendItem& item : diagram.legend)
        legend += item.sample.size() + item.text.size() + 4;
    const double columns = std::max(1, diagram.width);
    const double legendLines = legend == 0 ? 0 : 1 + std::ceil(double(legend) / std::max(30.0, columns - 30));
    const double lines = double(headLines(diagram).size()) + 1 + diagram.height + 1 + legendLines + 1 +
                         double(stampLines(diagram).size());
    return {(columns + 2 * kMargin) * cell.width, (lines + 2) * cell.height};
}

void DiagramPainter::paint(QPainter& painter, const view::Diagram& diagram) const {
    const CellSize cell = cellSize();
    const QRectF everything(QPointF(0, 0), size(diagram));
    painter.save();
    painter.translate(kMargin * cell.width, cell.height);
    painter.setPen(theme_.text());
    for (const view::HeadLine& line : headLines(diagram)) {
        painter.setFont(line.isStep ? bold_ : font_);
        painter.drawText(QRectF(0, 0, everything.width(), cell.height), Qt::AlignLeft | Qt::AlignVCenter,
                         qt(line.text));
        painter.translate(0, cell.height);
    }
    painter.translate(0, cell.height);
    for (const view::Edge& edge : diagram.edges)
        paintEdge(painter, edge, 1, everything);
    for (Box box : diagram.boxes) {
        for (Row& row : box.rows)
            row.field = {}; // its image would be dots on paper, where the strip is lines
        paintBox(painter, box, 1, everything);
    }
    const double below = (diagram.height + 1) * cell.height;
    const double used = paintLegend(painter, {0, below}, diagram.width * cell.width, diagram.legend);
    painter.setFont(font_);
    painter.setPen(theme_.faintText());
    QRectF place(0, below + used + cell.height / 2, everything.width(), cell.height);
    for (const std::string& line : stampLines(diagram)) {
        painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter, qt(line));
        place.translate(0, cell.height);
    }
    painter.restore();
}

} // namespace pfnscope::ui
