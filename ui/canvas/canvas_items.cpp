// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_items.h"

#include "models/text.h"

#include <QPainter>
#include <QStyleOptionGraphicsItem>

namespace pfnscope::ui {

namespace {

constexpr double kHalo = 5; ///< room for the outline of a selected box and an arrow's head
constexpr double kDimmed = 0.25;

QRectF withHalo(const QRectF& area) {
    return area.adjusted(-kHalo, -kHalo, kHalo, kHalo);
}

double scaleOf(const QPainter& painter) {
    return QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter.worldTransform());
}

} // namespace

BoxItem::BoxItem(std::shared_ptr<const DiagramPainter> painter) : painter_(std::move(painter)) {
    setFlag(ItemUsesExtendedStyleOption); // for the exposed rectangle
}

void BoxItem::setBox(const view::Box& box) {
    if (box.rect != box_.rect)
        prepareGeometryChange();
    if (box != box_) {
        box_ = box;
        update();
    }
}

void BoxItem::setPainter(std::shared_ptr<const DiagramPainter> painter) {
    painter_ = std::move(painter);
    update();
}

void BoxItem::setFilter(const QString& sought) {
    const auto holds = [&sought](const std::string& hay) { return qt(hay).toLower().contains(sought); };
    dimmedRows_.clear();
    const bool whole = sought.isEmpty() || holds(box_.title);
    for (std::size_t row = 0; !whole && row < box_.rows.size(); ++row) {
        if (!holds(box_.rows[row].text) && !holds(box_.rows[row].index) && !holds(box_.rows[row].tooltip))
            dimmedRows_.push_back(row);
    }
    const bool none = !whole && dimmedRows_.size() == box_.rows.size();
    if (none)
        dimmedRows_.clear();
    setOpacity(none ? kDimmed : 1.0);
    update();
}

QRectF BoxItem::boundingRect() const {
    return withHalo(DiagramPainter::rectOf(box_));
}

void BoxItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) {
    painter_->paintBox(*painter, box_, scaleOf(*painter), option->exposedRect);
    QColor veil = painter_->theme().background();
    veil.setAlphaF(float(1 - kDimmed));
    for (const std::size_t row : dimmedRows_)
        painter->fillRect(DiagramPainter::rowRect(box_, row), veil);
}

EdgesItem::EdgesItem(std::shared_ptr<const DiagramPainter> painter) : painter_(std::move(painter)) {
    setFlag(ItemUsesExtendedStyleOption);
    setZValue(-1);
    setAcceptedMouseButtons(Qt::NoButton);
}

void EdgesItem::setEdges(std::vector<view::Edge> edges) {
    if (edges == edges_)
        return;
    prepareGeometryChange();
    edges_ = std::move(edges);
    bounds_ = {};
    places_.clear();
    for (const view::Edge& edge : edges_) {
        const QPainterPath path = DiagramPainter::pathOf(edge);
        const auto last = path.elementCount() - 1;
        const QRectF end = last < 1 ? QRectF() : QRectF(QPointF(path.elementAt(last - 1)), QPointF(path.elementAt(last)));
        const Place place{withHalo(path.boundingRect()), withHalo(end.normalized())};
        bounds_ |= place.all;
        places_.push_back(place);
    }
    update();
}

void EdgesItem::setPainter(std::shared_ptr<const DiagramPainter> painter) {
    painter_ = std::move(painter);
    update();
}

/// Hundreds of children hang on one line: where only that is exposed, it is drawn once.
void EdgesItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) {
    const double scale = scaleOf(*painter);
    const QRectF exposed = option->exposedRect;
    std::optional<view::Point> passing;
    for (std::size_t i = 0; i < edges_.size(); ++i) {
        const view::Edge& edge = edges_[i];
        if (!places_[i].all.intersects(exposed))
            continue;
        const bool isPlain = edge.kind == view::EdgeKind::Link && edge.mark == view::Mark::None && !edge.ghost;
        if (isPlain && !places_[i].end.intersects(exposed)) {
            if (passing == edge.points.front())
                continue;
            passing = edge.points.front();
        }
        painter_->paintEdge(*painter, edge, scale, exposed);
    }
}

} // namespace pfnscope::ui
