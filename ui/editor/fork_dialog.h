// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

namespace pfnscope::ui {

class OperationForm;

/// Asks what a step is to be instead.
class ForkDialog : public QDialog {
    Q_OBJECT
public:
    /// `text` is the scenario, `step` the step in it that can be written otherwise; see stepTextAt().
    ForkDialog(const QString& text, int step, QWidget* parent);
    OperationForm& form() const { return *form_; }
    /// The whole scenario with the step as the form has it.
    QString scenario() const;

private:
    QString text_;
    int step_;
    OperationForm* form_;
};

} // namespace pfnscope::ui
