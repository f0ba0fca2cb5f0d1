// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QComboBox;

namespace pfnscope::ui {

/// Theme, density of the text, and how fast a step fades in; what is accepted is kept in the settings.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    explicit SettingsDialog(QWidget* parent);
    void accept() override;

private:
    QComboBox* theme_;
    QComboBox* density_;
    QComboBox* motion_;
};

} // namespace pfnscope::ui
