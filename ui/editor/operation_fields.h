// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <optional>

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

/// What may stand at this place of a scenario's text: names of operations, keys of the one the place is in,
/// or the words of a key. `line` is the text up to the place.
QStringList wordsFor(const QString& line);

/// One step of a scenario's text: "- munmap: {at: bar + 1M, size: 4K}" with its lines.
struct StepText {
    int begin = 0; ///< of the operation's name, as an offset into the whole text
    int end = 0;   ///< behind the closing brace (or the scalar)
    QString operation;
    QList<std::pair<QString, QString>> values; ///< in the file's order, as written
};
/// The operation that step number `index` (from 0) of the text holds; empty where it is a mark, or not
/// written as "name: {key: value, ...}" or "name: scalar".
std::optional<StepText> stepTextAt(const QString& text, int index);
/// Which step the offset lies in; empty: none.
std::optional<int> stepAtOffset(const QString& text, int offset);
/// "munmap: {at: bar + 1M, size: 4K}"; empty values are left out.
QString toYaml(const QString& operation, const QList<std::pair<QString, QString>>& values);

} // namespace pfnscope::ui
