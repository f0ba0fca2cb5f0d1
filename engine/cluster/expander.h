// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/packing.h"
#include "cluster/peers.h"
#include "cluster/shard.h"

#include <memory>
#include <optional>
#include <vector>

namespace pfnscope::cluster {

/// What a rank has to say with a round.
struct Notice {
    bool stop = false; ///< somebody wants the search to end after this round
    bool save = false; ///< a checkpoint is due
};

/// What came of a round: the same on every rank.
struct RoundTotals {
    bool isRefused = false;   ///< a rank has no room: nothing of the round counts
    std::uint32_t states = 0; ///< new ones
    std::uint64_t transitions = 0;
    std::vector<explore::FirstFinding> findings; ///< in the order of the search
    Notice notice;                               ///< what any rank said
    Bytes memory;                                ///< of all shards, before the round
};

/// Expands states, all ranks together, a round at a time. A round takes states that follow each other in the
/// order of the search, and rank r the r-th part of them, whoever they belong to. Hence what rank 0 emits
/// comes before what rank 1 emits, and a shard that takes what it is sent rank by rank sees it in the order
/// in which one process would.
///
///  1. Each shard sends the states to the ranks that are to expand them: their bytes or their paths.
///  2. Each rank sends what it emits to the shards that it belongs to.
///  3. Each shard says which of it is new. It tells all ranks how many it has taken from each.
///  4. So each rank knows the number of the first new state of its own in the whole search. It tells the
///  shards the
///     numbers, parents and actions of the new ones.
class Expander {
public:
    Expander(const explore::SearchModel& model, explore::StateHash hash, Peers& peers, Shard& shard);

    /// The states [first, first + count) of one depth; with none, the initial states. `known` states are
    /// there. Nothing if a rank is gone.
    std::optional<RoundTotals> round(explore::StateIndex first, std::uint32_t count, unsigned depth,
                                     std::uint32_t known, const Notice& notice);

private:
    /// The part that falls to a rank.
    struct Part {
        std::uint32_t first, end;
    };
    Part partOf(unsigned rank) const;
    bool expandPart();
    std::vector<Message> candidates(const Notice& notice);
    bool enter(Unpacker& from, Message& verdict);
    std::vector<Message> judge(const std::vector<Message>& candidates, RoundTotals& totals);
    /// Which of the own candidates are new, rank by rank, and how many each rank has.
    std::vector<Message> number(const std::vector<Message>& verdicts, std::uint32_t known,
                                RoundTotals& totals);
    void settle(const std::vector<Message>& links);
    std::span<const explore::ActionId> pathTo(explore::StateIndex parent, explore::ActionId action);

    Peers& peers_;
    Shard& shard_;
    explore::StateSize size_;
    explore::WayToState way_;
    std::unique_ptr<explore::SearchWorker> worker_;
    explore::Emitter emitted_;

    // Of the round in hand.
    std::uint32_t first_ = 0, count_ = 0;
    unsigned depth_ = 0;
    std::vector<explore::ActionId> paths_; ///< of the own part, all of length depth_
    std::vector<explore::ActionId> path_;
    std::vector<std::uint32_t> owners_; ///< of the candidates
    struct Arrived {
        std::uint32_t tag;
        std::span<const std::byte> state;
    };
    std::vector<Arrived> arrived_; ///< from one rank
};

} // namespace pfnscope::cluster
