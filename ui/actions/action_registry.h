// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "actions/action_list.h"

#include <QKeySequence>
#include <QList>

#include <functional>
#include <map>
#include <set>

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
    void on(ActionId id, std::function<void()> answer);
    bool hasAnswer(ActionId id) const { return answered_.contains(id); }
    void fillMenus(QMenuBar& bar) const;
    /// "View > Panes: Timeline".
    static QString title(const ActionSpec& spec);

    static QList<QKeySequence> keys(const ActionSpec& spec);
    /// "Ctrl++ or Ctrl+="
    static QString words(const QList<QKeySequence>& keys);

private:
    std::map<ActionId, QAction*> actions_;
    std::set<ActionId> answered_;
};

} // namespace pfnscope::ui
