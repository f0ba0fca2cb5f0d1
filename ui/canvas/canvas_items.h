// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "canvas/diagram_painter.h"

#include <QGraphicsItem>

#include <memory>

namespace pfnscope::ui {

/// A table (or another box) of the diagram. It paints its rows itself, those that are exposed: an item an entry
/// costs 1.9 GiB and seconds for a million entries.
class BoxItem : public QGraphicsItem {
public:
    explicit BoxItem(std::shared_ptr<const DiagramPainter> painter);

    void setBox(const view::Box& box);
    void setPainter(std::shared_ptr<const DiagramPainter> painter);
    /// Dims what does not hold this text, in small letters: the rows that do not, or all of it; empty:
    /// nothing.
    void setFilter(const QString& sought);
    const view::Box& box() const { return box_; }

    QRectF boundingRect() const override;
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    view::Box box_;
    std::vector<std::size_t> dimmedRows_;
    std::shared_ptr<const DiagramPainter> painter_;
};

/// All edges that leave one box.
class EdgesItem : public QGraphicsItem {
public:
    explicit EdgesItem(std::shared_ptr<const DiagramPainter> painter);

    void setEdges(std::vector<view::Edge> edges);
    void setPainter(std::shared_ptr<const DiagramPainter> painter);
    const std::vector<view::Edge>& edges() const { return edges_; }

    QRectF boundingRect() const override { return bounds_; }
    void paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget* widget) override;

private:
    struct Place {
        QRectF all;
        QRectF end; ///< of the last stretch and the arrow's head
    };
    std::vector<view::Edge> edges_;
    std::vector<Place> places_; ///< one an edge
    QRectF bounds_;
    std::shared_ptr<const DiagramPainter> painter_;
};

} // namespace pfnscope::ui
