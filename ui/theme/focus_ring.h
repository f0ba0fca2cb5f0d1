// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme/theme.h"

#include <QPointer>
#include <QWidget>

#include <functional>

namespace pfnscope::ui {

/// A frame round whatever has the keys, the same for every kind of widget: the style's own marks are too
/// faint to be found on a projector. It lies outside of the widget and is cut out in the middle, so nothing
/// under it is drawn twice.
class FocusRing : public QWidget {
    Q_OBJECT
public:
    /// From now on every window of the program has one, in the colour that `colour` gives when it is drawn.
    static void install(QObject* owner, std::function<QColor()> colour);

    const QWidget* around() const { return target_; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    FocusRing(QWidget* window, std::function<QColor()> colour);
    void follow(QWidget* target);
    void place();

    std::function<QColor()> colour_;
    QPointer<QWidget> target_;
};

} // namespace pfnscope::ui
