// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/presenter_overlay.h"

#include "canvas/canvas_view.h"

#include <QPainter>
#include <QPainterPath>

namespace pfnscope::ui {

namespace {
constexpr double kShade = 0.55;
constexpr double kHalo = 8;
constexpr int kDot = 11; ///< radius
} // namespace

PresenterOverlay::PresenterOverlay(CanvasView& canvas) : QWidget(canvas.viewport()), canvas_(canvas) {
    setObjectName(QStringLiteral("presenter"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
}

void PresenterOverlay::setTheme(const Theme& theme) {
    theme_ = theme;
    update();
}

void PresenterOverlay::place() {
    setGeometry(parentWidget()->rect());
    update();
}

void PresenterOverlay::showIfWanted() {
    place();
    setVisible(spotlight_ || laser_);
}

void PresenterOverlay::setSpotlight(bool on) {
    spotlight_ = on;
    showIfWanted();
}

void PresenterOverlay::setLaser(bool on) {
    laser_ = on;
    showIfWanted();
}

void PresenterOverlay::movePointer(const QPoint& at) {
    pointer_ = at;
    if (laser_)
        update();
}

QList<QRectF> PresenterOverlay::lit() const {
    QList<QRectF> areas;
    for (const view::Box& box : canvas_.diagram().boxes) {
        const bool changed = box.mark != view::Mark::None ||
                             std::any_of(box.rows.begin(), box.rows.end(),
                                         [](const view::Row& row) { return row.mark != view::Mark::None; });
        if (box.selected || (changed && box.kind != view::BoxKind::Space))
            areas << QRectF(canvas_.mapFromScene(DiagramPainter::rectOf(box)).boundingRect())
                         .adjusted(-kHalo, -kHalo, kHalo, kHalo);
    }
    return areas;
}

void PresenterOverlay::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (const QList<QRectF> areas = lit(); spotlight_ && !areas.isEmpty()) {
        QPainterPath shade, light;
        shade.addRect(rect());
        for (const QRectF& area : areas)
            light.addRoundedRect(area, 10, 10);
        QColor dark = theme_.kind() == ThemeKind::Print ? theme_.faintText() : QColor(Qt::black);
        dark.setAlphaF(float(kShade));
        painter.fillPath(shade.subtracted(light), dark);
    }
    if (laser_) {
        QColor red(0xe0, 0x10, 0x20);
        painter.setPen(QPen(Qt::white, 2));
        red.setAlphaF(0.85F);
        painter.setBrush(red);
        painter.drawEllipse(pointer_, kDot, kDot);
    }
}

} // namespace pfnscope::ui
