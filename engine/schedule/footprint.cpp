// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule/footprint.h"

#include <algorithm>

namespace pfnscope::schedule {
namespace {

/// All deposits of one PMD table, or of one mm, which no frame is numbered like.
std::uint64_t numberOf(const machine::DepositOwner& owner) {
    return owner.pmdTable ? owner.pmdTable->raw() : ~std::uint64_t{owner.mm.raw()};
}

struct Add {
    Footprint& into;

    void operator()(const machine::EntryWritten& d) const { into.wroteWords(d.frame, d.index, 1); }
    void operator()(const machine::EntriesFilled& d) const {
        into.wroteWords(d.frame, d.run.first, d.run.count);
    }
    void operator()(const machine::FrameAllocated& d) const { frames(d.block.head, d.block.order); }
    void operator()(const machine::FrameFreed& d) const { frames(d.head, d.order); }
    void operator()(const machine::TableAllocated& d) const { table(d.frame); }
    void operator()(const machine::TableFreed& d) const { table(d.frame); }
    void operator()(const machine::TableLinked& d) const { into.changes(ThingKind::Deposits, d.frame.raw()); }
    void operator()(const machine::TableDeposited& d) const {
        into.changes(ThingKind::Deposits, numberOf(d.owner));
    }
    void operator()(const machine::TableWithdrawn& d) const {
        into.changes(ThingKind::Deposits, numberOf(d.owner));
    }
    void operator()(const machine::CounterMoved& d) const { into.uses(ThingKind::Counters, d.mm.raw()); }
    void operator()(const machine::LockTaken& d) const { into.lock(d.lock, d.holder.mode); }
    void operator()(const machine::LockReleased& d) const { into.lock(d.lock, d.holder.mode); }
    void operator()(const machine::TlbChanged& d) const { into.changes(ThingKind::Tlb, d.cpu.raw()); }
    void operator()(const machine::Happening&) const {}
    template <class Record> void operator()(const Record&) const { into.changesRecords(); }

private:
    void frames(Pfn head, std::uint8_t order) const {
        into.changes(ThingKind::Frames, 0);
        if (order == 0) // what a huge page held is no table
            into.wroteWords(head, 0, kWordsPerFrame);
    }
    void table(Pfn frame) const {
        into.wroteWords(frame, 0, kWordsPerFrame);
        into.changes(ThingKind::Deposits, frame.raw());
    }
};

} // namespace

void Footprint::lock(const machine::LockId& lock, machine::LockMode mode) {
    things_.push_back({ThingKind::Lock, numberOf(lock), mode == machine::LockMode::Write});
}

void Footprint::add(const machine::Delta& delta) {
    std::visit(Add{*this}, delta);
}

std::uint64_t Footprint::numberOf(const machine::LockId& lock) {
    return static_cast<std::uint64_t>(lock.kind) << 56 | lock.object;
}

bool Footprint::conflict(const Words& one, const Words& other) {
    return (one.written || other.written) && one.frame == other.frame && one.first < other.end &&
           other.first < one.end;
}

bool Footprint::writesWords() const {
    return std::any_of(words_.begin(), words_.end(), [](const Words& each) { return each.written; });
}

bool conflict(const Footprint& one, const Footprint& other) {
    if (one.records_ || other.records_)
        return true;
    if ((one.allWords_ && other.writesWords()) || (other.allWords_ && one.writesWords()))
        return true;
    for (const Footprint::Words& mine : one.words_)
        for (const Footprint::Words& theirs : other.words_)
            if (Footprint::conflict(mine, theirs))
                return true;
    for (const Footprint::Thing& mine : one.things_)
        for (const Footprint::Thing& theirs : other.things_)
            if ((mine.changed || theirs.changed) && mine.kind == theirs.kind && mine.which == theirs.which)
                return true;
    return false;
}

} // namespace pfnscope::schedule
