// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace pfnscope::ui {

/// Makes every canvas a tree for screen readers: its boxes are lists, their entries items with decoded text.
/// To be called once, before the first canvas is made.
void installCanvasAccessibility();

class CanvasView;
/// Tells a screen reader which entry is selected now.
void announceSelection(CanvasView& view);

} // namespace pfnscope::ui
