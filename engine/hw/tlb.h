// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hw/walk.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
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
    /// Of PML5Es, PML4Es, PDPTEs and PDEs; no entries: no paging-structure caches.
    TlbShape upper{4, 4};
    TlbShape pde{32, 4};
    constexpr bool operator==(const TlbSettings&) const = default;
    constexpr bool isValid() const {
        return l1.isValid() && secondLevel.isValid() && upper.isValid() && pde.isValid();
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

    /// The translation of `at` that an access with this PCID may use; null: a miss. Valid until the next
    /// change.
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
            const auto& entries = arrays_[a].entries;
            for (unsigned slot = 0; arrays_[a].used > 0 && slot < entries.size(); ++slot) {
                if (!entries[slot].isEmpty())
                    visit(static_cast<TlbArray>(a), static_cast<std::uint16_t>(slot), entries[slot]);
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
    /// One byte a way, from the address; 0 for an empty way. Finds the way without looking at the entries.
    using Fingerprints = std::array<std::uint8_t, 16>;
    struct Array {
        TlbShape shape;
        std::uint16_t used = 0; ///< entries that are not empty
        std::uint16_t setMask = 0;
        std::uint8_t setBits = 0;
        std::array<std::uint16_t, kMaxLevels + 1> usedAtDepth{}; ///< of these, by TlbEntry::depth
        std::vector<TlbEntry> entries;
        std::vector<Fingerprints> fingerprints; ///< one a set
        std::vector<std::uint8_t> cursors;      ///< one a set

        /// Never 0.
        std::uint8_t fingerprint(std::uint64_t pageNumber) const {
            return static_cast<std::uint8_t>(pageNumber >> setBits | 0x80);
        }
    };

    const TlbEntry* find(const Array& array, VirtAddr at, unsigned depth, Pcid pcid) const;
    void planInsert(TlbChange& change, TlbArray array, const TlbEntry& entry) const;
    template <class Drop> TlbChange planDrop(Drop drop) const;
    bool covers(const TlbEntry& entry, VirtAddr at) const;
    void set(Array& array, unsigned slot, const TlbEntry& entry, std::uint8_t cursor);

    Geometry geometry_;
    TlbSettings settings_;
    std::array<unsigned, kMaxLevels + 1> shift_{}; ///< by depth
    std::array<Array, kTlbArrays> arrays_;
};

namespace detail {
/// Bit w of the result: byte w of `bytes` is `wanted`; above such a byte also where it is not, which the
/// caller finds out.
inline unsigned bytesThatAre(std::uint8_t wanted, std::uint64_t bytes) {
    constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
    const std::uint64_t different = bytes ^ (kOnes * wanted);
    const std::uint64_t equal = (different - kOnes) & ~different & (kOnes << 7);
    return static_cast<unsigned>((equal >> 7) * 0x0102040810204080ULL >> 56);
}
} // namespace detail

inline const TlbEntry* Tlb::find(const Array& array, VirtAddr at, unsigned depth, Pcid pcid) const {
    const std::uint64_t number = at.raw() >> shift_[depth];
    const std::size_t set = number & array.setMask;
    const std::uint8_t wanted = array.fingerprint(number);
    std::array<std::uint64_t, 2> bytes;
    std::memcpy(bytes.data(), array.fingerprints[set].data(), sizeof bytes);
    unsigned hits = detail::bytesThatAre(wanted, bytes[0]);
    if (array.shape.ways > 8)
        hits |= detail::bytesThatAre(wanted, bytes[1]) << 8;
    const TlbEntry* const first = array.entries.data() + set * array.shape.ways;
    for (; hits != 0; hits &= hits - 1) {
        const TlbEntry& entry = first[std::countr_zero(hits)];
        if (entry.depth == depth && entry.page.raw() >> shift_[depth] == number &&
            (entry.pcid == pcid || entry.global))
            return &entry;
    }
    return nullptr;
}

inline const TlbEntry* Tlb::lookup(VirtAddr at, Pcid pcid) const {
    for (unsigned depth = 1; depth <= 3; ++depth) {
        for (unsigned a = 0; a < 2; ++a) {
            if (arrays_[a].usedAtDepth[depth] == 0)
                continue;
            if (const TlbEntry* found = find(arrays_[a], at, depth, pcid))
                return found;
        }
    }
    return nullptr;
}

inline PhysAddr Tlb::translated(const TlbEntry& entry, VirtAddr at) const {
    const Word offset = (Word{1} << shift_[entry.depth]) - 1;
    return PhysAddr(entry.to.raw() | (at.raw() & offset));
}

} // namespace pfnscope::hw
