// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/settings_dialog.h"

#include "window/settings.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSlider>

namespace pfnscope::ui {

namespace {
constexpr int kFastest = 50, kSlowest = 1'500, kNotch = 50; ///< milliseconds
}

SettingsDialog::SettingsDialog(QWidget* parent)
    : QDialog(parent), theme_(new QComboBox), density_(new QComboBox),
      still_(new QCheckBox(tr("&Reduce motion: every step is shown at once"))),
      fade_(new QSlider(Qt::Horizontal)), fadeWords_(new QLabel), tree_(new QLineEdit) {
    setObjectName(QStringLiteral("settings"));
    setWindowTitle(tr("Settings"));
    for (const ThemeKind kind : {ThemeKind::Light, ThemeKind::Dark, ThemeKind::Print})
        theme_->addItem(name(kind), int(kind));
    density_->addItem(tr("normal"), int(Density::Normal));
    density_->addItem(tr("compact"), int(Density::Compact));
    theme_->setCurrentIndex(theme_->findData(int(Settings::theme())));
    density_->setCurrentIndex(density_->findData(int(Settings::density())));
    wireMotion();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    auto* form = new QFormLayout(this);
    form->addRow(tr("&Theme"), theme_);
    form->addRow(tr("&Density of the text"), density_);
    form->addRow(tr("&Fade from step to step"), fade_);
    form->addRow(QString(), fadeWords_);
    form->addRow(QString(), still_);
    form->addRow(tr("&Kernel sources"), makeTree());
    form->addRow(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void SettingsDialog::wireMotion() {
    still_->setObjectName(QStringLiteral("reduceMotion"));
    fade_->setObjectName(QStringLiteral("fade"));
    fade_->setRange(kFastest, kSlowest);
    fade_->setSingleStep(kNotch);
    fade_->setPageStep(kNotch * 4);
    fade_->setMinimumWidth(260);
    const auto describe = [this] {
        fadeWords_->setText(still_->isChecked()
                                ? tr("nothing moves")
                                : tr("%1 ms; stepping never waits for it").arg(fade_->value()));
        fade_->setEnabled(!still_->isChecked());
    };
    connect(fade_, &QSlider::valueChanged, this, describe);
    connect(still_, &QCheckBox::toggled, this, describe);
    fade_->setValue(Settings::fadeDuration());
    still_->setChecked(Settings::reducesMotion());
    describe();
}

QWidget* SettingsDialog::makeTree() {
    tree_->setObjectName(QStringLiteral("kernelTree"));
    tree_->setAccessibleName(tr("Kernel sources"));
    tree_->setText(Settings::kernelTree());
    tree_->setPlaceholderText(tr("a folder of yours: its lines are shown beside the calls"));
    auto* choose = new QPushButton(tr("Choose..."));
    connect(choose, &QPushButton::clicked, this, [this] {
        const QString folder =
            QFileDialog::getExistingDirectory(this, tr("A folder with the sources of Linux"), tree_->text());
        if (!folder.isEmpty())
            tree_->setText(folder);
    });
    auto* both = new QWidget;
    auto* row = new QHBoxLayout(both);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(tree_, 1);
    row->addWidget(choose);
    return both;
}

void SettingsDialog::accept() {
    Settings::setTheme(ThemeKind(theme_->currentData().toInt()));
    Settings::setDensity(Density(density_->currentData().toInt()));
    Settings::setFadeDuration(fade_->value());
    Settings::setReducesMotion(still_->isChecked());
    Settings::setKernelTree(tree_->text());
    QDialog::accept();
}

} // namespace pfnscope::ui
