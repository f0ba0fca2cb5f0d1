// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "actions/action_registry.h"

#include <QDialog>

class QAction;
class QLineEdit;
class QListWidget;

namespace pfnscope::ui {

/// Ctrl+K: any command, or a recent file, by a part of its name.
class PaletteDialog : public QDialog {
    Q_OBJECT
public:
    PaletteDialog(const ActionRegistry& actions, QWidget* parent);
    /// What the search finds, as shown.
    QStringList shown() const;
    QLineEdit& search() const { return *search_; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill(const QString& text);
    void offer(const QString& title, QAction* action, const QString& sought);
    void runCurrent();

    const ActionRegistry& actions_;
    QLineEdit* search_;
    QListWidget* list_;
    QList<QAction*> offered_; ///< row by row
};

} // namespace pfnscope::ui
