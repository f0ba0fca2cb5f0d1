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

void ActionRegistry::on(ActionId id, std::function<void()> answer) {
    answered_.insert(id);
    QObject::connect(action(id), &QAction::triggered, action(id)->parent(), [answer = std::move(answer)] { answer(); });
}

void ActionRegistry::fillMenus(QMenuBar& bar) const {
    std::map<QString, QMenu*> menus;
    for (const ActionSpec& spec : actionList()) {
        const QString path = QString::fromUtf8(spec.menu);
        const QString outer = path.section(u'>', 0, 0), inner = path.section(u'>', 1);
        if (!menus.contains(outer))
            menus[outer] = bar.addMenu(outer);
        if (!menus.contains(path))
            menus[path] = menus[outer]->addMenu(inner);
        menus[path]->addAction(action(spec.id));
    }
}

QString ActionRegistry::title(const ActionSpec& spec) {
    const QString path = QString::fromUtf8(spec.menu).replace(u'>', QStringLiteral(" > "));
    return QStringLiteral("%1: %2").arg(path, QString::fromUtf8(spec.text)).remove(u'&');
}

QList<QKeySequence> ActionRegistry::keys(const ActionSpec& spec) {
    QList<QKeySequence> result;
    for (const QString& text : QString::fromUtf8(spec.keys).split(u' ', Qt::SkipEmptyParts))
        result.append(QKeySequence(text, QKeySequence::PortableText));
    return result;
}

QString ActionRegistry::words(const QList<QKeySequence>& keys) {
    QStringList texts;
    for (const QKeySequence& key : keys)
        texts << key.toString(QKeySequence::NativeText);
    return texts.join(QStringLiteral(" or "));
}

} // namespace pfnscope::ui
