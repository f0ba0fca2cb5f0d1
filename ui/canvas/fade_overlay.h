// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPixmap>
#include <QVariantAnimation>
#include <QWidget>

namespace pfnscope::ui {

/// What was seen before a step, fading away over what is seen now. Nobody waits for it: the next step begins
/// anew.
class FadeOverlay : public QWidget {
    Q_OBJECT
public:
    explicit FadeOverlay(QWidget& viewport);

    /// 0: nothing ever moves.
    void setDuration(int milliseconds);
    int duration() const { return duration_; }
    /// To be called while the old picture still stands. Does nothing while an older one is still fading:
    /// whoever steps that fast wants to see where he is.
    void begin();
    /// The view has moved: what was seen before is no longer at its place.
    void cancel();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QPixmap before_;
    QVariantAnimation fading_;
    int duration_ = 0;
};

} // namespace pfnscope::ui
