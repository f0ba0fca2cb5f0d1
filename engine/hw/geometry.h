// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"

#include <cstdint>
#include <string_view>

/// The shape of a table tree as data: how many levels, how many index bits a level. The code above asks the
/// geometry and holds no 512 or 21 of its own, so that the search through all sequences can run the same code
/// on smaller tables.
namespace pfnscope::hw {

/// Levels count upwards from the leaf table, as Intel's SDM figure 4-8 and Linux's mm both can be read:
/// Pte is the table that holds PTEs, Pmd the table that holds PMD entries, and so on. `Pgd` is the top of a
/// 4-level tree (Intel: PML4); with five levels it is P4d that Intel calls PML4, and Pgd is the PML5.
enum class Level : std::uint8_t { Pte = 1, Pmd = 2, Pud = 3, P4d = 4, Pgd = 5 };

struct Geometry {
    std::uint8_t levels = 4;       ///< 2 to 5
    std::uint8_t bitsPerLevel = 9; ///< entries a table: 1 << bitsPerLevel, at most 512
    std::uint8_t pageShift = kPageShift;

    constexpr bool operator==(const Geometry&) const = default;

    constexpr unsigned entriesPerTable() const { return 1U << bitsPerLevel; } ///< PTRS_PER_PTE and its like
    /// The top level. With four levels P4d is folded away, as in Linux: the tree is Pgd, Pud, Pmd, Pte. With
    /// three levels Pud is folded as well, with two Pmd too.
    constexpr Level top() const { return Level::Pgd; }
    constexpr bool hasLevel(Level level) const {
        return level == Level::Pgd || static_cast<unsigned>(level) < levels;
    }
    /// One level nearer to the leaves; must not be asked of Pte.
    constexpr Level below(Level level) const { return levelAt(depth(level) - 1); }
    /// 1 for the leaf table up to `levels` for the top one: the hardware's numbering.
    constexpr unsigned depth(Level level) const {
        return level == Level::Pgd ? levels : static_cast<unsigned>(level);
    }
    /// The reverse of depth().
    constexpr Level levelAt(unsigned depth) const {
        return depth == levels ? Level::Pgd : static_cast<Level>(depth);
    }
    constexpr unsigned shift(Level level) const { return pageShift + bitsPerLevel * (depth(level) - 1); }
    /// What one entry of a table at this level spans: PAGE_SIZE, PMD_SIZE, PUD_SIZE, ...
    constexpr Bytes entrySpan(Level level) const { return Bytes(1ULL << shift(level)); }
    constexpr Bytes tableSpan(Level level) const { return Bytes(1ULL << (shift(level) + bitsPerLevel)); }
    constexpr unsigned index(VirtAddr at, Level level) const {
        return static_cast<unsigned>(at.raw() >> shift(level)) & (entriesPerTable() - 1);
    }
    constexpr unsigned addressBits() const { return pageShift + bitsPerLevel * levels; }
    constexpr bool isCanonical(VirtAddr at) const {
        const unsigned unused = 64 - addressBits();
        return static_cast<std::uint64_t>(static_cast<std::int64_t>(at.raw() << unused) >> unused) ==
               at.raw();
    }
    constexpr Bytes pmdSize() const { return entrySpan(Level::Pmd); }
    constexpr Bytes pudSize() const { return entrySpan(Level::Pud); }
    constexpr std::uint64_t pagesPerEntry(Level level) const { return entrySpan(level).pages(); }
};

inline constexpr Geometry kFourLevels{4, 9};
inline constexpr Geometry kFiveLevels{5, 9};

/// "pgd", "p4d", "pud", "pmd", "pte": the kernel's name.
std::string_view kernelName(Level level);
/// "PML4", "PDPT", "PD", "PT": the name in Intel's SDM, volume 3, chapter 4; depends on the number of levels.
std::string_view manualName(Level level, const Geometry& geometry);

} // namespace pfnscope::hw
