// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_items.h"

#include <QPainter>
#include <QStyleOptionGraphicsItem>

namespace pfnscope::ui {

namespace {

constexpr double kHalo = 5; ///< room for the outline of a selected box and an arrow's head
constexpr double kDimmed = 0.25;

Detail detailOf(const QStyleOptionGraphicsItem* option, const QPainter* painter) {
    Q_UNUSED(option)
    return detailAt(QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform()));
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

void BoxItem::setDimmed(bool dimmed) {
    setOpacity(dimmed ? kDimmed : 1.0);
}

QRectF BoxItem::boundingRect() const {
    return DiagramPainter::rectOf(box_).adjusted(-kHalo, -kHalo, kHalo, kHalo);
}

void BoxItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) {
    painter_->paintBox(*painter, box_, detailOf(option, painter), option->exposedRect);
}

EdgesItem::EdgesItem(std::shared_ptr<const DiagramPainter> painter) : painter_(std::move(painter)) {
    setZValue(-1);
    setAcceptedMouseButtons(Qt::NoButton);
}

void EdgesItem::setEdges(std::vector<view::Edge> edges) {
    if (edges == edges_)
        return;
    prepareGeometryChange();
    edges_ = std::move(edges);
    bounds_ = {};
    for (const view::Edge& edge : edges_)
        bounds_ |= DiagramPainter::pathOf(edge).boundingRect().adjusted(-kHalo, -kHalo, kHalo, kHalo);
    update();
}

void EdgesItem::setPainter(std::shared_ptr<const DiagramPainter> painter) {
    painter_ = std::move(painter);
    update();
}

void EdgesItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) {
    const Detail detail = detailOf(option, painter);
    for (const view::Edge& edge : edges_)
        painter_->paintEdge(*painter, edge, detail);
}

} // namespace pfnscope::ui
