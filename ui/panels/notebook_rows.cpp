// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/text.h"
#include "panels/row_sources.h"
#include "view/entry_words.h"

/// What the reader keeps: pins and watched entries.
namespace pfnscope::ui {

QString placeOf(const Selection& entry) {
    if (entry.outside)
        return QStringLiteral("pfn %1 [%2]").arg(qt(toHex(entry.outside->raw()))).arg(entry.index);
    return QStringLiteral("%1 of VA %2 [%3]")
        .arg(qt(view::upperName(entry.table.level)), qt(toText(entry.table.base)))
        .arg(entry.index);
}

namespace {

/// The word now, marked if the last stride changed it.
Cell wordIn(const SessionModel& session, int column, const Selection& entry) {
    const auto frame = session.frameOf(column, entry);
    if (!frame)
        return {QStringLiteral("no such table")};
    const Word now = session.column(column).state().memory.read(*frame, entry.index);
    const Word before = session.at(column, session.before(column), [&](const machine::State& state) {
        return state.memory.read(*frame, entry.index);
    });
    const view::Mark mark = now == before ? view::Mark::None
                            : before == 0 ? view::Mark::Added
                            : now == 0    ? view::Mark::Removed
                                          : view::Mark::Changed;
    return {qt(toHex(now)), view::Role::Plain, mark};
}

} // namespace

Rows notebookRows(const PaneContext& context) {
    const SessionModel& session = context.session;
    QStringList headers{QStringLiteral("Kept"), QStringLiteral("Where"), QStringLiteral("Note")};
    for (int column = 0; column < session.columnCount(); ++column)
        headers << qt(session.column(column).name());
    QList<QList<Cell>> cells;
    QList<Target> targets;
    for (const auto& [step, note] : context.notebook.pins()) {
        if (step >= session.steps().size())
            continue;
        cells << QList<Cell>{{QStringLiteral("pin")},
                             {QStringLiteral("%1 %2").arg(step + 1).arg(qt(session.steps()[step].title))},
                             {note}};
        targets << Target{Moment{session.activeColumn(), session.endOfStep(session.activeColumn(), step)},
                          {}};
    }
    for (const QString& part : context.notebook.breakpoints()) {
        cells << QList<Cell>{{QStringLiteral("breakpoint")}, {part + QStringLiteral("()")}};
        targets << Target{};
    }
    for (const Selection& entry : context.notebook.watched()) {
        QList<Cell> line{{QStringLiteral("watch")}, {placeOf(entry)}, {}};
        for (int column = 0; column < session.columnCount(); ++column)
            line << wordIn(session, column, entry);
        cells << line;
        targets << Target{{}, entry};
    }
    Notebook& notebook = context.notebook;
    for (const Notebook::Proposal& proposal : notebook.proposals()) {
        cells << QList<Cell>{{QStringLiteral("click to keep"), view::Role::Dimmed},
                             {QString::number(proposal.step + 1)},
                             {proposal.note}};
        targets << Target{{}, {}, [&notebook, proposal] { notebook.keep(proposal); }};
    }
    return Rows::of(headers, cells, targets);
}

} // namespace pfnscope::ui
