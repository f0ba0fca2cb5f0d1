// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hw/bit_fields.h"
#include "hw/geometry.h"

#include <array>
#include <optional>
#include <string>

/// What Linux makes of an entry that is not present for the hardware: pte_t and pmd_t that hold a softleaf
/// (swap, migration), and leaves that only wait for P to come back.
namespace pfnscope::view {

enum class SoftKind : std::uint8_t {
    Swap,
    Migration,
    Protnone, ///< mprotect(PROT_NONE): _PAGE_PROTNONE lies where G does
    Invalid,  ///< pmd_mkinvalid(): a leaf in the middle of a split
    Bits,     ///< A or D alone: pte_none() overlooks them
};
SoftKind softKindOf(Word word, hw::Level level, const hw::Geometry& geometry);

/// The format that such a word is written in.
const hw::EntryFormat& softFormat(SoftKind kind, hw::Level level);
/// All of them, for drawing: of a PTE the first three, and the invalidated PMD leaf.
std::array<hw::EntryFormat, 4> softFormats();

/// From one entry to the next where the frames follow one another: downwards, since they are stored inverted.
Word softStep(Word word, hw::Level level, const hw::Geometry& geometry);

/// "migration pfn 0xc0000 write", "PROT_NONE pfn 0x4010".
std::string softText(Word word, hw::Level level, const hw::Geometry& geometry);

} // namespace pfnscope::view
