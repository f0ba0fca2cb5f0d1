// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/delta.h"

#include <algorithm>
#include <cassert>

namespace pfnscope::machine {
namespace {

void writeRun(hw::PhysicalMemory::Frame frame, const WordRun& run) {
    Word value = run.value;
    for (unsigned i = run.first; i < run.first + static_cast<unsigned>(run.count); ++i, value += run.step)
        frame[i] = value;
}

void replaceDeposits(State& state, const DepositOwner& owner, DepositRing ring) {
    if (ring.empty())
        state.deposits.erase(owner);
    else
        state.deposits[owner] = std::move(ring);
}

void addHolder(State& state, const LockId& lock, const LockHolder& holder, std::size_t place) {
    auto& holders = state.locks[lock];
    assert(place <= holders.size());
    holders.insert(holders.begin() + static_cast<std::ptrdiff_t>(place), holder);
}

void removeHolder(State& state, const LockId& lock, std::size_t place) {
    auto& holders = state.locks.at(lock);
    assert(place < holders.size());
    holders.erase(holders.begin() + static_cast<std::ptrdiff_t>(place));
    if (holders.empty())
        state.locks.erase(lock);
}

template <class Key, class Record>
void put(std::map<Key, Record>& table, Key key, const std::optional<Record>& record) {
    if (record)
        table.insert_or_assign(key, *record);
    else
        table.erase(key);
}

auto& tableOf(State& state, const MmChanged*) {
    return state.mms;
}
auto& tableOf(State& state, const ProcessChanged*) {
    return state.processes;
}
auto& tableOf(State& state, const VmaChanged*) {
    return state.vmas;
}
auto& tableOf(State& state, const VmOpsChanged*) {
    return state.vmOps;
}
auto& tableOf(State& state, const MappingChanged*) {
    return state.mappings;
}
auto& tableOf(State& state, const FolioChanged*) {
    return state.folios;
}

template <class Key, class Record>
void change(State& state, const RecordChanged<Key, Record>& delta, const std::optional<Record>& from,
            const std::optional<Record>& to) {
    if constexpr (std::is_same_v<Record, Vma>) {
        // Two VMAs may start at one address for a moment while one is being replaced: erase only the own
        // entry.
        if (from) {
            const auto own = state.vmaByStart.find({from->mm, from->range.start});
            if (own != state.vmaByStart.end() && own->second == delta.key)
                state.vmaByStart.erase(own);
        }
        if (to)
            state.vmaByStart.insert_or_assign({to->mm, to->range.start}, delta.key);
    }
    if constexpr (std::is_same_v<Record, Folio>) {
        if (from && (!to || to->head != from->head))
            state.folioByHead.erase(from->head);
        if (to)
            state.folioByHead.insert_or_assign(to->head, delta.key);
    }
    put(tableOf(state, &delta), delta.key, to);
}

struct Apply {
    State& state;
    void operator()(const EntryWritten& d) const { state.memory.writable(d.frame)[d.index] = d.after; }
    void operator()(const EntriesFilled& d) const { writeRun(state.memory.writable(d.frame), d.run); }
    void operator()(const FrameAllocated& d) const { state.frames.take(d.block); }
    void operator()(const FrameFreed& d) const { state.frames.give(d.head, d.order); }
    void operator()(const TableAllocated& d) const { state.tables.insert_or_assign(d.frame, d.table); }
    void operator()(const TableFreed& d) const { state.tables.erase(d.frame); }
    void operator()(const TableLinked& d) const { state.tables.at(d.frame) = d.after; }
    void operator()(const TableDeposited& d) const {
        depositInto(state.deposits[d.owner], d.table);
        PageTable& table = state.tables.at(d.table);
        table = d.before;
        table.state = TableState::Deposited;
        table.parent = d.owner.pmdTable.value_or(Pfn(0));
        table.base = d.forAddress;
        table.index = 0;
    }
    void operator()(const TableWithdrawn& d) const {
        DepositRing ring = state.depositsOf(d.owner);
        [[maybe_unused]] const Pfn head = withdrawFrom(ring);
        assert(head == d.table);
        replaceDeposits(state, d.owner, std::move(ring));
        state.tables.at(d.table).state = TableState::Detached;
    }
    void operator()(const CounterMoved& d) const {
        state.mms.at(d.mm).counters[static_cast<std::size_t>(d.counter)] += d.amount;
    }
    void operator()(const LockTaken& d) const {
        const auto found = state.locks.find(d.lock);
        addHolder(state, d.lock, d.holder, found == state.locks.end() ? 0 : found->second.size());
    }
    void operator()(const LockReleased& d) const { removeHolder(state, d.lock, d.place); }
    template <class Key, class Record> void operator()(const RecordChanged<Key, Record>& d) const {
        change(state, d, d.change->before, d.change->after);
    }
    void operator()(const GlobalsChanged& d) const { state.globals = d.beforeAfter->second; }
    void operator()(const RegistersChanged& d) const {
        state.cpus[d.cpu.raw()].registers = d.beforeAfter->second;
    }
    void operator()(const TlbChanged& d) const { state.cpus[d.cpu.raw()].tlb.apply(d.change); }
    void operator()(const Happening&) const {}
};

struct Revert {
    State& state;
    void operator()(const EntryWritten& d) const { state.memory.writable(d.frame)[d.index] = d.before; }
    void operator()(const EntriesFilled& d) const {
        const auto frame = state.memory.writable(d.frame);
        if (d.before.empty())
            writeRun(frame, {d.run.first, d.run.count, 0, 0});
        for (const WordRun& run : d.before)
            writeRun(frame, run);
    }
    void operator()(const FrameAllocated& d) const { state.frames.untake(d.block); }
    void operator()(const FrameFreed& d) const { state.frames.ungive(d.head, d.order); }
    void operator()(const TableAllocated& d) const { state.tables.erase(d.frame); }
    void operator()(const TableFreed& d) const { state.tables.insert_or_assign(d.frame, d.table); }
    void operator()(const TableLinked& d) const { state.tables.at(d.frame) = d.before; }
    void operator()(const TableDeposited& d) const {
        DepositRing ring = state.depositsOf(d.owner);
        withdrawFrom(ring);
        // depositInto() moved the old head to the end; withdrawing alone would leave it there.
        if (!ring.empty())
            std::rotate(ring.begin(), ring.end() - 1, ring.end());
        replaceDeposits(state, d.owner, std::move(ring));
        state.tables.at(d.table) = d.before;
    }
    void operator()(const TableWithdrawn& d) const {
        auto& ring = state.deposits[d.owner];
        ring.insert(ring.begin(), d.table);
        state.tables.at(d.table) = d.before;
    }
    void operator()(const CounterMoved& d) const {
        state.mms.at(d.mm).counters[static_cast<std::size_t>(d.counter)] -= d.amount;
    }
    void operator()(const LockTaken& d) const {
        removeHolder(state, d.lock, state.locks.at(d.lock).size() - 1);
    }
    void operator()(const LockReleased& d) const { addHolder(state, d.lock, d.holder, d.place); }
    template <class Key, class Record> void operator()(const RecordChanged<Key, Record>& d) const {
        change(state, d, d.change->after, d.change->before);
    }
    void operator()(const GlobalsChanged& d) const { state.globals = d.beforeAfter->first; }
    void operator()(const RegistersChanged& d) const {
        state.cpus[d.cpu.raw()].registers = d.beforeAfter->first;
    }
    void operator()(const TlbChanged& d) const { state.cpus[d.cpu.raw()].tlb.revert(d.change); }
    void operator()(const Happening&) const {}
};

} // namespace

void applyDelta(State& state, const Delta& delta) {
    std::visit(Apply{state}, delta);
}
void revertDelta(State& state, const Delta& delta) {
    std::visit(Revert{state}, delta);
}

std::vector<WordRun> runsOf(hw::PhysicalMemory::ConstFrame frame, unsigned first, unsigned count) {
    std::vector<WordRun> runs;
    const unsigned end = first + count;
    for (unsigned i = first; i < end;) {
        WordRun run{static_cast<std::uint16_t>(i), 1, frame[i], 0};
        if (i + 1 < end)
            run.step = frame[i + 1] - frame[i];
        while (i + run.count < end && frame[i + run.count] == run.value + run.step * run.count)
            ++run.count;
        if (run.count == 1)
            run.step = 0;
        runs.push_back(run);
        i += run.count;
    }
    if (runs.size() == 1 && runs.front().value == 0 && runs.front().step == 0)
        runs.clear();
    return runs;
}

} // namespace pfnscope::machine
