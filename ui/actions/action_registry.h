// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "actions/action_list.h"

#include <QKeySequence>
#include <QList>

#include <functional>
#include <map>

class QAction;
class QMenuBar;
class QWidget;

namespace pfnscope::ui {

/// The QActions of one window, made from the list.
class ActionRegistry {
public:
    /// `window` owns the actions and answers their keys.
    explicit ActionRegistry(QWidget* window);

    QAction* action(ActionId id) const { return actions_.at(id); }
    void on(ActionId id, std::function<void()> answer) const;
    void fillMenus(QMenuBar& bar) const;

    static QList<QKeySequence> keys(const ActionSpec& spec);

private:
    std::map<ActionId, QAction*> actions_;
};

} // namespace pfnscope::ui
