// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme/theme.h"

#include <QWidget>

namespace pfnscope::ui {

class CanvasView;

/// For the back row: everything but the selection and what has changed in shade, and a large red dot for the
/// pointer.
class PresenterOverlay : public QWidget {
    Q_OBJECT
public:
    explicit PresenterOverlay(CanvasView& canvas);

    void setTheme(const Theme& theme);
    void setSpotlight(bool on);
    void setLaser(bool on);
    void movePointer(const QPoint& at);
    /// Over all of the viewport, whose scrolling moves what lies on it.
    void place();
    /// What stays in the light, in pixels of the viewport; empty: there is nothing to point at, and no shade.
    QList<QRectF> lit() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void showIfWanted();

    CanvasView& canvas_;
    Theme theme_;
    bool spotlight_ = false;
    bool laser_ = false;
    QPoint pointer_{-100, -100};
};

} // namespace pfnscope::ui
