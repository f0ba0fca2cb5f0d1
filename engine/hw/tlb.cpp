// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/tlb.h"

#include "hw/x86_64.h"

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
    for (Array& array : arrays_) {
        if (array.shape.entries == 0)
            continue;
        array.setMask = static_cast<std::uint16_t>(array.shape.sets() - 1);
        array.setBits = static_cast<std::uint8_t>(std::countr_zero(array.shape.sets()));
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
        for (unsigned slot = 0; slot < mine.shape.entries; ++slot) {
            if ((mine.entries.empty() ? TlbEntry{} : mine.entries[slot]) !=
                (its.entries.empty() ? TlbEntry{} : its.entries[slot]))
                return false;
        }
        for (unsigned set = 0; set < mine.shape.sets(); ++set) {
            if ((mine.cursors.empty() ? 0 : mine.cursors[set]) !=
                (its.cursors.empty() ? 0 : its.cursors[set]))
                return false;
        }
    }
    return true;
}

std::optional<WalkStart> Tlb::lookupStructure(VirtAddr at, Pcid pcid) const {
    for (unsigned depth = 2; depth <= geometry_.levels; ++depth) {
        const Array& array = arrays_[static_cast<unsigned>(structureCache(depth))];
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
    const Array& array = arrays_[static_cast<unsigned>(which)];
    if (array.shape.entries == 0)
        return;
    const unsigned set = static_cast<unsigned>(entry.page.raw() >> shift_[entry.depth]) & array.setMask;
    const unsigned ways = array.shape.ways;
    TlbSlotChange slot{which, 0, 0, static_cast<std::uint16_t>(set * ways), {}, entry};
    if (!array.entries.empty()) {
        const TlbEntry* const first = &array.entries[set * ways];
        unsigned way = array.cursors[set];
        unsigned empty = ways;
        unsigned same = ways;
        for (unsigned i = ways; i-- > 0;) {
            empty = first[i].isEmpty() ? i : empty;
            if (first[i].depth == entry.depth && first[i].page == entry.page &&
                first[i].global == entry.global && (entry.global || first[i].pcid == entry.pcid))
                same = i;
        }
        slot.cursorBefore = slot.cursorAfter = array.cursors[set];
        if (same < ways)
            way = same;
        else if (empty < ways)
            way = empty;
        else
            slot.cursorAfter = static_cast<std::uint8_t>((way + 1) % ways);
        slot.before = first[way];
        slot.slot = static_cast<std::uint16_t>(set * ways + way);
    }
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
        const Array& array = arrays_[static_cast<unsigned>(which)];
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

void Tlb::set(Array& array, unsigned slot, const TlbEntry& entry, std::uint8_t cursor) {
    if (array.entries.empty()) {
        array.entries.resize(array.shape.entries);
        array.fingerprints.resize(array.shape.sets());
        array.cursors.resize(array.shape.sets());
    }
    TlbEntry& old = array.entries[slot];
    const unsigned setIndex = slot / array.shape.ways;
    array.used = static_cast<std::uint16_t>(array.used + !entry.isEmpty() - !old.isEmpty());
    --array.usedAtDepth[old.depth];
    ++array.usedAtDepth[entry.depth];
    old = entry;
    array.cursors[setIndex] = cursor;
    std::uint8_t& fingerprint = array.fingerprints[setIndex][slot % array.shape.ways];
    fingerprint = entry.isEmpty() ? 0 : array.fingerprint(entry.page.raw() >> shift_[entry.depth]);
}

void Tlb::apply(const TlbChange& change) {
    for (const TlbSlotChange& slot : change.slots) {
        Array& array = arrays_[static_cast<unsigned>(slot.array)];
        assert((array.entries.empty() ? TlbEntry{} : array.entries[slot.slot]) == slot.before);
        set(array, slot.slot, slot.after, slot.cursorAfter);
    }
}

void Tlb::revert(const TlbChange& change) {
    for (auto slot = change.slots.rbegin(); slot != change.slots.rend(); ++slot) {
        Array& array = arrays_[static_cast<unsigned>(slot->array)];
        assert(array.entries[slot->slot] == slot->after);
        set(array, slot->slot, slot->before, slot->cursorBefore);
    }
}

} // namespace pfnscope::hw
