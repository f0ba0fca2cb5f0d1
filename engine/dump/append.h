// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dump/page_dump.h"

namespace pfnscope::dump {

/// One entry more, in the run before it where it goes on with that: the same flags at the next address, and
/// the next frame or the same one.
inline void append(std::vector<DumpedRun>& runs, const DumpedRun& entry, const hw::Geometry& geometry) {
    DumpedRun* last = runs.empty() ? nullptr : &runs.back();
    if (last != nullptr && last->level == entry.level && last->range(geometry).end == entry.start) {
        const Word step = last->count == 1 ? entry.word - last->word : last->step;
        if (entry.word == last->word + step * last->count &&
            (step == 0 || step == geometry.entrySpan(entry.level).raw())) {
            last->step = step;
            ++last->count;
            return;
        }
    }
    runs.push_back(entry);
}

} // namespace pfnscope::dump
