// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/operation.h"

#include <string>
#include <vector>

/// Situations in which any two operations may overlap: what the search through all pairs goes over.
namespace pfnscope::schedule {

struct Situation {
    std::string name;
    std::vector<mm::Operation> before;   ///< run one after another first
    std::vector<mm::Action> overlapping; ///< each with each, and with itself
};

/// A driver that answers faults, one that has remapped, one that has not yet, and anonymous memory: each with
/// a map of two PMD entries' span, and the leaf, where there is one, in the TLBs of CPU 0 and 1. The machine
/// needs two CPUs.
std::vector<Situation> situations();

/// The two as operations of the first process on CPU 0 and CPU 1.
std::vector<mm::Operation> overlap(const mm::Action& one, const mm::Action& other);

/// "munmap 0x100000000000 4K".
std::string describe(const mm::Action& action);

} // namespace pfnscope::schedule
