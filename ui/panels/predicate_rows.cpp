// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/row_sources.h"

#include "mm/context.h"
#include "models/text.h"
#include "option/option_yaml.h"
#include "view/entry_words.h"
#include "view/history.h"

/// The rules of the options side by side, and what they answer for the selected entry now.
namespace pfnscope::ui {

namespace {

using option::Option;
using option::Rule;


/// The entry whose facts the rules are asked about: the selected one where it is of a PMD table.
struct Asked {
    const machine::Vma* vma = nullptr;
    std::optional<Word> pmd;
    bool isLeaf = false;
    bool hasDeposit = false; ///< the ledger holds a table for this very entry
};

Asked askedIn(const SessionModel& session, int index) {
    Asked asked;
    const machine::State& state = session.column(index).state();
    const auto frame = session.selectedFrame(index);
    const machine::PageTable* table = frame ? state.tableAt(*frame) : nullptr;
    if (!table)
        return asked;
    const VirtAddr at = table->base + Bytes(state.geometry().entrySpan(table->level).raw() * session.selection()->index);
    const auto vma = state.findVma(table->mm, at);
    if (!vma || !state.vmas.at(*vma).range.overlaps({at, at + state.geometry().entrySpan(table->level)}))
        return asked;
    asked.vma = &state.vmas.at(*vma);
    if (table->level != hw::Level::Pmd)
        return asked;
    asked.pmd = state.memory.read(*frame, session.selection()->index);
    asked.isLeaf = *asked.pmd != 0 && view::meaningOf(*asked.pmd, table->level, state.geometry()) == view::EntryMeaning::Leaf;
    for (const view::SpareTable& spare : view::depositLedger(session.column(index).journal(), session.position(index))) {
        const bool ours = spare.owner.pmdTable ? *spare.owner.pmdTable == *frame : spare.owner.mm == table->mm;
        asked.hasDeposit |= ours && !spare.withdrawn && spare.forAddress == at;
    }
    return asked;
}

/// The rules that say of a leaf that stands whether it has a deposit; the ledger knows.
bool isBelief(const option::Slot& slot) {
    return slot.rule == &Option::zapDeposited || slot.rule == &Option::splitDeposited || slot.rule == &Option::moveDeposited;
}

Cell answer(const Column& column, const option::Slot& slot, const Asked& asked) {
    const Rule& rule = column.option.*slot.rule;
    const QString text = qt(option::toText(rule));
    if (!asked.vma)
        return {text};
    const mm::KernelConfig config;
    mm::Context context(*column.machine, column.option, config, {}, {});
    const option::Facts facts = asked.pmd ? mm::factsOf(context, *asked.vma, *asked.pmd) : mm::factsOf(context, *asked.vma);
    const bool holds = rule.holds(facts);
    if (isBelief(slot) && asked.isLeaf && holds != asked.hasDeposit)
        return {(holds ? QStringLiteral("yes, but the ledger has none: ") : QStringLiteral("no, but the ledger has one: ")) + text, view::Role::Fault};
    return {(holds ? QStringLiteral("yes: ") : QStringLiteral("no: ")) + text, holds ? view::Role::Deposit : view::Role::Plain};
}

} // namespace

Rows predicateRows(const PaneContext& context) {
    const SessionModel& session = context.session;
    QStringList headers{QStringLiteral("Rule")};
    for (int i = 0; i < session.columnCount(); ++i)
        headers << qt(session.column(i).name());
    headers << QStringLiteral("Question");
    QList<QList<Cell>> cells;
    for (const option::Slot& slot : option::slots()) {
        if (!slot.rule)
            continue;
        QList<Cell> line{{qt(slot.name)}};
        for (int i = 0; i < session.columnCount(); ++i)
            line << answer(session.column(i), slot, askedIn(session, i));
        cells << (line << Cell{qt(slot.question)});
    }
    return Rows::of(headers, cells);
}

} // namespace pfnscope::ui
