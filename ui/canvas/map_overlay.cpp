// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/map_overlay.h"

#include "canvas/canvas_view.h"

#include <QMouseEvent>
#include <QPainter>

namespace pfnscope::ui {

namespace {
constexpr QSize kSize(190, 130);
constexpr int kInset = 8;
} // namespace

MapOverlay::MapOverlay(CanvasView& canvas) : QWidget(canvas.viewport()), canvas_(canvas) {
    setObjectName(QStringLiteral("map"));
    resize(kSize);
    hide();
}

void MapOverlay::setTheme(const Theme& theme) {
    theme_ = theme;
    update();
}

void MapOverlay::place() {
    const QSize room = parentWidget()->size();
    move(room.width() - width() - kInset, room.height() - height() - kInset);
}

QTransform MapOverlay::toMap() const {
    const QRectF all = canvas_.sceneRect();
    const double scale = std::min(width() / all.width(), height() / all.height());
    return QTransform::fromTranslate(-all.left(), -all.top()) * QTransform::fromScale(scale, scale);
}

void MapOverlay::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_.panel());
    const QTransform map = toMap();
    for (const view::Box& box : canvas_.diagram().boxes) {
        const QRectF area = map.mapRect(DiagramPainter::rectOf(box)).adjusted(0, 0, 1, 1);
        painter.fillRect(area, box.mark == view::Mark::None ? theme_.ink(box.role).line : theme_.change(box.mark));
    }
    painter.setPen(QPen(theme_.selection(), 2));
    painter.drawRect(map.mapRect(canvas_.mapToScene(canvas_.viewport()->rect()).boundingRect()));
    painter.setPen(theme_.faintText());
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

void MapOverlay::centre(const QPointF& at) {
    canvas_.centerOn(toMap().inverted().map(at));
}

void MapOverlay::mousePressEvent(QMouseEvent* event) {
    centre(event->position());
}

void MapOverlay::mouseMoveEvent(QMouseEvent* event) {
    centre(event->position());
}

} // namespace pfnscope::ui
