// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/journal.h"

namespace pfnscope::view {

/// The deltas [first, end) of a history.
struct Stretch {
    const machine::Journal& journal;
    machine::Position first = 0;
    machine::Position end = 0;
};

/// The same changes, in the same order and from the same words, to everything that differences() compares:
/// tables, deposits, VMAs and counters. What the other deltas say (locks, TLBs, frames, folios) may differ.
/// For one step of one script: that works on the same addresses in both, so a frame that both write stands for
/// the same addresses in both, and equal changes leave the two as equal or as different as they were.
bool changeAlike(const Stretch& one, const Stretch& other);

} // namespace pfnscope::view
