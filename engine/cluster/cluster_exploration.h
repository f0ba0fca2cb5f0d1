// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/peers.h"
#include "explore/exploration.h"

namespace pfnscope::cluster {

/// explore::explore() on all ranks, with the same result on each.
Result<explore::Exploration> explore(const explore::Question& question, explore::SearchOptions options,
                                     Peers& peers, const std::string& resumeFrom = {});

} // namespace pfnscope::cluster
