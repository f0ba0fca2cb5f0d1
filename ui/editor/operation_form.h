// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "editor/operation_fields.h"
#include "editor/step_text.h"

#include <QWidget>

class QComboBox;
class QFormLayout;

namespace pfnscope::ui {

/// One operation as a form: which it is, and a field for each of its keys.
class OperationForm : public QWidget {
    Q_OBJECT
public:
    explicit OperationForm(QWidget* parent = nullptr);

    void setOperation(const QString& name, const StepValues& values);
    void setStep(const StepText& step);
    /// As a file says it, in the way of the step that was set: "munmap: {at: bar + 1M, size: 4K}".
    QString yaml() const;
    /// The editor of a key (a QLineEdit or a QComboBox); null: the operation has no such key.
    QWidget* field(const QString& key) const;
    QComboBox& operation() const { return *operation_; }

Q_SIGNALS:
    void edited(); ///< by the user

private:
    void makeFields(const OperationSpec& spec);
    void show(QWidget& editor, const QString& key, const QString& value);
    QString valueOf(const QString& key) const;

    QComboBox* operation_;
    QWidget* fields_ = nullptr;
    QFormLayout* form_;
    QList<std::pair<QString, QWidget*>> editors_;
    StepValues written_; ///< what was set: its order, and what no field can show
    int indent_ = 0;
    bool filling_ = false;
};

} // namespace pfnscope::ui
