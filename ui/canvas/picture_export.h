// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "canvas/diagram_painter.h"

#include <QByteArray>
#include <QImage>

#include <string>
#include <vector>

/// The exports that Qt draws: PNG and PDF. The same painter as the canvas, and no window needed (a QGuiApplication is).
namespace pfnscope::ui {

/// No side is longer than this: a larger picture is drawn smaller.
inline constexpr int kMostPixels = 16'384;

/// `scale` 1, 2 or 3: pixels per unit.
QImage toImage(const view::Diagram& diagram, const Theme& theme, double scale);
/// With the stamp in its text keys.
QByteArray toPng(const view::Diagram& diagram, const Theme& theme, double scale);
/// One page a diagram, each as large as it needs.
QByteArray toPdf(const std::vector<view::Diagram>& pages, const Theme& theme);

} // namespace pfnscope::ui
