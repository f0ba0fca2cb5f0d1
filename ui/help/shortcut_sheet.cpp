// SPDX-License-Identifier: GPL-3.0-or-later
#include "help/shortcut_sheet.h"

#include "actions/action_registry.h"

#include <QShortcut>
#include <QTextBrowser>
#include <QVBoxLayout>

#include <algorithm>

namespace pfnscope::ui {

namespace {

struct Line {
    QString keys, name, help;
};
struct Group {
    QString title;
    QList<Line> lines;
};

QString plain(const char* text) {
    return QString::fromUtf8(text).remove(u'&').replace(u'>', QStringLiteral(" > "));
}

/// Menu by menu, then pane by pane: what the list says, in its order.
QList<Group> groups() {
    QList<Group> all;
    const auto add = [&all](const QString& title, Line line) {
        auto group =
            std::find_if(all.begin(), all.end(), [&](const Group& each) { return each.title == title; });
        if (group == all.end())
            group = all.insert(all.end(), {title, {}});
        group->lines << std::move(line);
    };
    for (const ActionSpec& spec : actionList())
        add(plain(spec.menu), {ActionRegistry::words(ActionRegistry::keys(spec)), plain(spec.text),
                               QString::fromUtf8(spec.help)});
    for (const PaneKeys& pane : paneKeyList())
        add(ShortcutSheet::tr("Keys in: %1").arg(plain(pane.pane)),
            {QString::fromUtf8(pane.keys), QString::fromUtf8(pane.help), {}});
    return all;
}

QString htmlOf(const Group& group) {
    QString html = QStringLiteral("<tr><td colspan='2'><b>%1</b></td></tr>").arg(group.title.toHtmlEscaped());
    for (const Line& line : group.lines)
        html += QStringLiteral("<tr><td><code>%1</code>&nbsp;&nbsp;</td><td>%2</td></tr>")
                    .arg(line.keys.isEmpty() ? QStringLiteral("&#8211;") : line.keys.toHtmlEscaped(),
                         line.name.toHtmlEscaped());
    return html + QStringLiteral("<tr><td></td></tr>");
}

} // namespace

ShortcutSheet::ShortcutSheet(QWidget* window) : QDialog(window) {
    setObjectName(QStringLiteral("shortcuts"));
    setWindowTitle(tr("All commands and their keys; Ctrl+K finds each by a part of its name"));
    resize(window->size() * 0.94);
    auto* sheet = new QTextBrowser;
    sheet->setObjectName(QStringLiteral("shortcutSheet"));
    sheet->setAccessibleName(tr("Shortcuts"));
    sheet->setHtml(html(std::max(1, width() / (fontMetrics().averageCharWidth() * 52))));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 6);
    layout->addWidget(sheet);
    auto* again = new QShortcut(QKeySequence(QStringLiteral("?")), this);
    connect(again, &QShortcut::activated, this, &QDialog::reject);
}

QString ShortcutSheet::html(int columns) {
    const QList<Group> all = groups();
    qsizetype lines = 0;
    for (const Group& group : all)
        lines += group.lines.size() + 2;
    const qsizetype share = (lines + columns - 1) / columns;
    QString html = QStringLiteral("<table width='100%'><tr>");
    qsizetype filled = share; // a new column is begun when the last one is full
    bool open = false;
    for (const Group& group : all) {
        if (filled >= share) {
            html += open ? QStringLiteral("</table></td>") : QString();
            html += QStringLiteral("<td><table cellspacing='0' cellpadding='1'>");
            open = true;
            filled = 0;
        }
        html += htmlOf(group);
        filled += group.lines.size() + 2;
    }
    return html + QStringLiteral("</table></td></tr></table>");
}

QString ShortcutSheet::markdown() {
    QString text =
        QStringLiteral("<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n# Commands and keys\n\n"
                       "Made from the program's own list of commands. Ctrl+K finds each of them by a part of "
                       "its name, `?` shows\n"
                       "this on one sheet.\n");
    for (const Group& group : groups()) {
        text += QStringLiteral("\n## %1\n\n| keys | command | |\n|---|---|---|\n").arg(group.title);
        for (const Line& line : group.lines)
            text += QStringLiteral("| %1 | %2 | %3 |\n")
                        .arg(line.keys.isEmpty() ? QString() : QStringLiteral("`%1`").arg(line.keys),
                             line.name, line.help);
    }
    return text;
}

} // namespace pfnscope::ui
