// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFont>

namespace pfnscope::ui {

/// Loads the bundled fonts. Called once, after the application object is made; aborts if they cannot be used,
/// since Qt would go on and draw boxes for letters.
void loadFonts();
/// The bundled monospaced face, unhinted, so that pictures are equal on every machine.
QFont monoFont(int pixelSize);
QFont textFont(int pixelSize);

} // namespace pfnscope::ui
