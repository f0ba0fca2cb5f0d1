// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme/style.h"

#include <QByteArray>
#include <QStringList>

namespace pfnscope::ui {

/// What the window keeps between two sessions, in the user's configuration and nowhere else.
class Settings {
public:
    /// Raised whenever panes come or go: a state saved under another number is not restored.
    static constexpr int kWindowStateVersion = 1;

    static ThemeKind theme();
    static void setTheme(ThemeKind kind);
    static Density density();
    static void setDensity(Density density);
    static QStringList recentFiles();
    static void addRecentFile(const QString& path);
    static QStringList options(); ///< of the last comparison
    static void setOptions(const QStringList& names);
    /// What was typed and not saved yet: kept against a crash.
    static QString unsaved();
    static void setUnsaved(const QString& text);
    static QByteArray geometry();
    static QByteArray windowState();
    static void saveWindow(const QByteArray& geometry, const QByteArray& state);
};

} // namespace pfnscope::ui
