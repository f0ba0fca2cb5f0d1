// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/kernel_source.h"

#include "models/text.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>

namespace pfnscope::ui {

namespace {
constexpr qint64 kLargestFile = 4 << 20;
}

std::optional<SourceLines> kernelSource(const QString& tree, const QString& file, std::string_view function) {
    if (tree.isEmpty() || file.isEmpty() || file.contains(QStringLiteral("..")))
        return std::nullopt;
    QFile source(QDir(tree).filePath(file));
    if (source.size() > kLargestFile || !source.open(QIODevice::ReadOnly | QIODevice::Text))
        return std::nullopt;
    const QString text = QString::fromUtf8(source.readAll());
    // As the kernel's style has it: what begins in the first column and opens its body before any semicolon;
    // the body ends with a brace in the first column. The type may stand on the line above.
    const QRegularExpression definition(
        QStringLiteral(
            "^(?:[A-Za-z_][\\w \\t*]*\\n)?(?:[A-Za-z_][\\w \\t*]*[ \\t*])?%1\\([^;{}]*\\)\\s*\\{.*?^\\}")
            .arg(QRegularExpression::escape(qt(function))),
        QRegularExpression::MultilineOption | QRegularExpression::DotMatchesEverythingOption);
    const auto found = definition.match(text);
    if (!found.hasMatch())
        return std::nullopt;
    return SourceLines{int(QStringView(text).left(found.capturedStart()).count(u'\n')) + 1, found.captured()};
}

} // namespace pfnscope::ui
