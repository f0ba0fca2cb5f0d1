// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/pane.h"

namespace pfnscope::ui {

Pane::Pane(const PaneContext& context, const QString& name, const QString& title) : context_(context) {
    setObjectName(name);
    setWindowTitle(title);
    setAccessibleName(title);
    connect(&context_.session, &SessionModel::opened, this, &Pane::markStale);
    connect(&context_.session, &SessionModel::timeChanged, this, &Pane::markStale);
    connect(&context_.session, &SessionModel::selectionChanged, this, &Pane::markStale);
    connect(&context_.notebook, &Notebook::changed, this, &Pane::markStale);
}

void Pane::setTheme(const Theme& theme) {
    theme_ = theme;
    markStale();
}

void Pane::markStale() {
    stale_ = true;
    bringUpToDateIfSeen();
}

void Pane::bringUpToDateIfSeen() {
    // The docks behind a tab are "visible" too: somewhere outside the window.
    if (isVisible() && !visibleRegion().isEmpty())
        bringUpToDate();
}

void Pane::lookAgain() {
    QMetaObject::invokeMethod(this, &Pane::bringUpToDateIfSeen, Qt::QueuedConnection); // once it has its place
}

void Pane::bringUpToDate() {
    if (!stale_)
        return;
    stale_ = false;
    refresh();
}

void Pane::takeFocus() {
    for (QWidget* next = nextInFocusChain(); next != this; next = next->nextInFocusChain()) {
        if (isAncestorOf(next) && next->isVisibleTo(this) && next->isEnabled() && (next->focusPolicy() & Qt::TabFocus)) {
            next->setFocus(Qt::ShortcutFocusReason);
            return;
        }
    }
}

void Pane::showEvent(QShowEvent* event) {
    lookAgain();
    QWidget::showEvent(event);
}

} // namespace pfnscope::ui
