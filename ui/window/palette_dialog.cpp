// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/palette_dialog.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QVBoxLayout>

namespace pfnscope::ui {

namespace {

/// Whether the letters of `sought` occur in `text` in their order.
bool matches(const QString& text, const QString& sought) {
    qsizetype at = 0;
    for (const QChar letter : sought) {
        at = text.indexOf(letter, at, Qt::CaseInsensitive);
        if (at < 0)
            return false;
        ++at;
    }
    return true;
}

} // namespace

PaletteDialog::PaletteDialog(const ActionRegistry& actions, QWidget* parent)
    : QDialog(parent, Qt::Popup | Qt::FramelessWindowHint), actions_(actions), search_(new QLineEdit), list_(new QListWidget) {
    setObjectName(QStringLiteral("palette"));
    resize(560, 380);
    search_->setPlaceholderText(tr("Type a part of a command"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addWidget(search_);
    layout->addWidget(list_);
    search_->installEventFilter(this);
    connect(search_, &QLineEdit::textChanged, this, &PaletteDialog::fill);
    connect(search_, &QLineEdit::returnPressed, this, &PaletteDialog::runCurrent);
    connect(list_, &QListWidget::itemActivated, this, &PaletteDialog::runCurrent);
    connect(list_, &QListWidget::itemClicked, this, &PaletteDialog::runCurrent);
    fill({});
    search_->setFocus();
}

void PaletteDialog::fill(const QString& text) {
    list_->clear();
    offered_.clear();
    for (const ActionSpec& spec : actionList()) {
        QAction* action = actions_.action(spec.id);
        const QString title = ActionRegistry::title(spec);
        if (const QMenu* menu = action->menu()) {
            for (QAction* inner : menu->actions())
                offer(title + QStringLiteral(": ") + inner->text(), inner, text);
        } else {
            offer(title, action, text);
        }
    }
    list_->setCurrentRow(0);
}

void PaletteDialog::offer(const QString& title, QAction* action, const QString& sought) {
    if (!matches(title, sought))
        return;
    const QString keys = ActionRegistry::words(action->shortcuts());
    auto* item = new QListWidgetItem(keys.isEmpty() ? title : QStringLiteral("%1    (%2)").arg(title, keys), list_);
    item->setToolTip(action->toolTip());
    if (!action->isEnabled())
        item->setFlags(Qt::NoItemFlags);
    offered_ << action;
}

void PaletteDialog::runCurrent() {
    const QListWidgetItem* item = list_->currentItem();
    if (!item || !(item->flags() & Qt::ItemIsEnabled))
        return;
    QAction* action = offered_[list_->currentRow()];
    accept();
    action->trigger();
}

QStringList PaletteDialog::shown() const {
    QStringList names;
    for (int row = 0; row < list_->count(); ++row)
        names << list_->item(row)->text();
    return names;
}

bool PaletteDialog::eventFilter(QObject* watched, QEvent* event) {
    if (watched == search_ && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Up) {
            list_->setCurrentRow(std::clamp(list_->currentRow() + (key == Qt::Key_Down ? 1 : -1), 0, list_->count() - 1));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace pfnscope::ui
