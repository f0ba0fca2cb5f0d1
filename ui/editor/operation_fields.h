// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

/// The keys of a scenario's operations as forms and completion need them: read off the one list that reader
/// and writer of the format use (scenario/fields.h).
namespace pfnscope::ui {

enum class FieldKind { Text, Address, Size, Number, Choice };

struct FieldSpec {
    QString key;
    FieldKind kind = FieldKind::Text;
    QStringList words; ///< Choice: all of them
    bool optional = false;
};

struct OperationSpec {
    QString name;
    QList<FieldSpec> fields; ///< empty: one scalar for a value, or nothing
    QString scalar;          ///< what that scalar is: "the child's name"; empty with fields, and for `exit`
};

/// In the order of mm::Action.
const QList<OperationSpec>& operationSpecs();
const OperationSpec* operationSpec(const QString& name);

} // namespace pfnscope::ui
