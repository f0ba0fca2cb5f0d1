// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme/theme.h"

#include <QPalette>

class QApplication;

namespace pfnscope::ui {

enum class Density { Compact, Normal, Presenter };

int textPixels(Density density);

QPalette paletteOf(const Theme& theme);
/// Of the name of a column: its hue, as dark as text has to be on every ground.
QColor seriesText(const Theme& theme, int column);

/// Fusion with the theme's palette and the bundled fonts, so that the window looks alike on every desktop.
void applyStyle(QApplication& application, const Theme& theme, Density density);

} // namespace pfnscope::ui
