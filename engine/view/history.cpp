// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <variant>

namespace pfnscope::view {
namespace {

using namespace machine;

Word wordOf(const std::vector<WordRun>& runs, unsigned index) {
    for (const WordRun& run : runs)
        if (run.first <= index && index < run.first + run.count)
            return run.value + (index - run.first) * run.step;
    return 0;
}

/// What a delta does to one word; empty if nothing.
std::optional<WordWrite> writeIn(const Delta& delta, Pfn frame, unsigned index) {
    if (const auto* written = std::get_if<EntryWritten>(&delta)) {
        if (written->frame == frame && written->index == index)
            return WordWrite{0, written->before, written->after, written->writer, {}, {}, 0};
    } else if (const auto* filled = std::get_if<EntriesFilled>(&delta)) {
        const WordRun& run = filled->run;
        if (filled->frame != frame || index < run.first || index >= run.first + run.count)
            return std::nullopt;
        const Word before = wordOf(filled->before, index);
        const Word after = run.value + (index - run.first) * run.step;
        if (before != after)
            return WordWrite{0, before, after, Writer::Kernel, {}, {}, 0};
    }
    return std::nullopt;
}

std::string argumentText(const Argument& argument) {
    switch (argument.kind) {
    case ArgumentKind::Address:
        return fmt::format("{} {}", argument.name, toText(VirtAddr(argument.value)));
    case ArgumentKind::Frame:
        return fmt::format("{} {}", argument.name, toHex(argument.value));
    case ArgumentKind::Length:
        return fmt::format("{} {}", argument.name, pfnscope::toText(Bytes(argument.value)));
    case ArgumentKind::Word:
        return fmt::format("{} {}", argument.name, toHex(argument.value));
    case ArgumentKind::Number:
        break;
    }
    return fmt::format("{} {}", argument.name, argument.value);
}

/// Moves a point on by one delta; false: none of its numbers changed.
bool account(CostPoint& point, const Delta& delta) {
    const CostPoint before = point;
    if (std::holds_alternative<TableDeposited>(delta))
        ++point.deposited;
    else if (std::holds_alternative<TableWithdrawn>(delta))
        --point.deposited;
    else if (std::holds_alternative<TableAllocated>(delta))
        ++point.tables;
    else if (std::holds_alternative<TableFreed>(delta))
        --point.tables;
    else if (std::holds_alternative<EntryWritten>(delta))
        ++point.entriesWritten;
    else if (const auto* filled = std::get_if<EntriesFilled>(&delta))
        point.entriesWritten += filled->run.count;
    else if (const auto* moved = std::get_if<CounterMoved>(&delta))
        point.tableBytes += moved->counter == Counter::PgtablesBytes ? moved->amount : 0;
    else if (const auto* happening = std::get_if<Happening>(&delta)) {
        point.faults += happening->kind == HappeningKind::PageFault ? 1 : 0;
        point.flushes += happening->kind == HappeningKind::FlushRange ? 1 : 0;
    }
    return !(point == before);
}

/// The caller that decided on a deposit or withdrawal: the list operation itself says nothing.
std::string_view deciderOf(const Journal& journal, Position at) {
    const Call* call = &journal.call(journal.callOf(at));
    while (call->parent && (call->function == "pgtable_trans_huge_deposit" ||
                            call->function == "pgtable_trans_huge_withdraw"))
        call = &journal.call(*call->parent);
    return call->function;
}

/// Follows every spare table through the deltas.
class LedgerKeeper {
public:
    explicit LedgerKeeper(const Journal& journal) : journal_(journal) {}

    void take(Position at) {
        const Delta& delta = journal_.deltas()[at];
        if (const auto* in = std::get_if<TableDeposited>(&delta))
            deposit(at, *in);
        else if (const auto* out = std::get_if<TableWithdrawn>(&delta))
            withdraw(at, *out);
        else if (const auto* linked = std::get_if<TableLinked>(&delta)) {
            if (linked->after.state == TableState::Linked)
                settle(linked->frame, SpareFate::Linked);
        } else if (const auto* freed = std::get_if<TableFreed>(&delta)) {
            settle(freed->frame, SpareFate::Freed);
            orphan([&](const DepositOwner& owner) { return owner.pmdTable == freed->frame; });
        } else if (const auto* mm = std::get_if<MmChanged>(&delta)) {
            if (!mm->change->after)
                orphan([&](const DepositOwner& owner) { return !owner.pmdTable && owner.mm == mm->key; });
        }
    }
    std::vector<SpareTable> result() { return std::move(list_); }

private:
    void deposit(Position at, const TableDeposited& in) {
        settle(in.table, SpareFate::Moved);
        last_[in.table] = list_.size();
        list_.push_back({in.table,
                         in.owner,
                         in.forAddress,
                         at,
                         deciderOf(journal_, at),
                         journal_.call(journal_.callOf(at)).operation,
                         {},
                         {},
                         {},
                         SpareFate::Deposited});
    }
    void withdraw(Position at, const TableWithdrawn& out) {
        const auto found = last_.find(out.table);
        if (found == last_.end())
            return;
        SpareTable& spare = list_[found->second];
        spare.withdrawn = at;
        spare.withdrawnBy = deciderOf(journal_, at);
        spare.withdrawnFor = out.forAddress;
        spare.fate = SpareFate::Withdrawn;
    }
    void settle(Pfn table, SpareFate fate) {
        const auto found = last_.find(table);
        if (found == last_.end())
            return;
        if (list_[found->second].fate == SpareFate::Withdrawn)
            list_[found->second].fate = fate;
        if (fate != SpareFate::Moved)
            last_.erase(found);
    }
    template <class Matches> void orphan(Matches matches) {
        for (SpareTable& spare : list_)
            if (spare.fate == SpareFate::Deposited && matches(spare.owner))
                spare.fate = SpareFate::Orphaned;
    }

    const Journal& journal_;
    std::map<Pfn, std::size_t> last_;
    std::vector<SpareTable> list_;
};

/// The calls of one operation, each before those that it makes. Where operations overlap, calls of one lie
/// between those of another.
class CallTree {
public:
    CallTree(const Journal& journal, std::uint32_t operation)
        : journal_(journal), first_(journal.operations()[operation].raw()) {
        for (std::uint32_t i = first_;
             i < journal.calls().size() && journal.calls()[i].operation == operation; ++i) {
            const Call& call = journal.calls()[i];
            made_.emplace_back();
            if (call.parent)
                made_[call.parent->raw() - first_].push_back(CallId(i));
            severalCpus_ = severalCpus_ || call.cpu != journal.calls()[first_].cpu;
        }
    }
    std::vector<CallLine> lines(Position position, CallId current) const {
        std::vector<CallLine> lines;
        std::vector<CallId> open{CallId(first_)};
        while (!open.empty()) {
            const CallId id = open.back();
            open.pop_back();
            const Call& call = journal_.call(id);
            lines.push_back({id, call.depth, words(call), call.first < position, id == current});
            const auto& made = made_[id.raw() - first_];
            open.insert(open.end(), made.rbegin(), made.rend());
        }
        return lines;
    }

private:
    /// With the CPU where that is news.
    std::string words(const Call& call) const {
        const bool isNews =
            severalCpus_ && call.parent && (call.depth == 1 || journal_.call(*call.parent).cpu != call.cpu);
        return (isNews ? fmt::format("CPU{} ", call.cpu.raw()) : "") + toText(call);
    }

    const Journal& journal_;
    std::uint32_t first_;
    std::vector<std::vector<CallId>> made_; ///< by call, counted from the operation's
    bool severalCpus_ = false;
};

} // namespace

std::vector<WordWrite> writersOf(const Journal& journal, Pfn frame, unsigned index, Position until,
                                 std::size_t limit) {
    std::vector<WordWrite> writes;
    for (Position at = std::min(until, journal.end()); at-- > 0 && writes.size() < limit;) {
        auto write = writeIn(journal.deltas()[at], frame, index);
        if (!write)
            continue;
        write->position = at;
        write->call = journal.callOf(at);
        write->function = journal.call(write->call).function;
        write->operation = journal.call(write->call).operation;
        writes.push_back(*write);
    }
    return writes;
}

std::string toText(const Call& call) {
    std::string text(call.function);
    text += '(';
    for (const Argument& argument : call.arguments) {
        if (text.back() != '(')
            text += ", ";
        text += argumentText(argument);
    }
    return text + ')';
}

std::vector<CallLine> callTree(const Journal& journal, Position position) {
    if (position == 0 || journal.end() == 0)
        return {};
    const CallId current = journal.callOf(std::min(position, journal.end()) - 1);
    return CallTree(journal, journal.call(current).operation).lines(position, current);
}

std::vector<CostPoint> costSeries(const Journal& journal) {
    std::vector<CostPoint> series{CostPoint{}};
    CostPoint point;
    for (Position at = 0; at < journal.end(); ++at) {
        point.position = series.back().position;
        if (!account(point, journal.deltas()[at]))
            continue;
        point.position = at + 1;
        series.push_back(point);
    }
    return series;
}

CostPoint costAt(const std::vector<CostPoint>& series, Position position) {
    const auto after =
        std::upper_bound(series.begin(), series.end(), position,
                         [](Position p, const CostPoint& point) { return p < point.position; });
    return after == series.begin() ? CostPoint{} : *std::prev(after);
}

std::string_view name(SpareFate fate) {
    switch (fate) {
    case SpareFate::Deposited:
        return "deposited";
    case SpareFate::Withdrawn:
        return "withdrawn";
    case SpareFate::Linked:
        return "linked by a split";
    case SpareFate::Moved:
        return "deposited again";
    case SpareFate::Freed:
        return "freed";
    case SpareFate::Orphaned:
        return "orphaned: its owner is gone";
    }
    return "deposited";
}

std::vector<SpareTable> depositLedger(const Journal& journal, Position position) {
    LedgerKeeper keeper(journal);
    for (Position at = 0; at < std::min(position, journal.end()); ++at)
        keeper.take(at);
    return keeper.result();
}

} // namespace pfnscope::view
