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
    static constexpr int kWindowStateVersion = 2;

    static ThemeKind theme();
    static void setTheme(ThemeKind kind);
    static Density density();
    static void setDensity(Density density);
    /// Milliseconds of the cross-fade from step to step; 0: reduced motion.
    static int fadeDuration();
    static void setFadeDuration(int milliseconds);
    static QStringList recentFiles();
    static void addRecentFile(const QString& path);
    static QStringList options(); ///< of the last comparison
    static void setOptions(const QStringList& names);
    /// What was typed and not saved yet, and of which file: kept against a crash.
    static QString unsaved();
    static QString unsavedPath();
    static void setUnsaved(const QString& text, const QString& path);
    /// The pins of a scenario, as Notebook::pinsAsText() gives them.
    static QString pins(const QString& path);
    static void setPins(const QString& path, const QString& text);
    static QByteArray geometry();
    static QByteArray windowState();
    static void saveWindow(const QByteArray& geometry, const QByteArray& state);
};

} // namespace pfnscope::ui
