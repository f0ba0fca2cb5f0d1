// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/leaf.h"
#include "hw/x86_64.h"
#include "machine/mmu.h"
#include "models/text.h"
#include "panels/row_sources.h"
#include "view/entry_words.h"

#include <QRegularExpression>

/// What is: frames, TLBs, differences between columns, verdicts.
namespace pfnscope::ui {

namespace {

QString hex(std::uint64_t value) {
    return qt(toHex(value));
}

view::Role roleOf(machine::TableState state) {
    switch (state) {
    case machine::TableState::Linked:
        return view::Role::TablePointer;
    case machine::TableState::Deposited:
        return view::Role::Deposit;
    case machine::TableState::Detached:
        return view::Role::Plain;
    }
    return view::Role::Plain;
}

QString stateName(machine::TableState state) {
    switch (state) {
    case machine::TableState::Linked:
        return QStringLiteral("linked");
    case machine::TableState::Deposited:
        return QStringLiteral("deposited");
    case machine::TableState::Detached:
        return QStringLiteral("detached");
    }
    return {};
}

unsigned entriesInUse(const machine::State& state, Pfn frame) {
    unsigned used = 0;
    for (const Word word : state.memory.frame(frame))
        used += word != 0 ? 1 : 0;
    return used;
}

QString folioKind(machine::FolioKind kind) {
    static constexpr std::string_view names[] = {"anonymous folio", "file folio", "shmem folio",
                                                 "huge zero folio", "zero page"};
    return qt(names[std::size_t(kind)]);
}

/// What an id of the diagram ("pmd-0x4001", "pmd-0x4001-i0") stands for; empty: no entry of a table.
std::optional<Selection> selectionOfId(const SessionModel& session, int column, const QString& id) {
    static const QRegularExpression form(QStringLiteral("^p[a-z0-9]+-(0x[0-9a-f]+)(?:-i(\\d+))?$"));
    const auto match = form.match(id);
    if (!match.hasMatch())
        return std::nullopt;
    return session.selectionOf(column, Pfn(match.captured(1).toULongLong(nullptr, 16)), match.captured(2).toUInt());
}

/// What the tables say now of an address that this CPU translates.
std::optional<Selection> entryBehind(const SessionModel& session, std::uint32_t cpu, VirtAddr page) {
    const machine::State& state = session.active().state();
    const Pfn root = PhysAddr(state.cpus[cpu].registers.cr3 & hw::x86_64::kAddress).frame();
    for (const auto& [mm, record] : state.mms) {
        if (record.pgd != root)
            continue;
        if (const auto place = check::entryFor(state, mm, page))
            return session.selectionOf(session.activeColumn(), place->table, place->index);
    }
    return std::nullopt;
}

QString arrayName(hw::TlbArray array) {
    static constexpr std::string_view names[] = {"L1 TLB",      "L2 TLB",      "PDE cache",
                                                 "PDPTE cache", "PML4E cache", "PML5E cache"};
    return qt(names[std::size_t(array)]);
}

QString rightsName(const hw::TlbEntry& entry) {
    QString rights(entry.rights.user ? u'u' : u's');
    rights += u'r';
    rights += entry.rights.writable ? u'w' : u'-';
    rights += entry.rights.executeDisable ? u'-' : u'x';
    return entry.global ? rights + QStringLiteral(" G") : rights;
}

} // namespace

Rows frameRows(const PaneContext& context) {
    const SessionModel& session = context.session;
    const machine::State& state = session.active().state();
    QList<QList<Cell>> cells;
    QList<Target> targets;
    for (const auto& [frame, table] : state.tables) {
        const QString place =
            table.state == machine::TableState::Linked
                ? QStringLiteral("at pfn %1 [%2]").arg(hex(table.parent.raw())).arg(table.index)
                : QString();
        cells << QList<Cell>{
            {hex(frame.raw())},
            {QStringLiteral("4K")},
            {qt(view::upperName(table.level)) + QStringLiteral(" table"), view::Role::TablePointer},
            {QStringLiteral("mm %1").arg(table.mm.raw())},
            {stateName(table.state), roleOf(table.state)},
            {QString::number(entriesInUse(state, frame))},
            {place}};
        targets << Target{{}, session.selectionOf(session.activeColumn(), frame, 0)};
    }
    for (const auto& [id, folio] : state.folios) {
        const QString counts =
            QStringLiteral("refcount %1, entire mapcount %2").arg(folio.refcount).arg(folio.entireMapcount);
        cells << QList<Cell>{{hex(folio.head.raw())},
                             {qt(toText(kPageSize * (1ULL << folio.order)))},
                             {folioKind(folio.kind)},
                             {},
                             {folio.onLru ? QStringLiteral("on the LRU") : QString()},
                             {},
                             {counts}};
        targets << Target{};
    }
    return Rows::of({QStringLiteral("PFN"), QStringLiteral("Size"), QStringLiteral("Use"),
                     QStringLiteral("Owner"), QStringLiteral("State"), QStringLiteral("Entries"),
                     QStringLiteral("Where")},
                    cells, targets);
}

Rows tlbRows(const PaneContext& context) {
    const SessionModel& session = context.session;
    const machine::State& state = session.active().state();
    QList<QList<Cell>> cells;
    QList<Target> targets;
    for (std::uint32_t cpu = 0; cpu < state.cpus.size(); ++cpu) {
        const hw::Tlb& tlb = state.cpus[cpu].tlb;
        const auto staleOnes = machine::staleTranslations(state, machine::CpuId(cpu));
        const auto isStale = [&staleOnes](const hw::TlbEntry& entry) {
            return std::any_of(staleOnes.begin(), staleOnes.end(),
                               [&](const machine::StaleTranslation& each) { return each.entry == entry; });
        };
        tlb.forEachEntry([&](hw::TlbArray array, std::uint16_t, const hw::TlbEntry& entry) {
            const bool stale = isStale(entry);
            cells << QList<Cell>{{QStringLiteral("CPU %1").arg(cpu), view::Role::Plain, view::Mark::None, stale},
                                 {arrayName(array)},
                                 {QStringLiteral("VA ") + hex(entry.page.raw())},
                                 {QStringLiteral("PA ") + hex(entry.to.raw())},
                                 {qt(toText(tlb.span(entry)))},
                                 {rightsName(entry)},
                                 {QString::number(unsigned(entry.pcid))},
                                 {stale ? QStringLiteral("stale") : QStringLiteral("as the tables say"),
                                  stale ? view::Role::Fault : view::Role::Plain}};
            targets << Target{{}, entryBehind(session, cpu, entry.page)};
        });
    }
    return Rows::of({QStringLiteral("CPU"), QStringLiteral("Array"), QStringLiteral("Page"),
                     QStringLiteral("To"), QStringLiteral("Span"), QStringLiteral("Rights"),
                     QStringLiteral("PCID"), QStringLiteral("Truth")},
                    cells, targets);
}

Rows differenceRows(const PaneContext& context) {
    const SessionModel& session = context.session;
    QList<QList<Cell>> cells;
    QList<Target> targets;
    for (int other = 1; other < session.columnCount(); ++other) {
        for (const view::Difference& difference : context.pictures.differences(0, other)) {
            cells << QList<Cell>{{qt(session.column(other).name())},
                                 {qt(difference.what), view::Role::Plain, difference.mark},
                                 {qt(difference.before)},
                                 {qt(difference.after)},
                                 {qt(difference.consequence)}};
            const int where = difference.mark == view::Mark::Removed ? 0 : other; // in whose diagram the id stands
            targets << Target{{}, selectionOfId(session, where, qt(difference.id))};
        }
    }
    const QString reference = session.columnCount() > 0 ? qt(session.column(0).name()) : QString();
    return Rows::of({QStringLiteral("Column"), QStringLiteral("What"), QStringLiteral("Under ") + reference,
                     QStringLiteral("In this column"), QStringLiteral("Consequence")},
                    cells, targets);
}

Rows verdictRows(const PaneContext& context) {
    const SessionModel& session = context.session;
    QList<QList<Cell>> cells;
    QList<Target> targets;
    for (int i = 0; i < session.columnCount(); ++i) {
        const Column& column = session.column(i);
        const check::Verdict verdict = column.report.verdict();
        const check::Costs& costs = column.report.costs;
        const bool good = verdict == check::Verdict::Ok;
        cells << QList<Cell>{{qt(column.name())},
                             {qt(check::name(verdict)), good ? view::Role::Page4K : view::Role::Fault},
                             {QString::number(costs.depositedPeak)},
                             {qt(toText(costs.tableBytesPeak))},
                             {QString::number(costs.faults)},
                             {QString::number(costs.tlbFlushes)},
                             {QString::number(costs.entriesWritten)},
                             {qt(column.option.title)}};
        targets << Target{Moment{i, column.journal().end()}, {}};
    }
    return Rows::of({QStringLiteral("Option"), QStringLiteral("Verdict"), QStringLiteral("Deposits at peak"),
                     QStringLiteral("Table bytes at peak"), QStringLiteral("Faults"),
                     QStringLiteral("Flushes"), QStringLiteral("Entries written"), QStringLiteral("Title")},
                    cells, targets);
}

} // namespace pfnscope::ui
