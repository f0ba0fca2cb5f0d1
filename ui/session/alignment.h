// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/session_model.h"

#include <string>
#include <vector>

/// Two scripts that share a beginning and an end, as one: what forks are shown with.
namespace pfnscope::ui {

/// Where the steps of an old and of a new script stand in the script that holds both. Before the first and
/// behind the last difference they stand together; what lies between is aligned by number, and the shorter
/// one has gaps.
struct Alignment {
    std::vector<std::size_t> ofOld;
    std::vector<std::size_t> ofNew;
    std::size_t count = 0;
    std::size_t firstDifference = 0; ///< in the common script; count if there is none
};
Alignment align(const std::vector<Step>& oldSteps, const std::vector<Step>& newSteps);

/// `base` with one more column, whose script may be another. The old columns keep their past and their
/// future; steps that both have not in common say both titles. At kMaxColumns the last fork (or else the last
/// column) gives way.
Run withFork(Run base, Run fork);

} // namespace pfnscope::ui
