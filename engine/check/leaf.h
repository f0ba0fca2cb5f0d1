// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/state.h"

#include <optional>

/// Where the tables of a process stand for one address, as check needs it: no rights, no side effects.
namespace pfnscope::check {

/// The entry nearest to the leaf on the way to `va`: the leaf itself, or the empty entry where the way ends.
struct EntryPlace {
    hw::Level level = hw::Level::Pgd;
    Pfn table;
    unsigned index = 0;
    Word entry = 0;
    bool isLeaf = false;   ///< present and maps a page
    Pfn frame;             ///< of a leaf: the 4 KiB frame that `va` reaches
    unsigned patIndex = 0; ///< of a leaf: PAT, PCD, PWT as a number (SDM 4.9.2)
};

/// Empty when the mm is gone.
std::optional<EntryPlace> entryFor(const machine::State& state, machine::MmId mm, VirtAddr va);

} // namespace pfnscope::check
