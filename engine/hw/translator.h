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

/// The walk without the record, for many accesses under the same registers: what registers and features mean
/// is worked out once, into masks, and an access that goes through is a load, an AND and a comparison a
/// level. Whatever does not look as expected at once (a fault, a flag to set, another geometry than the
/// manual's) is left to walk(); both always agree.
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
    bool goesThrough(Translated& result, const Access& access) const {
        if (levels_ == 4 && kFourLevels.isCanonical(access.at)) [[likely]]
            return step<4>(result, access, top_, ~Word{0}, 0);
        if (levels_ == 5 && kFiveLevels.isCanonical(access.at))
            return step<5>(result, access, top_, ~Word{0}, 0);
        return false;
    }

    /// One level: `all` is the AND and `any` the OR of the entries above.
    template <unsigned Depth>
    bool step(Translated& result, const Access& access, Word table, Word all, Word any) const {
        constexpr unsigned kShift = kFiveLevels.pageShift + kFiveLevels.bitsPerLevel * (Depth - 1);
        const Word index = access.at.raw() >> kShift & (kWordsPerFrame - 1);
        const Word entry = memory_.read(PhysAddr(table | index * sizeof(Word)));
        all &= entry;
        any |= entry;
        if constexpr (Depth > 1) {
            if ((entry & tableMask_) == x86_64::kP)
                return step<Depth - 1>(result, access, entry & x86_64::kAddress, all, any);
        }
        if constexpr (Depth <= 3) {
            if ((entry & leafMask_[Depth]) != leafValue_[Depth] || !isAllowed(access, entry, all, any))
                return false;
            constexpr Word kOffset = (Word{1} << kShift) - 1;
            result.depth = Depth;
            result.at = PhysAddr((entry & x86_64::kAddress & ~kOffset) | (access.at.raw() & kOffset));
            result.leaf = entry;
            return true;
        }
        return false;
    }

    /// Permitted, and no flag is left to set.
    bool isAllowed(const Access& access, Word leaf, Word all, Word any) const {
        const Word flags = access.isWrite() ? x86_64::kA | x86_64::kD : x86_64::kA;
        const auto rights = static_cast<unsigned>((all & (x86_64::kRw | x86_64::kUs)) >> 1 | any >> 63 << 2);
        return (all & x86_64::kA) != 0 && (leaf & flags) == flags &&
               (allowed_[static_cast<unsigned>(access.type)][static_cast<unsigned>(access.privilege)] >>
                    rights &
                1) != 0;
    }

    void walkFor(Translated& result, const Access& access) const;

    const PhysicalMemory& memory_;
    Registers registers_;
    CpuFeatures features_;
    Geometry geometry_;
    std::uint8_t levels_ = 0;        ///< 4 or 5 of the manual's tables; 0: another geometry
    Word top_ = 0;                   ///< address of the top table
    Word tableMask_ = 0;             ///< (entry & it) == P: present, no leaf, nothing reserved
    std::array<Word, 4> leafMask_{}; ///< by depth; (entry & it) == leafValue_: a leaf, nothing reserved
    std::array<Word, 4> leafValue_{};
    /// Bit r of [type][privilege]: the rights r (R/W 1, U/S 2, XD 4) allow it. None while protection keys
    /// count.
    std::array<std::array<std::uint8_t, 2>, 4> allowed_{};
};

} // namespace pfnscope::hw
