// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/palette_dialog.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

namespace pfnscope::ui {

namespace {

QString plain(const char* text) {
    return QString::fromUtf8(text).remove(u'&');
}

QString keysOf(const QList<QKeySequence>& keys) {
    QStringList texts;
    for (const QKeySequence& key : keys)
        texts << key.toString(QKeySequence::NativeText);
    return texts.join(QStringLiteral(" or "));
}

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
    for (const ActionSpec& spec : actionList()) {
        const QString name = plain(spec.menu) + QStringLiteral(": ") + plain(spec.text);
        if (!matches(name, text))
            continue;
        const QString keys = keysOf(ActionRegistry::keys(spec));
        auto* item = new QListWidgetItem(keys.isEmpty() ? name : name + QStringLiteral("    (") + keys + u')', list_);
        item->setToolTip(QString::fromUtf8(spec.help));
        item->setData(Qt::UserRole, int(spec.id));
        if (!actions_.action(spec.id)->isEnabled())
            item->setFlags(Qt::NoItemFlags);
    }
    list_->setCurrentRow(0);
}

void PaletteDialog::runCurrent() {
    const QListWidgetItem* item = list_->currentItem();
    if (!item || !(item->flags() & Qt::ItemIsEnabled))
        return;
    QAction* action = actions_.action(ActionId(item->data(Qt::UserRole).toInt()));
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

QString shortcutSheet() {
    QString html = QStringLiteral("<table cellspacing='0' cellpadding='3'>");
    QString menu;
    for (const ActionSpec& spec : actionList()) {
        const QString keys = keysOf(ActionRegistry::keys(spec));
        if (keys.isEmpty())
            continue;
        if (menu != plain(spec.menu)) {
            menu = plain(spec.menu);
            html += QStringLiteral("<tr><td colspan='3'><b>%1</b></td></tr>").arg(menu);
        }
        html += QStringLiteral("<tr><td><code>%1</code></td><td>%2</td><td>%3</td></tr>")
                    .arg(keys.toHtmlEscaped(), plain(spec.text), QString::fromUtf8(spec.help));
    }
    for (const PaneKeys& pane : paneKeyList())
        html += QStringLiteral("<tr><td><code>%1</code></td><td>%2</td><td>%3</td></tr>")
                    .arg(QString::fromUtf8(pane.keys), QString::fromUtf8(pane.pane), QString::fromUtf8(pane.help));
    return html + QStringLiteral("</table>");
}

} // namespace pfnscope::ui
