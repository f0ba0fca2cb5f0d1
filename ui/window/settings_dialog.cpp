// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/settings_dialog.h"

#include "window/settings.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>

namespace pfnscope::ui {

SettingsDialog::SettingsDialog(QWidget* parent)
    : QDialog(parent), theme_(new QComboBox), density_(new QComboBox), motion_(new QComboBox) {
    setObjectName(QStringLiteral("settings"));
    setWindowTitle(tr("Settings"));
    for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark, ThemeKind::Print})
        theme_->addItem(name(kind), int(kind));
    density_->addItem(tr("normal"), int(Density::Normal));
    density_->addItem(tr("compact"), int(Density::Compact));
    const std::pair<QString, int> speeds[] = {{tr("none (reduce motion)"), 0},
                                              {tr("fast, 80 ms"), 80},
                                              {tr("normal, 150 ms"), 150},
                                              {tr("slow, 400 ms"), 400},
                                              {tr("very slow, 1 s"), 1000}};
    for (const auto& [text, milliseconds] : speeds)
        motion_->addItem(text, milliseconds);
    theme_->setCurrentIndex(theme_->findData(int(Settings::theme())));
    density_->setCurrentIndex(density_->findData(int(Settings::density())));
    motion_->setCurrentIndex(std::max(0, motion_->findData(Settings::fadeDuration())));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    auto* form = new QFormLayout(this);
    form->addRow(tr("&Theme"), theme_);
    form->addRow(tr("&Density of the text"), density_);
    form->addRow(tr("&Fade from step to step"), motion_);
    form->addRow(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void SettingsDialog::accept() {
    Settings::setTheme(ThemeKind(theme_->currentData().toInt()));
    Settings::setDensity(Density(density_->currentData().toInt()));
    Settings::setFadeDuration(motion_->currentData().toInt());
    QDialog::accept();
}

} // namespace pfnscope::ui
