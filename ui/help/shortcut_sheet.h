// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace pfnscope::ui {

/// All commands and keys on one sheet over the window, made from the list of actions. Esc or `?` takes it
/// away.
class ShortcutSheet : public QDialog {
    Q_OBJECT
public:
    explicit ShortcutSheet(QWidget* window);

    /// Columns beside each other, menu by menu.
    static QString html(int columns);
    /// The page of the manual.
    static QString markdown();
};

} // namespace pfnscope::ui
