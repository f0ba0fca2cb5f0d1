// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "machine/state.h"

#include <string_view>

namespace pfnscope::ui {

struct EntryLocation {
    Pfn table;
    unsigned index = 0;
};

/// What a user types to go somewhere: "0x7f0000000000", "bar + 1M" (the name of a map), "pfn 0x4001" (a
/// table, or a page: then the first entry that maps it). Of an address, the entry nearest to the leaf in the
/// first address space that has a table for it.
Result<EntryLocation> findEntry(const machine::State& state, std::string_view text);

} // namespace pfnscope::ui
