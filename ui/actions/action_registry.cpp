// SPDX-License-Identifier: GPL-3.0-or-later
#include "actions/action_registry.h"

#include <QAction>
#include <QMenu>
#include <QMenuBar>
#include <QWidget>

namespace pfnscope::ui {

ActionRegistry::ActionRegistry(QWidget* window) {
    for (const ActionSpec& spec : actionList()) {
        auto* action = new QAction(QString::fromUtf8(spec.text), window);
        action->setObjectName(QString::fromUtf8(spec.name));
        action->setShortcuts(keys(spec));
        action->setToolTip(QString::fromUtf8(spec.help));
        action->setStatusTip(QString::fromUtf8(spec.help));
        action->setCheckable(spec.kind == ActionKind::Toggle);
        window->addAction(action);
        actions_[spec.id] = action;
    }
}

void ActionRegistry::on(ActionId id, std::function<void()> answer) const {
    QObject::connect(action(id), &QAction::triggered, action(id)->parent(), [answer = std::move(answer)] { answer(); });
}

void ActionRegistry::fillMenus(QMenuBar& bar) const {
    std::map<QString, QMenu*> menus;
    for (const ActionSpec& spec : actionList()) {
        const QString title = QString::fromUtf8(spec.menu);
        if (!menus.contains(title))
            menus[title] = bar.addMenu(title);
        menus[title]->addAction(action(spec.id));
    }
}

QList<QKeySequence> ActionRegistry::keys(const ActionSpec& spec) {
    QList<QKeySequence> result;
    for (const QString& text : QString::fromUtf8(spec.keys).split(u' ', Qt::SkipEmptyParts))
        result.append(QKeySequence(text, QKeySequence::PortableText));
    return result;
}

} // namespace pfnscope::ui
