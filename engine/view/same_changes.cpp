// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/same_changes.h"

#include <tuple>

namespace pfnscope::view {
namespace {

using namespace machine;

bool same(const EntryWritten& a, const EntryWritten& b) {
    return std::tie(a.frame, a.index, a.before, a.after) == std::tie(b.frame, b.index, b.before, b.after);
}
bool same(const EntriesFilled& a, const EntriesFilled& b) {
    return std::tie(a.frame, a.run, a.before) == std::tie(b.frame, b.run, b.before);
}
bool same(const TableAllocated& a, const TableAllocated& b) {
    return std::tie(a.frame, a.table) == std::tie(b.frame, b.table);
}
bool same(const TableFreed& a, const TableFreed& b) {
    return std::tie(a.frame, a.table) == std::tie(b.frame, b.table);
}
bool same(const TableLinked& a, const TableLinked& b) {
    return std::tie(a.frame, a.before, a.after) == std::tie(b.frame, b.before, b.after);
}
bool same(const TableDeposited& a, const TableDeposited& b) {
    return std::tie(a.owner, a.table, a.before) == std::tie(b.owner, b.table, b.before);
}
bool same(const TableWithdrawn& a, const TableWithdrawn& b) {
    return std::tie(a.owner, a.table, a.before) == std::tie(b.owner, b.table, b.before);
}
bool same(const CounterMoved& a, const CounterMoved& b) {
    return std::tie(a.mm, a.counter, a.amount) == std::tie(b.mm, b.counter, b.amount);
}
template <class Key, class Record>
bool same(const RecordChanged<Key, Record>& a, const RecordChanged<Key, Record>& b) {
    return a.key == b.key && a.change->before == b.change->before && a.change->after == b.change->after;
}

template <class Kind>
constexpr bool kCompared = std::is_same_v<Kind, EntryWritten> || std::is_same_v<Kind, EntriesFilled> ||
                           std::is_same_v<Kind, TableAllocated> || std::is_same_v<Kind, TableFreed> ||
                           std::is_same_v<Kind, TableLinked> || std::is_same_v<Kind, TableDeposited> ||
                           std::is_same_v<Kind, TableWithdrawn> || std::is_same_v<Kind, CounterMoved> ||
                           std::is_same_v<Kind, MmChanged> || std::is_same_v<Kind, ProcessChanged> ||
                           std::is_same_v<Kind, VmaChanged> || std::is_same_v<Kind, VmOpsChanged>;

bool isCompared(const Delta& delta) {
    return std::visit([]<class Kind>(const Kind&) { return kCompared<Kind>; }, delta);
}

bool same(const Delta& a, const Delta& b) {
    return a.index() == b.index() && std::visit(
                                         [&b]<class Kind>(const Kind& kind) {
                                             if constexpr (kCompared<Kind>)
                                                 return same(kind, std::get<Kind>(b));
                                             else
                                                 return true;
                                         },
                                         a);
}

/// The next delta from `at` on that counts, or the end.
Position nextCompared(const Stretch& stretch, Position at) {
    while (at < stretch.end && !isCompared(stretch.journal.deltas()[at]))
        ++at;
    return at;
}

} // namespace

bool changeAlike(const Stretch& one, const Stretch& other) {
    Position a = nextCompared(one, one.first);
    Position b = nextCompared(other, other.first);
    while (a < one.end && b < other.end) {
        if (!same(one.journal.deltas()[a], other.journal.deltas()[b]))
            return false;
        a = nextCompared(one, a + 1);
        b = nextCompared(other, b + 1);
    }
    return a >= one.end && b >= other.end;
}

} // namespace pfnscope::view
