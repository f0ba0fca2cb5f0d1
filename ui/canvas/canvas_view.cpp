// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_view.h"

#include "canvas/fade_overlay.h"
#include "canvas/map_overlay.h"
#include "canvas/presenter_overlay.h"

#include <QGraphicsScene>
#include <QHelpEvent>
#include <QScrollBar>
#include <QStyle>
#include <QToolTip>
#include <QWheelEvent>

#include <cmath>

namespace pfnscope::ui {

namespace {

constexpr double kSmallest = 0.02;
constexpr double kMostToFit = 1.25; ///< a small graph is not blown up
constexpr double kMargin = 6;
constexpr double kLeastReadable = 0.7;

} // namespace

CanvasView::CanvasView(const Theme& theme, QWidget* parent)
    : QGraphicsView(parent), theme_(theme), painter_(std::make_shared<DiagramPainter>(theme)),
      map_(new MapOverlay(*this)), fade_(new FadeOverlay(*viewport())), presenter_(new PresenterOverlay(*this)) {
    auto* scene = new QGraphicsScene(this);
    scene->setItemIndexMethod(QGraphicsScene::BspTreeIndex); // the layout is static
    setScene(scene);
    setObjectName(QStringLiteral("canvas"));
    setAccessibleName(tr("Page tables"));
    setTransformationAnchor(NoAnchor);
    setFrameShape(QFrame::NoFrame);
    setOptimizationFlag(DontSavePainterState);
    setViewportUpdateMode(MinimalViewportUpdate);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    viewport()->setAcceptDrops(false); // a dropped file is the window's; the scene would swallow it
    setFocusPolicy(Qt::StrongFocus);
    setTheme(theme);
}

void CanvasView::setTheme(const Theme& theme) {
    theme_ = theme;
    painter_ = std::make_shared<DiagramPainter>(theme);
    for (const auto& [id, item] : boxes_)
        item->setPainter(painter_);
    for (const auto& [id, item] : edges_)
        item->setPainter(painter_);
    setBackgroundBrush(theme.background());
    map_->setTheme(theme);
    presenter_->setTheme(theme);
    viewport()->update();
}

void CanvasView::setDiagram(const view::Diagram& diagram) {
    if (diagram_.boxes != diagram.boxes)
        fade_->begin();
    diagram_ = diagram;
    std::map<std::string, std::unique_ptr<BoxItem>> boxes;
    for (const view::Box& box : diagram_.boxes) {
        auto kept = boxes_.extract(box.id);
        auto item = kept ? std::move(kept.mapped()) : std::make_unique<BoxItem>(painter_);
        item->setBox(box);
        if (!item->scene())
            scene()->addItem(item.get());
        boxes[box.id] = std::move(item);
    }
    boxes_ = std::move(boxes);

    std::map<std::string, std::vector<view::Edge>> bySource;
    for (const view::Edge& edge : diagram_.edges)
        bySource[edge.from].push_back(edge);
    std::map<std::string, std::unique_ptr<EdgesItem>> edges;
    for (auto& [from, list] : bySource) {
        auto kept = edges_.extract(from);
        auto item = kept ? std::move(kept.mapped()) : std::make_unique<EdgesItem>(painter_);
        item->setEdges(std::move(list));
        if (!item->scene())
            scene()->addItem(item.get());
        edges[from] = std::move(item);
    }
    edges_ = std::move(edges);

    const CellSize cell = cellSize();
    setSceneRect(QRectF(0, 0, diagram_.width * cell.width, diagram_.height * cell.height)
                     .adjusted(-kMargin, -kMargin, kMargin, kMargin));
    if (!filter_.isEmpty())
        setFilter(filter_);
    map_->update();
    presenter_->update();
    if (!everFitted_ && isVisible() && !diagram_.boxes.empty())
        showReadable();
}

void CanvasView::setFilter(const QString& text) {
    filter_ = text.toLower();
    for (const auto& [id, item] : boxes_)
        item->setFilter(filter_);
}

void CanvasView::setMapVisible(bool visible) {
    map_->setVisible(visible);
    map_->place();
}

void CanvasView::zoomTo(double target) {
    zoom(target / scale());
}

void CanvasView::zoom(double factor) {
    const double target = std::clamp(scale() * factor, kSmallest, kLargest);
    const QPointF middle = mapToScene(viewport()->rect().center());
    setTransform(QTransform::fromScale(target, target));
    centerOn(middle);
    settled(target);
}

void CanvasView::fit() {
    if (diagram_.boxes.empty())
        return;
    QRectF used;
    for (const auto& [id, item] : boxes_)
        used |= item->boundingRect();
    used.adjust(-kMargin, -kMargin, kMargin, kMargin);
    const double byWidth = viewport()->width() / used.width(), byHeight = viewport()->height() / used.height();
    const double target = std::clamp(std::min(byWidth, byHeight), kSmallest, kMostToFit);
    setTransform(QTransform::fromScale(target, target));
    centerOn(used.center());
    everFitted_ = true;
    settled(target);
}

void CanvasView::settled(double scale) {
    fade_->cancel();
    map_->update();
    presenter_->update();
    Q_EMIT zoomed(scale);
    if (!following_)
        Q_EMIT viewMoved();
}

void CanvasView::follow(const CanvasView& other) {
    following_ = true;
    const double scale = other.scale();
    if (std::abs(scale - this->scale()) > 1e-9)
        setTransform(QTransform::fromScale(scale, scale));
    // Both hold one layout: equal offsets show equal places, as far as the smaller view's end allows.
    horizontalScrollBar()->setValue(other.horizontalScrollBar()->value());
    verticalScrollBar()->setValue(other.verticalScrollBar()->value());
    everFitted_ = true;
    following_ = false;
    map_->update();
}

void CanvasView::setFadeDuration(int milliseconds) {
    fade_->setDuration(milliseconds);
}

void CanvasView::showReadable() {
    if (diagram_.boxes.empty())
        return;
    // The narrowest of the columns side by side has the one scroll bar of them all, or lost a pixel by dividing.
    const int room = width() - style()->pixelMetric(QStyle::PM_ScrollBarExtent) - 2;
    const double target = std::clamp(room / sceneRect().width(), kLeastReadable, kMostToFit);
    setTransform(QTransform::fromScale(target, target));
    horizontalScrollBar()->setValue(horizontalScrollBar()->minimum());
    everFitted_ = true;
    revealAreas(changedAreas());
    settled(target);
    Q_EMIT shownReadable();
}

std::vector<ChangedArea> CanvasView::changedAreas() const {
    std::vector<ChangedArea> areas;
    for (const view::Box& box : diagram_.boxes) {
        const bool inside = std::any_of(box.rows.begin(), box.rows.end(), [](const view::Row& row) { return row.mark != view::Mark::None; });
        if (box.kind != view::BoxKind::Space && (box.mark != view::Mark::None || inside))
            areas.push_back({DiagramPainter::rectOf(box), box.kind == view::BoxKind::Deposit});
    }
    return areas;
}

void CanvasView::revealAreas(std::vector<ChangedArea> areas) {
    if (areas.empty()) {
        revealSelection();
        return;
    }
    const QRectF sight = mapToScene(viewport()->rect()).boundingRect();
    if (scale() >= kCellsAbove && std::any_of(areas.begin(), areas.end(), [&](const ChangedArea& each) { return each.area.intersects(sight); }))
        return; // whoever looks at cells is not taken away from them
    const auto importance = [](const ChangedArea& each) { return std::pair(each.isDeposit, each.area.bottom()); };
    QRectF chosen = std::max_element(areas.begin(), areas.end(), [&](const ChangedArea& one, const ChangedArea& other) {
                        return importance(one) < importance(other);
                    })->area;
    // The nearest first; of two that are as near the upper one, which owns what is below.
    const auto order = [seed = chosen](const ChangedArea& each) {
        const double gap = std::max({0.0, each.area.top() - seed.bottom(), seed.top() - each.area.bottom()});
        return std::pair(std::lround(gap), each.area.top());
    };
    std::sort(areas.begin(), areas.end(), [&](const ChangedArea& one, const ChangedArea& other) { return order(one) < order(other); });
    const QSizeF room = sight.size() - QSizeF(2 * kMargin, 2 * kMargin) / scale();
    for (const ChangedArea& each : areas) {
        const QRectF both = chosen | each.area;
        if (both.width() <= room.width() && both.height() <= room.height())
            chosen = both;
    }
    bringIntoView(chosen);
}

void CanvasView::revealSelection() {
    if (const auto spot = selectedSpot())
        bringIntoView(areaOf(*spot));
}

void CanvasView::bringIntoView(QRectF area) {
    const double room = (viewport()->width() - 2 * kMargin) / scale();
    area.setWidth(std::min(area.width(), std::max(room, 1.0)));
    ensureVisible(area, int(kMargin), int(kMargin));
}

void CanvasView::wheelEvent(QWheelEvent* event) {
    if (!(event->modifiers() & Qt::ControlModifier)) {
        QGraphicsView::wheelEvent(event);
        return;
    }
    const QPoint at = event->position().toPoint();
    const QPointF under = mapToScene(at);
    zoom(std::pow(1.0015, event->angleDelta().y()));
    const QPointF moved = mapFromScene(under) - at; // what was under the pointer stays there
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() + int(std::lround(moved.x())));
    verticalScrollBar()->setValue(verticalScrollBar()->value() + int(std::lround(moved.y())));
    event->accept();
}

void CanvasView::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::MiddleButton || (event->button() == Qt::LeftButton && spaceHeld_)) {
        panning_ = true;
        panFrom_ = event->pos();
        viewport()->setCursor(Qt::ClosedHandCursor);
        return;
    }
    if (event->button() != Qt::LeftButton)
        return;
    const auto spot = spotUnder(event->pos());
    const auto entry = spot ? entryAt(*spot) : std::nullopt;
    if (entry && (event->modifiers() & Qt::ControlModifier))
        Q_EMIT watchAsked(*entry);
    else
        choose(spot);
}

void CanvasView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && spotUnder(event->pos()))
        zoomInto(); // the first click has selected it
}

void CanvasView::mouseMoveEvent(QMouseEvent* event) {
    presenter_->movePointer(event->pos());
    if (panning_) {
        const QPoint moved = event->pos() - panFrom_;
        panFrom_ = event->pos();
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - moved.x());
        verticalScrollBar()->setValue(verticalScrollBar()->value() - moved.y());
        return;
    }
    Q_EMIT hovered(words(event->pos()).section(u'\n', 0, 0));
}

void CanvasView::mouseReleaseEvent(QMouseEvent*) {
    panning_ = false;
    viewport()->unsetCursor();
}

void CanvasView::focusInEvent(QFocusEvent* event) {
    QGraphicsView::focusInEvent(event);
    Q_EMIT focused();
}

void CanvasView::resizeEvent(QResizeEvent* event) {
    QGraphicsView::resizeEvent(event);
    map_->place();
    fade_->cancel();
    presenter_->place();
    if (!everFitted_)
        showReadable();
    Q_EMIT resized();
}

void CanvasView::scrollContentsBy(int dx, int dy) {
    QGraphicsView::scrollContentsBy(dx, dy); // and with the picture what lies on it
    fade_->cancel();
    map_->place();
    map_->update();
    presenter_->place();
    if (!following_)
        Q_EMIT viewMoved();
}

bool CanvasView::viewportEvent(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QGraphicsView::viewportEvent(event);
    auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), words(help->pos()), viewport());
    return true;
}

} // namespace pfnscope::ui
