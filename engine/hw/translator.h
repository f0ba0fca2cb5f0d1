// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hw/walk.h"
#include "hw/x86_64.h"

#include <array>

namespace pfnscope::hw {

/// What Translator says of an access. `fault` holds for everything but Allowed, the rest for Allowed.
struct Translated {
    Reason reason = Reason::Allowed;
    std::uint8_t depth = 0; ///< of the leaf: 1 for a PTE
    PhysAddr at;            ///< of the access's first byte
    Word leaf = 0;          ///< the leaf's entry, with the flags that the access sets
    Fault fault;
    InlineList<EntryUpdate, kMaxLevels> updateList;
    bool ok() const { return reason == Reason::Allowed; }
    std::span<const EntryUpdate> updates() const { return updateList.span(); }
};

/// The walk without the record, for many accesses under the same registers. What registers and features ask
/// of the entries that an access meets is worked out once, into a mask and a value a level, so that an access
/// that goes through is a load, an AND and a comparison a level, and the leaf's A and D flags. Whatever does
/// not look that way (a fault, the first use of a table, rights that only levels together give, protection
/// keys, tables above the window of PhysicalMemory, another geometry than the manual's) is left to walk();
/// both always agree. It takes no memory.
class Translator {
public:
    /// `memory` must outlive the translator.
    Translator(const PhysicalMemory& memory, const Registers& registers, const CpuFeatures& features,
               const Geometry& geometry);

    Translated translate(const Access& access) const {
        Translated result;
        if (!goesThrough(result, access)) [[unlikely]]
            walkFor(result, access);
        return result;
    }

private:
    /// What surely lets one kind of access through: (entry & mask) == value, for entries that reference a
    /// table, and by depth for leaves.
    struct Expected {
        Word tableMask = 0;
        Word tableValue = x86_64::kP; ///< with no mask: nothing goes through
        std::array<Word, 4> leafMask{};
        std::array<Word, 4> leafValue{0, x86_64::kP, x86_64::kP, x86_64::kP};
        Word flags = x86_64::kA; ///< set in the leaf
    };

    Expected expectedFor(const Access& kind) const;

    bool goesThrough(Translated& result, const Access& access) const {
        const Word* const window = memory_.window();
        const Expected& expected =
            expected_[static_cast<unsigned>(access.type)][static_cast<unsigned>(access.privilege)];
        if (window == nullptr)
            return false;
        if (levels_ == 4 && kFourLevels.isCanonical(access.at)) [[likely]]
            return step<4>(result, expected, window, access.at.raw(), top_);
        if (levels_ == 5 && kFiveLevels.isCanonical(access.at))
            return step<5>(result, expected, window, access.at.raw(), top_);
        return false;
    }

    template <unsigned Depth>
    static bool step(Translated& result, const Expected& expected, const Word* window, Word at, Word table) {
        constexpr unsigned kShift = kFiveLevels.pageShift + kFiveLevels.bitsPerLevel * (Depth - 1);
        const Word entryAt = table | (at >> kShift & (kWordsPerFrame - 1)) * sizeof(Word);
        const Word entry = window[entryAt / sizeof(Word)];
        if constexpr (Depth > 1) {
            if ((entry & expected.tableMask) == expected.tableValue)
                return step<Depth - 1>(result, expected, window, at, entry & kTableInWindow);
        }
        if constexpr (Depth <= 3) {
            if ((entry & expected.leafMask[Depth]) != expected.leafValue[Depth])
                return false;
            constexpr Word kOffset = (Word{1} << kShift) - 1;
            result.depth = Depth;
            result.at = PhysAddr((entry & x86_64::kAddress & ~kOffset) | (at & kOffset));
            result.leaf = entry | expected.flags;
            if (result.leaf != entry)
                result.updateList.push_back(
                    {PhysAddr(entryAt), entry, result.leaf, static_cast<Level>(Depth)});
            return true;
        }
        return false;
    }

    void walkFor(Translated& result, Access access) const;

    static constexpr Word kTableInWindow = x86_64::kAddress & (PhysicalMemory::kWindowSize.raw() - 1);

    const PhysicalMemory& memory_;
    Registers registers_;
    CpuFeatures features_;
    Geometry geometry_;
    std::uint8_t levels_ = 0; ///< 4 or 5 of the manual's tables, the top one in the window; 0: neither
    Word top_ = 0;            ///< address of the top table
    std::array<std::array<Expected, 2>, 4> expected_{}; ///< by AccessType and Privilege
};

} // namespace pfnscope::hw
