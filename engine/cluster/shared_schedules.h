// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/peers.h"
#include "schedule/search.h"

#include <functional>
#include <vector>

namespace pfnscope::cluster {

/// Searches through schedules, one after another, that know nothing of each other: the i-th result comes from
/// searchOne(i), called on rank i modulo the ranks. All results in order, on all ranks; if a rank is gone,
/// the first ones, up to the last that all ranks had done.
std::vector<schedule::SearchResult>
searchSchedules(Peers& peers, std::size_t count,
                const std::function<schedule::SearchResult(std::size_t)>& searchOne);

} // namespace pfnscope::cluster
