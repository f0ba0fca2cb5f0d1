// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/peers.h"
#include "cluster/shard.h"
#include "explore/checkpoint.h"
#include "explore/search.h"

/// A checkpoint of a search on many ranks is one file, the same as that of a search on one process. Rank 0
/// alone writes and reads it, so that no file has to be seen by several machines.
namespace pfnscope::cluster {

/// On all ranks together. Rank 0 is sent the states in their order, a few at a time, column by column.
Result<void> saveCheckpoint(const std::string& path, const explore::SearchModel& model,
                            const explore::SearchPosition& position, std::uint32_t states, Peers& peers,
                            const Shard& shard);

struct Dealt {
    explore::SearchPosition position;
    std::uint32_t states = 0; ///< of all ranks
};

/// On all ranks together: fills the empty shards. Rank 0 holds the whole file for a moment.
Result<Dealt> dealCheckpoint(const std::string& path, const explore::SearchModel& model,
                             const explore::SearchOptions& options, Peers& peers, Shard& shard);

} // namespace pfnscope::cluster
