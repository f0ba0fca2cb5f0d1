// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/row_sources.h"

#include "models/delta_words.h"
#include "models/text.h"

/// What happened: findings, the deposit ledger, events.
namespace pfnscope::ui {

namespace {

QString address(VirtAddr at) {
    return qt(toText(at));
}

QString frameName(Pfn frame) {
    return QStringLiteral("pfn ") + qt(toText(frame));
}

/// "3 munmap bar + 1M 4K"; steps are counted from 1 on the screen.
QString stepName(const SessionModel& session, std::optional<std::size_t> step) {
    if (!step || *step >= session.steps().size())
        return QStringLiteral("set-up");
    return QString::number(*step + 1) + u' ' + qt(session.steps()[*step].title);
}

/// "3 munmap"
QString stepTag(const SessionModel& session, std::optional<std::size_t> step) {
    return stepName(session, step).section(u':', 0, 0);
}

std::optional<std::size_t> stepOf(const Column& column, std::uint32_t operation) {
    return operation < column.stepOfOperation.size() ? column.stepOfOperation[operation] : std::nullopt;
}

view::Role roleOf(view::SpareFate fate) {
    switch (fate) {
    case view::SpareFate::Orphaned: return view::Role::Fault;
    case view::SpareFate::Deposited: return view::Role::Deposit;
    case view::SpareFate::Linked: return view::Role::TablePointer;
    default: return view::Role::Plain;
    }
}

QString ownerName(const machine::DepositOwner& owner) {
    return owner.pmdTable ? QStringLiteral("PMD ") + qt(toText(*owner.pmdTable))
                          : QStringLiteral("mm %1").arg(owner.mm.raw());
}

} // namespace

Rows findingRows(const PaneContext& context) {
    const SessionModel& session = context.session;
    QList<QList<Cell>> cells;
    QList<Target> targets;
    for (int i = 0; i < session.columnCount(); ++i) {
        const Column& column = session.column(i);
        for (const check::Finding& finding : column.report.findings) {
            cells << QList<Cell>{{qt(column.name())},
                                 {qt(check::name(finding.kind)), view::Role::Fault},
                                 {stepName(session, finding.step)},
                                 {qt(finding.function)},
                                 {finding.va == VirtAddr() ? QString() : address(finding.va)},
                                 {qt(finding.text)}};
            targets << Target{Moment{i, session.endOfStep(i, finding.step)}, {}};
        }
        for (const std::string& sentence : column.mismatches) {
            cells << QList<Cell>{{qt(column.name())}, {QStringLiteral("expect"), view::Role::Fault}, {}, {}, {}, {qt(sentence)}};
            targets << Target{};
        }
    }
    return Rows::of({QStringLiteral("Option"), QStringLiteral("Finding"), QStringLiteral("Step"), QStringLiteral("Kernel function"),
                     QStringLiteral("Address"), QStringLiteral("In words")},
                    cells, targets);
}

Rows ledgerRows(const PaneContext& context) {
    const SessionModel& session = context.session;
    QList<QList<Cell>> cells;
    QList<Target> targets;
    for (int i = 0; i < session.columnCount(); ++i) {
        const Column& column = session.column(i);
        for (const view::SpareTable& spare : view::depositLedger(column.journal(), session.position(i))) {
            const view::Role role = roleOf(spare.fate);
            const auto born = stepOf(column, spare.operation);
            const auto now = session.step();
            const QString age = born && now && *now >= *born ? QString::number(*now - *born) : QString();
            const QString out = !spare.withdrawn ? QString()
                                                 : QStringLiteral("%1 for %2").arg(qt(spare.withdrawnBy), address(spare.withdrawnFor));
            cells << QList<Cell>{{qt(column.name())},
                                 {frameName(spare.table), role},
                                 {qt(view::name(spare.fate)), role},
                                 {address(spare.forAddress)},
                                 {stepTag(session, born)},
                                 {qt(spare.depositedBy)},
                                 {ownerName(spare.owner)},
                                 {age},
                                 {out}};
            targets << Target{Moment{i, spare.deposited + 1}, session.selectionOf(i, spare.table, 0)};
        }
        for (const check::Finding& finding : column.report.findings) { // a table was asked for that nobody had deposited
            if (!session.step() || finding.step > *session.step() || finding.function != "pgtable_trans_huge_withdraw")
                continue;
            cells << QList<Cell>{{qt(column.name())}, {QStringLiteral("none"), view::Role::Fault},
                                 {QStringLiteral("shortage"), view::Role::Fault}, {address(finding.va)},
                                 {stepTag(session, finding.step)}, {qt(finding.function)}, {}, {}, {qt(finding.text)}};
            targets << Target{Moment{i, session.endOfStep(i, finding.step)}, {}};
        }
    }
    return Rows::of({QStringLiteral("Option"), QStringLiteral("Table"), QStringLiteral("Fate"), QStringLiteral("For address"),
                     QStringLiteral("In step"), QStringLiteral("By"), QStringLiteral("Owner"), QStringLiteral("Age"),
                     QStringLiteral("Withdrawn by")},
                    cells, targets);
}

Rows eventRows(const PaneContext& context) {
    const SessionModel& session = context.session;
    const int index = session.activeColumn();
    const Column& column = session.active();
    Rows rows;
    rows.headers = QStringList{QStringLiteral("#"), QStringLiteral("Step"), QStringLiteral("Kernel function"),
                               QStringLiteral("Kind"), QStringLiteral("What")};
    rows.count = int(column.journal().end());
    rows.story = session.revision() * kMaxColumns + std::uint64_t(index);
    rows.current = int(session.position(index)) - 1;
    rows.cell = [&session, &column](int row, int at) -> Cell {
        const auto position = machine::Position(row);
        const machine::Call& call = column.journal().call(column.journal().callOf(position));
        const DeltaWords words = wordsOf(column.journal().deltas()[position]);
        switch (at) {
        case 0: return {QString::number(row + 1)};
        case 1: return {stepTag(session, stepOf(column, call.operation))};
        case 2: return {qt(call.function)};
        case 3: return {words.kind, words.role};
        default: return {words.text};
        }
    };
    rows.target = [index](int row) { return Target{Moment{index, machine::Position(row) + 1}, {}}; };
    return rows;
}

} // namespace pfnscope::ui
