// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/page_table.h"

namespace pfnscope::mm::test {

/// each(Entry, VirtAddr, Word) for every word that is not zero, of all tables that the root of `mm` leads to.
template <class Each> void walkTables(const machine::State& state, machine::MmId mm, Each&& each) {
    const hw::Geometry& geometry = state.geometry();
    const auto walk = [&](auto&& self, Pfn table, hw::Level level, VirtAddr base) -> void {
        const auto words = state.memory.frame(table);
        for (unsigned i = 0; i < geometry.entriesPerTable(); ++i) {
            if (words[i] == 0)
                continue;
            const VirtAddr at = base + geometry.entrySpan(level) * i;
            each(Entry{table, i, level}, at, words[i]);
            if (level != hw::Level::Pte && isTable(words[i]))
                self(self, entryPfn(geometry, hw::Level::Pte, words[i]), geometry.below(level), at);
        }
    };
    walk(walk, state.mms.at(mm).pgd, geometry.top(), VirtAddr(0));
}

} // namespace pfnscope::mm::test
