// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme/theme.h"

#include <QWidget>

namespace pfnscope::ui {

class CanvasView;

/// The bird's-eye map in the corner of a canvas: all boxes, and the part that is seen.
class MapOverlay : public QWidget {
    Q_OBJECT
public:
    explicit MapOverlay(CanvasView& canvas);

    void setTheme(const Theme& theme);
    void place(); ///< in the lower right corner

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    QTransform toMap() const;
    void centre(const QPointF& at);

    CanvasView& canvas_;
    Theme theme_;
};

} // namespace pfnscope::ui
