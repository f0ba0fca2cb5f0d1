// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

#include <map>

class QDockWidget;
class QMainWindow;

namespace pfnscope::ui {

class Pane;

enum class Preset { Explore, Review, Teach, Minimal };
QString name(Preset preset);

/// The docks round the canvas: where they stand, and what each preset shows.
class DockLayout {
public:
    explicit DockLayout(QMainWindow& window) : window_(window) {}

    /// In the order of Ctrl+1 to Ctrl+9.
    void add(Pane& pane);
    const QList<QDockWidget*>& docks() const { return docks_; }
    QDockWidget* dock(const QString& paneName) const;
    /// Everything back in its place, and the preset's panes in sight.
    void apply(Preset preset);

private:
    void placeAll();
    void showOnly(const QStringList& names);

    QMainWindow& window_;
    QList<QDockWidget*> docks_;
};

} // namespace pfnscope::ui
