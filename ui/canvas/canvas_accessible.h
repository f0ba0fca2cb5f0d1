// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace pfnscope::ui {

/// Makes every canvas a tree for screen readers: its boxes are lists, their entries items with decoded text.
/// To be called once, before the first canvas is made.
void installCanvasAccessibility();

} // namespace pfnscope::ui
