// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/option_chooser.h"

#include "models/text.h"
#include "session/session_model.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QListWidget>
#include <QVBoxLayout>

namespace pfnscope::ui {

OptionChooser::OptionChooser(const option::Catalogue& catalogue, const QStringList& now, QWidget* parent)
    : QDialog(parent), list_(new QListWidget) {
    setObjectName(QStringLiteral("optionChooser"));
    setWindowTitle(tr("Options side by side"));
    resize(640, 420);
    for (const option::Option& option : catalogue.options()) {
        auto* item = new QListWidgetItem(QStringLiteral("%1   %2").arg(qt(option.name), qt(option.title)), list_);
        item->setData(Qt::UserRole, qt(option.name));
        item->setToolTip(qt(option.about));
        item->setCheckState(now.contains(qt(option.name)) ? Qt::Checked : Qt::Unchecked);
    }
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(new QLabel(tr("Up to %1 columns; the first is what the others are compared with.").arg(kMaxColumns)));
    layout->addWidget(list_, 1);
    layout->addWidget(buttons);
    connect(list_, &QListWidget::itemChanged, this, &OptionChooser::keepToLimit);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void OptionChooser::keepToLimit(QListWidgetItem* changed) {
    if (changed->checkState() == Qt::Checked && chosen().size() > kMaxColumns)
        changed->setCheckState(Qt::Unchecked);
}

QStringList OptionChooser::chosen() const {
    QStringList names;
    for (int row = 0; row < list_->count(); ++row) {
        if (list_->item(row)->checkState() == Qt::Checked)
            names << list_->item(row)->data(Qt::UserRole).toString();
    }
    return names;
}

} // namespace pfnscope::ui
