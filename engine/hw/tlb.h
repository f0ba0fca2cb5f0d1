// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hw/walk.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

/// What a CPU remembers of translations: the TLB and the paging-structure caches (SDM 4.10), as a value that
/// changes only by reversible changes. Every plan...() says what an instruction or a fill would change;
/// apply() and revert() do it.
///
/// Replacement is round robin within a set: a fill takes an entry with the same tag, else the lowest empty
/// way, else the way at the set's cursor, which then moves on. Hits change nothing. A fill goes to the L1 and
/// to the second-level TLB; a hit in the second level is not copied up. Pages of all sizes share the sets.
/// The manual leaves all of this open.
namespace pfnscope::hw {

struct TlbShape {
    std::uint16_t entries = 0; ///< 0: there is none
    std::uint16_t ways = 1;    ///< at most 16; entries / ways is a power of two
    constexpr bool operator==(const TlbShape&) const = default;
    constexpr unsigned sets() const { return entries / ways; }
    constexpr bool isValid() const {
        return ways >= 1 && ways <= 16 && entries % ways == 0 && (sets() & (sets() - 1)) == 0;
    }
};

struct TlbSettings {
    TlbShape l1{64, 4};
    TlbShape secondLevel{1536, 12};
    /// Of PML5Es, PML4Es, PDPTEs and PDEs; no entries: no paging-structure caches. All arrays together hold
    /// fewer than 65,535 entries.
    TlbShape upper{4, 4};
    TlbShape pde{32, 4};
    constexpr bool operator==(const TlbSettings&) const = default;
    constexpr bool isValid() const {
        return l1.isValid() && secondLevel.isValid() && upper.isValid() && pde.isValid() &&
               l1.entries + secondLevel.entries + pde.entries + 3 * upper.entries < 0xffff;
    }
};

/// The caches of one CPU. The three `upper` ones are all of TlbSettings::upper's shape.
enum class TlbArray : std::uint8_t { L1, SecondLevel, PdeCache, PdpteCache, Pml4eCache, Pml5eCache };
inline constexpr unsigned kTlbArrays = 6;

/// A cached translation, or in a paging-structure cache an entry that references a table (`to`: that table).
struct TlbEntry {
    VirtAddr page; ///< first address of what the entry covers
    PhysAddr to;
    Pcid pcid{};
    std::uint8_t depth = 0; ///< of the entry cached: 1 for a PTE, 2 for a PDE, ...; 0: the slot is empty
    bool global = false;
    Rights rights;
    bool dirty = false;
    MemoryType memoryType = MemoryType::WB;
    std::uint8_t patIndex = 0;
    std::uint8_t key = 0;
    constexpr bool operator==(const TlbEntry&) const = default;
    constexpr bool isEmpty() const { return depth == 0; }
};

/// One slot's way from `before` to `after`, with the cursor of its set.
struct TlbSlotChange {
    TlbArray array = TlbArray::L1;
    std::uint8_t cursorBefore = 0;
    std::uint8_t cursorAfter = 0;
    std::uint16_t slot = 0;
    TlbEntry before;
    TlbEntry after;
    constexpr bool operator==(const TlbSlotChange&) const = default;
};

/// Empty: nothing changes.
struct TlbChange {
    std::vector<TlbSlotChange> slots;
    bool operator==(const TlbChange&) const = default;
    bool empty() const { return slots.empty(); }
};

/// The four types of INVPCID.
enum class InvpcidType : std::uint8_t {
    IndividualAddress = 0,
    SingleContext = 1,
    AllContextGlobal = 2, ///< all contexts, global translations too
    AllContext = 3,       ///< all contexts, global translations stay
};

class Tlb {
public:
    /// `settings` must be valid. Memory is taken with the first fill.
    explicit Tlb(const Geometry& geometry = kFourLevels, const TlbSettings& settings = {});

    const TlbSettings& settings() const { return settings_; }
    bool operator==(const Tlb& other) const;

    /// The translation of `at` that an access with this PCID may use; null: a miss. Of several, the one of
    /// the smallest page, and of these the one in the L1. Valid until the next change. Takes no memory.
    const TlbEntry* lookup(VirtAddr at, Pcid pcid) const;
    /// The deepest table a walk for `at` may begin at; empty: begin at CR3.
    std::optional<WalkStart> lookupStructure(VirtAddr at, Pcid pcid) const;
    /// The physical address `entry` gives `at`, which it must cover.
    PhysAddr translated(const TlbEntry& entry, VirtAddr at) const;
    Bytes span(const TlbEntry& entry) const { return geometry_.entrySpan(geometry_.levelAt(entry.depth)); }

    /// What a completed walk leaves behind; a walk that faulted leaves nothing.
    TlbChange planFill(Pcid pcid, const WalkRecord& record) const;
    /// What a page fault drops (SDM 4.10.4.1, last paragraphs): the page's translations, and the
    /// paging-structure entries used for the address.
    TlbChange planPageFault(VirtAddr at, Pcid pcid) const;
    TlbChange planInvlpg(VirtAddr at, Pcid current) const;
    /// `at` counts for IndividualAddress only, `pcid` for that and SingleContext.
    TlbChange planInvpcid(InvpcidType type, Pcid pcid, VirtAddr at) const;
    /// `source` is what is written to CR3, bit 63 included; `before` holds the registers it is written over.
    TlbChange planMovToCr3(const Registers& before, std::uint64_t source) const;
    TlbChange planMovToCr4(const Registers& before, std::uint64_t source) const;
    TlbChange planFlushAll() const;

    void apply(const TlbChange& change);
    void revert(const TlbChange& change);

    /// Every entry that is not empty, in a fixed order: visit(TlbArray, slot, const TlbEntry&).
    template <class Visit> void forEachEntry(Visit visit) const {
        for (unsigned a = 0; a < kTlbArrays; ++a) {
            const Array& array = arrays_[a];
            for (unsigned slot = 0; array.used > 0 && slot < array.shape.entries; ++slot) {
                const TlbEntry& entry = entries_[array.first + slot];
                if (!entry.isEmpty())
                    visit(static_cast<TlbArray>(a), static_cast<std::uint16_t>(slot), entry);
            }
        }
    }
    /// Every cursor that is not at 0: visit(TlbArray, set, cursor). With the entries, all that tells two TLBs
    /// apart.
    template <class Visit> void forEachCursor(Visit visit) const {
        for (unsigned a = 0; a < kTlbArrays; ++a) {
            for (unsigned set = 0; set < arrays_[a].cursors.size(); ++set) {
                if (arrays_[a].cursors[set] != 0)
                    visit(static_cast<TlbArray>(a), set, arrays_[a].cursors[set]);
            }
        }
    }

private:
    struct Array {
        TlbShape shape;
        std::uint32_t first = 0; ///< its slot 0 in entries_
        std::uint16_t used = 0;  ///< entries that are not empty
        std::uint16_t setMask = 0;
        std::array<std::uint16_t, kMaxLevels + 1> usedAtDepth{}; ///< of these, by TlbEntry::depth
        std::vector<std::uint8_t> cursors;                       ///< one a set
    };

    Array& arrayOf(TlbArray which) { return arrays_[static_cast<unsigned>(which)]; }
    const Array& arrayOf(TlbArray which) const { return arrays_[static_cast<unsigned>(which)]; }
    /// Way 0 of the set that `at` belongs to.
    unsigned firstWay(const Array& array, VirtAddr at, unsigned depth) const {
        return (static_cast<unsigned>(at.raw() >> shift_[depth]) & array.setMask) * array.shape.ways;
    }
    TlbEntry entryAt(const Array& array, unsigned slot) const {
        return entries_.empty() ? TlbEntry{} : entries_[array.first + slot];
    }
    std::uint8_t cursorAt(const Array& array, unsigned set) const {
        return array.cursors.empty() ? std::uint8_t{0} : array.cursors[set];
    }

    const TlbEntry* find(const Array& array, VirtAddr at, unsigned depth, Pcid pcid) const;
    void planInsert(TlbChange& change, TlbArray array, const TlbEntry& entry) const;
    template <class Drop> TlbChange planDrop(Drop drop) const;
    bool covers(const TlbEntry& entry, VirtAddr at) const;
    bool holdsTranslationsAt(unsigned depth) const {
        return arrays_[0].usedAtDepth[depth] + arrays_[1].usedAtDepth[depth] != 0;
    }
    void takeMemory();
    void set(Array& array, unsigned slot, const TlbEntry& entry, std::uint8_t cursor);
    void noteInIndex(const TlbEntry& entry, unsigned place);
    const TlbEntry* search(VirtAddr at, Pcid pcid) const;

    Geometry geometry_;
    TlbSettings settings_;
    std::array<unsigned, kMaxLevels + 1> shift_{}; ///< by depth
    std::array<Array, kTlbArrays> arrays_;
    std::vector<TlbEntry> entries_; ///< of all arrays, one after the other; then one that stays empty
    /// Where the translation of a page was last put, by the low bits of its number. It models nothing and is
    /// no part of the value: it only spares lookup() the search for what search() would find, among the pages
    /// of the smallest size there is.
    std::vector<std::uint16_t> index_;
    unsigned smallestDepth_ = 1;
};

inline const TlbEntry* Tlb::lookup(VirtAddr at, Pcid pcid) const {
    if (index_.empty())
        return nullptr;
    const unsigned shift = shift_[smallestDepth_];
    const std::uint64_t number = at.raw() >> shift;
    const TlbEntry& entry = entries_[index_[number & (index_.size() - 1)]];
    if (entry.page.raw() >> shift == number && entry.depth == smallestDepth_ &&
        (entry.pcid == pcid || entry.global)) [[likely]]
        return &entry;
    return search(at, pcid);
}

inline PhysAddr Tlb::translated(const TlbEntry& entry, VirtAddr at) const {
    const Word offset = (Word{1} << shift_[entry.depth]) - 1;
    return PhysAddr(entry.to.raw() | (at.raw() & offset));
}

} // namespace pfnscope::hw
