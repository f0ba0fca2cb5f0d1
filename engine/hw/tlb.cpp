// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/tlb.h"

#include "hw/x86_64.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace pfnscope::hw {
namespace {

bool isTranslation(TlbArray array) {
    return array == TlbArray::L1 || array == TlbArray::SecondLevel;
}

TlbArray structureCache(unsigned depth) {
    return static_cast<TlbArray>(static_cast<unsigned>(TlbArray::PdeCache) + depth - 2);
}

} // namespace

Tlb::Tlb(const Geometry& geometry, const TlbSettings& settings) : geometry_(geometry), settings_(settings) {
    assert(settings.isValid());
    arrays_[0].shape = settings.l1;
    arrays_[1].shape = settings.secondLevel;
    arrays_[2].shape = settings.pde;
    for (unsigned i = 3; i < kTlbArrays; ++i)
        arrays_[i].shape = settings.upper;
    unsigned first = 0;
    for (Array& array : arrays_) {
        array.first = first;
        array.setMask = static_cast<std::uint16_t>(std::max(array.shape.sets(), 1U) - 1);
        first += array.shape.entries;
    }
    for (unsigned depth = 1; depth <= geometry.levels; ++depth)
        shift_[depth] = geometry.shift(geometry.levelAt(depth));
}

bool Tlb::operator==(const Tlb& other) const {
    if (geometry_ != other.geometry_ || settings_ != other.settings_)
        return false;
    for (unsigned a = 0; a < kTlbArrays; ++a) {
        const Array& mine = arrays_[a];
        const Array& its = other.arrays_[a];
        // An array that was never filled equals one that is empty again with its cursors at 0.
        for (unsigned slot = 0; slot < mine.shape.entries; ++slot)
            if (entryAt(mine, slot) != other.entryAt(its, slot))
                return false;
        for (unsigned set = 0; set < mine.shape.sets(); ++set)
            if (cursorAt(mine, set) != other.cursorAt(its, set))
                return false;
    }
    return true;
}

const TlbEntry* Tlb::find(const Array& array, VirtAddr at, unsigned depth, Pcid pcid) const {
    const TlbEntry* const first = &entries_[array.first + firstWay(array, at, depth)];
    const std::uint64_t number = at.raw() >> shift_[depth];
    for (unsigned way = 0; way < array.shape.ways; ++way) {
        const TlbEntry& entry = first[way];
        if (entry.page.raw() >> shift_[depth] == number && entry.depth == depth &&
            (entry.pcid == pcid || entry.global))
            return &entry;
    }
    return nullptr;
}

const TlbEntry* Tlb::search(VirtAddr at, Pcid pcid) const {
    for (unsigned depth = smallestDepth_; depth <= 3; ++depth) {
        for (const TlbArray which : {TlbArray::L1, TlbArray::SecondLevel}) {
            if (arrayOf(which).usedAtDepth[depth] == 0)
                continue;
            if (const TlbEntry* found = find(arrayOf(which), at, depth, pcid))
                return found;
        }
    }
    return nullptr;
}

std::optional<WalkStart> Tlb::lookupStructure(VirtAddr at, Pcid pcid) const {
    for (unsigned depth = 2; depth <= geometry_.levels; ++depth) {
        const Array& array = arrayOf(structureCache(depth));
        if (array.used == 0)
            continue;
        if (const TlbEntry* found = find(array, at, depth, pcid))
            return WalkStart{geometry_.levelAt(depth - 1), found->to.frame(), found->rights};
    }
    return std::nullopt;
}

bool Tlb::covers(const TlbEntry& entry, VirtAddr at) const {
    return at.alignedDown(span(entry)) == entry.page;
}

void Tlb::planInsert(TlbChange& change, TlbArray which, const TlbEntry& entry) const {
    const Array& array = arrayOf(which);
    if (array.shape.entries == 0)
        return;
    const unsigned firstSlot = firstWay(array, entry.page, entry.depth);
    const unsigned ways = array.shape.ways;
    const std::uint8_t cursor = cursorAt(array, firstSlot / ways);
    unsigned empty = ways;
    unsigned same = ways;
    for (unsigned i = ways; i-- > 0;) {
        const TlbEntry old = entryAt(array, firstSlot + i);
        empty = old.isEmpty() ? i : empty;
        if (old.depth == entry.depth && old.page == entry.page && old.global == entry.global &&
            (entry.global || old.pcid == entry.pcid))
            same = i;
    }
    const bool evicts = same == ways && empty == ways;
    const unsigned way = same < ways ? same : empty < ways ? empty : cursor;
    const auto after = static_cast<std::uint8_t>(evicts ? (cursor + 1U) % ways : cursor);
    const TlbSlotChange slot{
        which, cursor, after, static_cast<std::uint16_t>(firstSlot + way), entryAt(array, firstSlot + way),
        entry};
    if (slot.before != slot.after)
        change.slots.push_back(slot);
}

TlbChange Tlb::planFill(Pcid pcid, const WalkRecord& record) const {
    TlbChange change;
    if (!record.ok())
        return change;
    change.slots.reserve(kTlbArrays);
    const Translation& to = record.translation;
    for (const WalkLevel& level : record.levels()) {
        const unsigned depth = geometry_.depth(level.level);
        const VirtAddr page = record.access.at.alignedDown(geometry_.entrySpan(level.level));
        TlbEntry entry{page, x86_64::addressIn(level.entry, depth, geometry_), pcid,
                       static_cast<std::uint8_t>(depth)};
        entry.rights = level.rights;
        if (level.level != to.leaf) {
            planInsert(change, structureCache(depth), entry);
            continue;
        }
        entry.global = to.global;
        entry.dirty = to.dirty;
        entry.memoryType = to.memoryType;
        entry.patIndex = to.patIndex;
        entry.key = to.key;
        planInsert(change, TlbArray::L1, entry);
        planInsert(change, TlbArray::SecondLevel, entry);
    }
    return change;
}

/// All entries for which drop(TlbArray, entry) holds.
template <class Drop> TlbChange Tlb::planDrop(Drop drop) const {
    TlbChange change;
    forEachEntry([&](TlbArray which, std::uint16_t slot, const TlbEntry& entry) {
        if (!drop(which, entry))
            return;
        const Array& array = arrayOf(which);
        const std::uint8_t cursor = array.cursors[slot / array.shape.ways];
        change.slots.push_back({which, cursor, cursor, slot, entry, TlbEntry{}});
    });
    return change;
}

TlbChange Tlb::planPageFault(VirtAddr at, Pcid pcid) const {
    return planDrop([&](TlbArray, const TlbEntry& entry) {
        return covers(entry, at) && (entry.global || entry.pcid == pcid);
    });
}

TlbChange Tlb::planInvlpg(VirtAddr at, Pcid current) const {
    return planDrop([&](TlbArray which, const TlbEntry& entry) {
        if (!isTranslation(which))
            return entry.pcid == current; // whatever address it is for
        return covers(entry, at) && (entry.global || entry.pcid == current);
    });
}

TlbChange Tlb::planInvpcid(InvpcidType type, Pcid pcid, VirtAddr at) const {
    return planDrop([&](TlbArray, const TlbEntry& entry) {
        switch (type) {
        case InvpcidType::IndividualAddress:
            return !entry.global && entry.pcid == pcid && covers(entry, at);
        case InvpcidType::SingleContext:
            return !entry.global && entry.pcid == pcid;
        case InvpcidType::AllContextGlobal:
            return true;
        case InvpcidType::AllContext:
            return !entry.global;
        }
        return true;
    });
}

TlbChange Tlb::planMovToCr3(const Registers& before, std::uint64_t source) const {
    if (before.pcide() && (source & Registers::kCr3NoInvalidate) != 0)
        return {};
    const Pcid pcid = before.pcide() ? Pcid(source & 0xfff) : Pcid{0};
    return planInvpcid(InvpcidType::SingleContext, pcid, {});
}

TlbChange Tlb::planMovToCr4(const Registers& before, std::uint64_t source) const {
    const std::uint64_t changed = before.cr4 ^ source;
    const std::uint64_t cleared = changed & before.cr4;
    if ((changed & Registers::kCr4Pge) != 0 || (cleared & Registers::kCr4Pcide) != 0)
        return planFlushAll();
    if ((changed & Registers::kCr4Pae) != 0 || (changed & source & Registers::kCr4Smep) != 0)
        return planDrop(
            [&](TlbArray, const TlbEntry& entry) { return entry.global || entry.pcid == before.pcid(); });
    return {};
}

TlbChange Tlb::planFlushAll() const {
    return planDrop([](TlbArray, const TlbEntry&) { return true; });
}

void Tlb::takeMemory() {
    unsigned entries = 0;
    for (Array& array : arrays_) {
        entries += array.shape.entries;
        array.cursors.resize(array.shape.sets());
    }
    entries_.resize(entries + 1);
    const unsigned translations = settings_.l1.entries + settings_.secondLevel.entries;
    index_.resize(std::bit_ceil(2 * translations + 1), static_cast<std::uint16_t>(entries));
}

/// Where a page has a global translation and one of its own PCID as well, search() has to choose: then the
/// index says nothing. It may lead to a slot that holds something else by now: lookup() compares.
void Tlb::noteInIndex(const TlbEntry& entry, unsigned place) {
    bool alone = true;
    for (const TlbArray which : {TlbArray::L1, TlbArray::SecondLevel}) {
        const Array& array = arrayOf(which);
        const unsigned first = firstWay(array, entry.page, entry.depth);
        for (unsigned i = 0; array.used > 0 && i < array.shape.ways; ++i) {
            const TlbEntry& other = entries_[array.first + first + i];
            alone = alone &&
                    (other.depth != entry.depth || other.page != entry.page || other.global == entry.global);
        }
    }
    index_[entry.page.raw() >> shift_[entry.depth] & (index_.size() - 1)] =
        static_cast<std::uint16_t>(alone ? place : entries_.size() - 1);
}

void Tlb::set(Array& array, unsigned slot, const TlbEntry& entry, std::uint8_t cursor) {
    if (entries_.empty())
        takeMemory();
    TlbEntry& old = entries_[array.first + slot];
    array.used = static_cast<std::uint16_t>(array.used + !entry.isEmpty() - !old.isEmpty());
    --array.usedAtDepth[old.depth];
    ++array.usedAtDepth[entry.depth];
    old = entry;
    array.cursors[slot / array.shape.ways] = cursor;
    smallestDepth_ = 1;
    while (smallestDepth_ < 3 && !holdsTranslationsAt(smallestDepth_))
        ++smallestDepth_;
    const bool translates = &array == &arrayOf(TlbArray::L1) || &array == &arrayOf(TlbArray::SecondLevel);
    if (translates && !entry.isEmpty())
        noteInIndex(entry, array.first + slot);
}

void Tlb::apply(const TlbChange& change) {
    for (const TlbSlotChange& slot : change.slots) {
        assert(entryAt(arrayOf(slot.array), slot.slot) == slot.before);
        set(arrayOf(slot.array), slot.slot, slot.after, slot.cursorAfter);
    }
}

void Tlb::revert(const TlbChange& change) {
    for (auto slot = change.slots.rbegin(); slot != change.slots.rend(); ++slot) {
        assert(entryAt(arrayOf(slot->array), slot->slot) == slot->after);
        set(arrayOf(slot->array), slot->slot, slot->before, slot->cursorBefore);
    }
}

} // namespace pfnscope::hw
