// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/completion.h"

#include "editor/operation_fields.h"
#include "editor/step_text.h"

#include <QRegularExpression>

#include <optional>

namespace pfnscope::ui {

namespace {

const QStringList kTopKeys{QStringLiteral("title"),    QStringLiteral("about"),    QStringLiteral("arch"),
                           QStringLiteral("drivers"),  QStringLiteral("options"),  QStringLiteral("steps"),
                           QStringLiteral("expect"),   QStringLiteral("debug_vm"), QStringLiteral("kernel"),
                           QStringLiteral("geometry"), QStringLiteral("teardown"), QStringLiteral("cpu")};
const QStringList kBesideKeys{QStringLiteral("process"), QStringLiteral("cpu"), QStringLiteral("say"),
                              QStringLiteral("ask")};

QStringList withColon(QStringList words) {
    for (QString& word : words)
        word += QStringLiteral(": ");
    return words;
}

QStringList operationNames() {
    QStringList names;
    for (const OperationSpec& spec : operationSpecs())
        names << spec.name;
    return names << QStringLiteral("mark") << QStringLiteral("overlap");
}

QStringList captured(const QRegularExpression& pattern, const QString& text) {
    QStringList names;
    for (const QRegularExpressionMatch& match : pattern.globalMatch(text))
        names << match.captured(1);
    names.removeDuplicates();
    return names;
}

QStringList mapNames(const QString& text) {
    static const QRegularExpression name(QStringLiteral("\\bname:\\s*([\\w.-]+)"));
    return captured(name, text);
}

QStringList driverNames(const QString& text) {
    static const QRegularExpression block(QStringLiteral("^drivers:\\s*\\n((?:[ #].*\\n|\\n)*)"),
                                          QRegularExpression::MultilineOption);
    static const QRegularExpression name(QStringLiteral("^  ([\\w.-]+):"),
                                         QRegularExpression::MultilineOption);
    return captured(name, block.match(text).captured(1));
}

/// The operation that the end of the text is inside, and what stands between there and its last comma or line
/// end.
struct Inside {
    const OperationSpec* spec = nullptr;
    QString part;
};

std::optional<Inside> braces(const QString& before) {
    static const QRegularExpression open(QStringLiteral("(?:^|\\n)[ ]*(?:-[ ]+)?(\\w+):[ ]*\\{([^}]*)$"));
    const auto match = open.match(before);
    const OperationSpec* spec = match.hasMatch() ? operationSpec(match.captured(1)) : nullptr;
    return spec ? std::optional(Inside{spec, partsOf(match.captured(2)).back()}) : std::nullopt;
}

/// A key a line: the nearest line above that stands further left names the operation.
std::optional<Inside> block(const QString& before) {
    const QStringList lines = before.split(u'\n');
    const auto indentOf = [](const QString& line) {
        static const QRegularExpression lead(QStringLiteral("^[ ]*(?:-[ ]+)?"));
        return lead.match(line).capturedLength();
    };
    const auto indent = indentOf(lines.back());
    if (indent == 0 || lines.back().trimmed().startsWith(u'-'))
        return std::nullopt;
    static const QRegularExpression name(QStringLiteral("^[ ]*(?:-[ ]+)?(\\w+):[ ]*$"));
    for (auto line = lines.crbegin() + 1; line != lines.crend(); ++line) {
        if (line->trimmed().isEmpty() || indentOf(*line) >= indent)
            continue;
        const OperationSpec* spec = operationSpec(name.match(*line).captured(1));
        return spec ? std::optional(Inside{spec, lines.back()}) : std::nullopt;
    }
    return std::nullopt;
}

QStringList wordsOf(const Inside& inside, const QString& before) {
    static const QRegularExpression value(QStringLiteral("^\\s*(\\w+):\\s*[\\w.-]*$")),
        key(QStringLiteral("^\\s*\\w*$"));
    if (const auto match = value.match(inside.part); match.hasMatch()) {
        for (const FieldSpec& field : inside.spec->fields) {
            if (field.key != match.captured(1))
                continue;
            if (field.kind == FieldKind::Address)
                return mapNames(before);
            return field.key.endsWith(QStringLiteral("driver")) ? driverNames(before) : field.words;
        }
    }
    QStringList keys;
    for (const FieldSpec& field : inside.spec->fields)
        keys << field.key;
    return key.match(inside.part).hasMatch() ? withColon(keys) : QStringList{};
}

} // namespace

QStringList wordsFor(const QString& before) {
    static const QRegularExpression name(QStringLiteral("^\\s*-\\s+\\w*$"));
    if (const auto inside = braces(before))
        return wordsOf(*inside, before);
    if (const auto inside = block(before))
        return wordsOf(*inside, before);
    const QString line = before.section(u'\n', -1);
    if (name.match(line).hasMatch())
        return withColon(operationNames());
    if (line.contains(u':'))
        return {};
    return withColon(line.isEmpty() || !line.front().isSpace() ? kTopKeys : kBesideKeys);
}

} // namespace pfnscope::ui
