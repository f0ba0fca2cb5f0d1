// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include <optional>
#include <utility>

/// Where the operations stand in a scenario's text, so that a form can read one and write it back and leave
/// everything else as it was typed.
namespace pfnscope::ui {

/// Keys with their values as written, in the file's order. A value of several lines holds its line ends.
using StepValues = QList<std::pair<QString, QString>>;

/// One step of a scenario's text, in one of the ways in which YAML lets it be written:
/// "munmap: {at: bar + 1M, size: 4K}" on one or more lines, a key a line, or "fork: child".
struct StepText {
    int begin = 0; ///< of the operation's name, as an offset into the whole text
    int end = 0;   ///< behind the closing brace, the last value, or the scalar
    QString operation;
    StepValues values; ///< of a scalar: one, without a key
    int indent = 0;    ///< columns in front of each key, where a key has a line of its own; 0: in braces
};
/// The operation that step number `index` (from 0) of the text holds; empty where it is a mark, or not closed
/// yet.
std::optional<StepText> stepTextAt(const QString& text, int index);
/// Which step the offset lies in; empty: none.
std::optional<int> stepAtOffset(const QString& text, int offset);
/// Where a step can be added behind number `index`; without a step: behind "steps:". Empty: there is no
/// "steps:".
struct StepPlace {
    int at = 0; ///< the begin of a line, or the end of the text
    int indent = 2;
};
std::optional<StepPlace> placeBehindStep(const QString& text, std::optional<int> index);
/// As a file says it; empty values are left out.
QString toYaml(const QString& operation, const StepValues& values, int indent = 0);

/// "at: bar + 1M, size: 4K" in its parts; commas inside brackets and quotes do not part.
QStringList partsOf(const QString& inside);

} // namespace pfnscope::ui
