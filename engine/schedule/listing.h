// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/machine.h"

#include <string>

namespace pfnscope::schedule {

/// "pmd_lock 0x4003", "mmap_lock 1".
std::string wordsOf(const machine::LockId& lock);

/// What happened between two positions of the journal as kernel developers write a race by hand: one column a
/// CPU, one line a change, the kernel function above what it does. At most 72 columns wide for two CPUs.
/// Deltas that no other CPU could see (counters, records' inner fields) are left out.
std::string listing(const machine::Machine& machine, machine::Position from, machine::Position to);

} // namespace pfnscope::schedule
