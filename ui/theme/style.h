// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme/theme.h"

class QApplication;

namespace pfnscope::ui {

enum class Density { Compact, Normal, Presenter };

int textPixels(Density density);

/// Fusion with the theme's palette and the bundled fonts, so that the window looks alike on every desktop.
void applyStyle(QApplication& application, const Theme& theme, Density density);

} // namespace pfnscope::ui
