// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/yaml_highlighter.h"

namespace pfnscope::ui {

YamlHighlighter::YamlHighlighter(QTextDocument* document) : QSyntaxHighlighter(document) {
    setTheme(Theme(ThemeKind::Light));
}

void YamlHighlighter::setTheme(const Theme& theme) {
    const auto inked = [](const QColor& colour, bool bold, bool italic) {
        QTextCharFormat format;
        format.setForeground(colour);
        format.setFontWeight(bold ? QFont::Bold : QFont::Normal);
        format.setFontItalic(italic);
        return format;
    };
    // Later rules win: a comment may hold anything.
    rules_ = {
        {QRegularExpression(QStringLiteral("\\b(0x[0-9a-fA-F]+|[0-9]+)[KMGT]?\\b")),
         inked(theme.change(view::Mark::Changed), false, false)},
        {QRegularExpression(QStringLiteral("[A-Za-z_][A-Za-z0-9_.-]*(?=\\s*:(\\s|$))")),
         inked(theme.change(view::Mark::Added), true, false)},
        {QRegularExpression(QStringLiteral("\"[^\"]*\"")), inked(theme.change(view::Mark::Removed), false, false)},
        {QRegularExpression(QStringLiteral("(^|\\s)#.*$")), inked(theme.faintText(), false, true)},
    };
    rehighlight();
}

void YamlHighlighter::highlightBlock(const QString& text) {
    for (const Rule& rule : rules_) {
        for (auto each = rule.pattern.globalMatch(text); each.hasNext();) {
            const QRegularExpressionMatch match = each.next();
            setFormat(int(match.capturedStart()), int(match.capturedLength()), rule.format);
        }
    }
}

} // namespace pfnscope::ui
