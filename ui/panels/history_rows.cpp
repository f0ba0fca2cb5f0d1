// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/row_sources.h"

#include "models/delta_words.h"
#include "models/text.h"

#include <memory>

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

namespace {

/// A stay of a table, or a table that was asked for and that nobody had deposited.
struct LedgerLine {
    int column = 0;
    view::SpareTable spare;
    const check::Finding* shortage = nullptr;
};

std::vector<LedgerLine> ledgerLines(const SessionModel& session) {
    std::vector<LedgerLine> lines;
    for (int i = 0; i < session.columnCount(); ++i) {
        const Column& column = session.column(i);
        for (view::SpareTable& spare : view::depositLedger(column.journal(), session.position(i)))
            lines.push_back({i, std::move(spare)});
        for (const check::Finding& finding : column.report.findings) {
            if (session.step() && finding.step <= *session.step() && finding.function == "pgtable_trans_huge_withdraw")
                lines.push_back({i, {}, &finding});
        }
    }
    return lines;
}

enum LedgerColumn { LedgerOption, LedgerTable, LedgerFate, LedgerAddress, LedgerStep, LedgerBy, LedgerOwner, LedgerAge, LedgerOut };

Cell shortageCell(const SessionModel& session, const check::Finding& finding, int at) {
    switch (at) {
    case LedgerTable: return {QStringLiteral("none"), view::Role::Fault};
    case LedgerFate: return {QStringLiteral("shortage"), view::Role::Fault};
    case LedgerAddress: return {address(finding.va)};
    case LedgerStep: return {stepTag(session, finding.step)};
    case LedgerBy: return {qt(finding.function)};
    case LedgerOut: return {qt(finding.text)};
    default: return {};
    }
}

Cell spareCell(const SessionModel& session, const LedgerLine& line, int at) {
    const view::SpareTable& spare = line.spare;
    const auto born = stepOf(session.column(line.column), spare.operation);
    const auto now = session.step();
    switch (at) {
    case LedgerTable: return {frameName(spare.table), roleOf(spare.fate)};
    case LedgerFate: return {qt(view::name(spare.fate)), roleOf(spare.fate)};
    case LedgerAddress: return {address(spare.forAddress)};
    case LedgerStep: return {stepTag(session, born)};
    case LedgerBy: return {qt(spare.depositedBy)};
    case LedgerOwner: return {ownerName(spare.owner)};
    case LedgerAge: return {born && now && *now >= *born ? QString::number(*now - *born) : QString()};
    default: break;
    }
    return {spare.withdrawn ? QStringLiteral("%1 for %2").arg(qt(spare.withdrawnBy), address(spare.withdrawnFor)) : QString()};
}

} // namespace

Rows ledgerRows(const PaneContext& context) {
    const SessionModel& session = context.session;
    const auto lines = std::make_shared<const std::vector<LedgerLine>>(ledgerLines(session));
    Rows rows;
    rows.headers = QStringList{QStringLiteral("Option"), QStringLiteral("Table"), QStringLiteral("Fate"), QStringLiteral("For address"),
                               QStringLiteral("In step"), QStringLiteral("By"), QStringLiteral("Owner"), QStringLiteral("Age"),
                               QStringLiteral("Withdrawn by")};
    rows.count = int(lines->size());
    rows.cell = [&session, lines](int row, int at) -> Cell {
        const LedgerLine& line = (*lines)[std::size_t(row)];
        if (at == LedgerOption)
            return {qt(session.column(line.column).name())};
        return line.shortage ? shortageCell(session, *line.shortage, at) : spareCell(session, line, at);
    };
    rows.target = [&session, lines](int row) {
        const LedgerLine& line = (*lines)[std::size_t(row)];
        return line.shortage ? Target{Moment{line.column, session.endOfStep(line.column, line.shortage->step)}, {}}
                             : Target{Moment{line.column, line.spare.deposited + 1}, session.selectionOf(line.column, line.spare.table, 0)};
    };
    return rows;
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
