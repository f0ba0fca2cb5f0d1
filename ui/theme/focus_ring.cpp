// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme/focus_ring.h"

#include <QApplication>
#include <QEvent>
#include <QPainter>

namespace pfnscope::ui {

namespace {
constexpr int kWidth = 2;
}

void FocusRing::install(QObject* owner, std::function<QColor()> colour) {
    connect(
        qApp, &QApplication::focusChanged, owner, [colour = std::move(colour)](QWidget* old, QWidget* now) {
            const auto ringOf = [](const QWidget* widget) {
                return widget ? widget->window()->findChild<FocusRing*>(QString(), Qt::FindDirectChildrenOnly)
                              : nullptr;
            };
            if (FocusRing* last = ringOf(old); last && (!now || now->window() != old->window()))
                last->follow(nullptr);
            if (!now || now->window()->windowType() == Qt::Popup)
                return;
            FocusRing* ring = ringOf(now);
            if (!ring)
                ring = new FocusRing(now->window(), colour);
            ring->follow(now);
        });
}

FocusRing::FocusRing(QWidget* window, std::function<QColor()> colour)
    : QWidget(window), colour_(std::move(colour)) {
    setObjectName(QStringLiteral("focusRing"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    window->installEventFilter(this);
}

void FocusRing::follow(QWidget* target) {
    if (target_)
        target_->removeEventFilter(this);
    target_ = target;
    if (target_)
        target_->installEventFilter(this);
    place();
}

void FocusRing::place() {
    const bool shown = target_ && target_->isVisible() && target_ != window();
    setVisible(shown);
    if (!shown)
        return;
    const QRect inside(target_->mapTo(window(), QPoint()), target_->size());
    setGeometry(inside.adjusted(-kWidth, -kWidth, kWidth, kWidth));
    setMask(QRegion(rect()) - rect().adjusted(kWidth, kWidth, -kWidth, -kWidth));
    raise();
}

bool FocusRing::eventFilter(QObject*, QEvent* event) {
    switch (event->type()) {
    case QEvent::Move:
    case QEvent::Resize:
    case QEvent::Show:
    case QEvent::Hide:
    case QEvent::LayoutRequest:
        QMetaObject::invokeMethod(this, &FocusRing::place,
                                  Qt::QueuedConnection); // when all have their places
        break;
    default:
        break;
    }
    return false;
}

void FocusRing::paintEvent(QPaintEvent*) {
    QPainter(this).fillRect(rect(), colour_());
}

} // namespace pfnscope::ui
