// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/step_text.h"

#include "editor/operation_fields.h"

#include <QRegularExpression>

#include <algorithm>

namespace pfnscope::ui {

namespace {

struct Line {
    int begin = 0;
    int end = 0; ///< of the text, without the line end
    int indent = 0;
    bool isBlank = true; ///< nothing, or a comment
};

Line lineAt(const QString& text, int begin) {
    const qsizetype found = text.indexOf(u'\n', begin);
    Line line{begin, int(found < 0 ? text.size() : found)};
    int at = begin;
    while (at < line.end && text[at] == u' ')
        ++at;
    line.indent = at - begin;
    line.isBlank = at == line.end || text[at] == u'#' || text[at] == u'\r';
    return line;
}

/// The lines below "steps:", up to the next key of the file.
QList<Line> stepLines(const QString& text) {
    static const QRegularExpression head(QStringLiteral("^steps:[ \\t]*(#.*)?$"),
                                         QRegularExpression::MultilineOption);
    const auto steps = head.match(text);
    QList<Line> lines;
    if (!steps.hasMatch())
        return lines;
    for (int at = int(steps.capturedEnd()) + 1; at < text.size(); at = lines.back().end + 1) {
        const Line line = lineAt(text, at);
        if (!line.isBlank && line.indent == 0 && text[line.begin] != u'-')
            break;
        lines << line;
    }
    return lines;
}

/// A step's own lines; the first begins with its "- ".
QList<QList<Line>> steps(const QString& text) {
    QList<QList<Line>> all;
    int indent = -1;
    for (const Line& line : stepLines(text)) {
        const bool isItem =
            !line.isBlank && QStringView(text).mid(line.begin + line.indent).startsWith(QStringLiteral("- "));
        if (isItem && indent < 0)
            indent = line.indent;
        if (isItem && line.indent == indent)
            all << QList<Line>{};
        if (!all.isEmpty())
            all.back() << line;
    }
    for (QList<Line>& lines : all) { // what is empty behind a step is not of it
        while (lines.back().isBlank)
            lines.removeLast();
    }
    return all;
}

/// Behind the brace that closes the one at `open`; -1: it is not closed.
int closingBrace(const QString& text, int open) {
    int depth = 0;
    QChar quote;
    for (int at = open; at < text.size(); ++at) {
        const QChar letter = text[at];
        if (!quote.isNull()) {
            if (letter == quote)
                quote = {};
        } else if (letter == u'"' || letter == u'\'') {
            quote = letter;
        } else if (letter == u'{' || letter == u'[') {
            ++depth;
        } else if ((letter == u'}' || letter == u']') && --depth == 0) {
            return at + 1;
        }
    }
    return -1;
}

StepValues valuesIn(const QString& inside) {
    StepValues values;
    for (const QString& part : partsOf(inside)) {
        const qsizetype colon = part.indexOf(u':');
        if (colon > 0)
            values << std::pair(part.left(colon).trimmed(), part.mid(colon + 1).trimmed());
    }
    return values;
}

/// Keys on lines of their own, below the line of the operation's name. Deeper lines and comments go with the
/// value in front of them.
void readBlock(const QString& text, const QList<Line>& lines, int outer, StepText& step) {
    static const QRegularExpression keyed(QStringLiteral("^\\s*([\\w-]+):[ \\t]*(.*)$"));
    for (const Line& line : lines) {
        if (!line.isBlank && line.indent <= outer)
            break; // a key beside the operation
        if (!line.isBlank && step.indent == 0)
            step.indent = line.indent;
        const QString words = text.mid(line.begin, line.end - line.begin);
        const auto match = keyed.match(words);
        if (!line.isBlank && line.indent == step.indent && match.hasMatch())
            step.values << std::pair(match.captured(1), match.captured(2).trimmed());
        else if (!step.values.isEmpty())
            step.values.back().second += u'\n' + words;
        step.end = line.end;
    }
}

/// The operation whose key begins at `at`, in the line `lines[index]`; empty where the key is none.
std::optional<StepText> operationAt(const QString& text, int at, const QList<Line>& lines, qsizetype index) {
    static const QRegularExpression key(QStringLiteral("(\\w+):[ \\t]*"));
    const auto match =
        key.match(text, at, QRegularExpression::NormalMatch, QRegularExpression::AnchorAtOffsetMatchOption);
    const OperationSpec* spec = match.hasMatch() ? operationSpec(match.captured(1)) : nullptr;
    if (!spec)
        return std::nullopt;
    StepText step;
    step.operation = spec->name;
    step.begin = at;
    const int value = int(match.capturedEnd());
    const int lineEnd = lines[index].end;
    if (value < lineEnd && text[value] == u'{') {
        step.end = closingBrace(text, value);
        step.values = valuesIn(text.mid(value + 1, step.end - value - 2));
        return step.end < 0 ? std::nullopt : std::optional(step);
    }
    step.end = lineEnd;
    if (value < lineEnd && text[value] != u'#')
        step.values = {{QString(), text.mid(value, lineEnd - value).trimmed()}};
    else
        readBlock(text, lines.mid(index + 1), at - lines[index].begin, step);
    return step;
}

} // namespace

QStringList partsOf(const QString& inside) {
    QStringList parts{QString()};
    int depth = 0;
    for (const QChar letter : inside) {
        depth += letter == u'{' || letter == u'[' ? 1 : letter == u'}' || letter == u']' ? -1 : 0;
        if (letter == u',' && depth == 0)
            parts << QString();
        else
            parts.back() += letter == u'\n' ? QChar(u' ') : letter;
    }
    return parts;
}

std::optional<StepText> stepTextAt(const QString& text, int index) {
    const QList<QList<Line>> all = steps(text);
    if (index < 0 || index >= all.size())
        return std::nullopt;
    const QList<Line>& lines = all[index];
    int column = lines.front().indent + 1; // of the step's keys: behind the dash and its blanks
    while (lines.front().begin + column < lines.front().end && text[lines.front().begin + column] == u' ')
        ++column;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (i > 0 && (lines[i].isBlank || lines[i].indent != column))
            continue;
        if (const auto step = operationAt(text, lines[i].begin + column, lines, i))
            return step;
    }
    return std::nullopt;
}

std::optional<int> stepAtOffset(const QString& text, int offset) {
    const QList<QList<Line>> all = steps(text);
    std::optional<int> found;
    for (int i = 0; i < all.size() && all[i].front().begin <= offset; ++i)
        found = i;
    return found;
}

std::optional<StepPlace> placeBehindStep(const QString& text, std::optional<int> index) {
    static const QRegularExpression head(QStringLiteral("^steps:"), QRegularExpression::MultilineOption);
    const auto found = head.match(text);
    if (!found.hasMatch())
        return std::nullopt;
    const QList<QList<Line>> all = steps(text);
    StepPlace place;
    if (!all.isEmpty())
        place.indent = all.front().front().indent;
    const Line last =
        index && *index < all.size() ? all[*index].back() : lineAt(text, int(found.capturedStart()));
    place.at = std::min(last.end + 1, int(text.size()));
    return place;
}

QString toYaml(const QString& operation, const StepValues& values, int indent) {
    QStringList parts;
    for (const auto& [key, value] : values) {
        if (key.isEmpty())
            return operation + QStringLiteral(": ") + value;
        if (!value.isEmpty())
            parts << (value.startsWith(u'\n') ? key + u':' + value : key + QStringLiteral(": ") + value);
    }
    if (indent == 0)
        return operation + QStringLiteral(": {") + parts.join(QStringLiteral(", ")) + u'}';
    QString text = operation + u':';
    for (const QString& part : parts)
        text += u'\n' + QString(indent, u' ') + part;
    return text;
}

} // namespace pfnscope::ui
