// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "theme/style.h"

#include <QByteArray>
#include <QStringList>

namespace pfnscope::ui {

struct UnsavedText {
    QString path; ///< of the file it was read from; empty: it has none yet
    QString text; ///< empty: nothing is unsaved
};

/// What the window keeps between two sessions, in the user's configuration and nowhere else.
class Settings {
public:
    /// Raised whenever panes come or go: a state saved under another number is not restored.
    static constexpr int kWindowStateVersion = 2;

    /// Where all of it lies.
    static QString folder();

    static ThemeKind theme();
    static void setTheme(ThemeKind kind);
    static Density density();
    static void setDensity(Density density);
    /// Milliseconds of the cross-fade from step to step.
    static int fadeDuration();
    static void setFadeDuration(int milliseconds);
    /// Nothing fades, however long it would.
    static bool reducesMotion();
    static void setReducesMotion(bool on);
    /// The user's own copy of the kernel's sources; empty: none.
    static QString kernelTree();
    static void setKernelTree(const QString& folder);
    static QStringList recentFiles();
    static void addRecentFile(const QString& path);
    static QStringList options(); ///< of the last comparison
    static void setOptions(const QStringList& names);
    /// What was typed and not saved yet; see Autosave for the slots.
    static UnsavedText unsaved(int slot);
    static void setUnsaved(int slot, const UnsavedText& unsaved);
    /// The pins of a scenario, as Notebook::pinsAsText() gives them.
    static QString pins(const QString& path);
    static void setPins(const QString& path, const QString& text);
    static QByteArray geometry();
    static QByteArray windowState();
    static void saveWindow(const QByteArray& geometry, const QByteArray& state);
};

} // namespace pfnscope::ui
