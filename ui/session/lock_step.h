// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/journal.h"

#include <optional>

namespace pfnscope::ui {

/// Where a history stands in its operation `there` when another of the same script stands at `at` in its operation `here`,
/// or at the end of it: at the same place of the same kernel call as far as both made that call, else where the last
/// call they share ended. A pure function, so that stepping to and fro always meets the same pair of moments.
machine::Position lockStep(const machine::Journal& from, std::size_t here, machine::Position at,
                           const machine::Journal& to, std::size_t there);

/// The operation that began before `at` and ends at or after it; empty at 0.
std::optional<std::size_t> operationAt(const machine::Journal& journal, machine::Position at);

} // namespace pfnscope::ui
