// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "editor/operation_fields.h"

#include <QWidget>

class QComboBox;
class QFormLayout;

namespace pfnscope::ui {

/// One operation as a form: which it is, and a field for each of its keys.
class OperationForm : public QWidget {
    Q_OBJECT
public:
    explicit OperationForm(QWidget* parent = nullptr);

    void setOperation(const QString& name, const QList<std::pair<QString, QString>>& values);
    /// As a file says it: "munmap: {at: bar + 1M, size: 4K}".
    QString yaml() const;
    /// The editor of a key (a QLineEdit or a QComboBox); null: the operation has no such key.
    QWidget* field(const QString& key) const;
    QComboBox& operation() const { return *operation_; }

Q_SIGNALS:
    void edited(); ///< by the user

private:
    void makeFields(const OperationSpec& spec);
    QString valueOf(const QString& key) const;

    QComboBox* operation_;
    QWidget* fields_ = nullptr;
    QFormLayout* form_;
    QList<std::pair<QString, QWidget*>> editors_;
    bool filling_ = false;
};

} // namespace pfnscope::ui
