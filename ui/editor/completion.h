// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

namespace pfnscope::ui {

/// What may stand at the end of `before`, the scenario's text up to the cursor: names of operations, keys of
/// the one the place is in, the words of a key, or names that the text has given to maps and drivers.
QStringList wordsFor(const QString& before);

} // namespace pfnscope::ui
