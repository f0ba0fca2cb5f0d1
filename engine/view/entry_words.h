// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hw/bit_fields.h"
#include "hw/geometry.h"
#include "view/snapshot_graph.h"

#include <string>
#include <vector>

/// Entries in words, all of them out of the bit-field tables of hw/ with the software bits that Linux gives a
/// meaning.
namespace pfnscope::view {

/// The format of a word as it stands in a table of this level.
hw::EntryFormat formatOf(Word word, hw::Level level, const hw::Geometry& geometry);

/// Every format that an entry of this tree can have, top level first; those that are not present last, the
/// kernel's own among them.
std::vector<hw::EntryFormat> entryFormats(const hw::Geometry& geometry);

/// One field of an entry, as an inspector lists it.
struct FieldReading {
    hw::BitField field;
    Word value = 0;
    std::string words; ///< what this value means here
};
std::vector<FieldReading> readEntry(Word word, hw::Level level, const hw::Geometry& geometry);

EntryMeaning meaningOf(Word word, hw::Level level, const hw::Geometry& geometry);

/// "RW NX AD sp UC-": writable, executable, accessed and dirty, special, the cache type when it is not WB.
std::string flagsOf(Word leaf, hw::Level level, const hw::Geometry& geometry);
bool isSpecial(Word leaf);

/// "PMD", "PTE"; "pmd-0x4001", the stable id of a table's box.
std::string upperName(hw::Level level);
std::string tableId(hw::Level level, Pfn frame);

/// A run in a card's row, in at most `width` characters: with less detail where it does not fit.
std::string runText(const EntryRun& run, hw::Level level, const TableGraph& graph, int width);
/// The whole truth of a run: addresses, frames, every field that is not zero.
std::string runTooltip(const EntryRun& run, const TableNode& table, const hw::Geometry& geometry);
/// "0", "0-511".
std::string indexText(unsigned first, unsigned count);

} // namespace pfnscope::view
