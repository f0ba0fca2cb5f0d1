// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/fade_overlay.h"

#include <QPainter>

namespace pfnscope::ui {

FadeOverlay::FadeOverlay(QWidget& viewport) : QWidget(&viewport) {
    setObjectName(QStringLiteral("fade"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
    fading_.setStartValue(1.0);
    fading_.setEndValue(0.0);
    connect(&fading_, &QVariantAnimation::valueChanged, this, qOverload<>(&QWidget::update));
    connect(&fading_, &QVariantAnimation::finished, this, &FadeOverlay::cancel);
}

void FadeOverlay::setDuration(int milliseconds) {
    duration_ = milliseconds;
    cancel();
}

void FadeOverlay::begin() {
    if (duration_ <= 0 || !parentWidget()->isVisible() || fading_.state() == QAbstractAnimation::Running)
        return;
    before_ = parentWidget()->grab();
    resize(parentWidget()->size());
    fading_.setDuration(duration_);
    fading_.start();
    show();
}

void FadeOverlay::cancel() {
    hide();
    fading_.stop();
    before_ = {};
}

void FadeOverlay::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setOpacity(fading_.currentValue().toDouble());
    painter.drawPixmap(0, 0, before_);
}

} // namespace pfnscope::ui
