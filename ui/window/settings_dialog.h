// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QSlider;

namespace pfnscope::ui {

/// Theme, density of the text, how a step fades in, and where the user's kernel is; what is accepted is kept
/// in the settings.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    explicit SettingsDialog(QWidget* parent);
    void accept() override;

private:
    void wireMotion();
    QWidget* makeTree();

    QComboBox* theme_;
    QComboBox* density_;
    QCheckBox* still_;
    QSlider* fade_;
    QLabel* fadeWords_;
    QLineEdit* tree_;
};

} // namespace pfnscope::ui
