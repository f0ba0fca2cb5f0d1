// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/expander.h"
#include "explore/search.h"

/// The search of explore/search.h, spread over ranks: exact, with the same result, to the numbers of the
/// states and the first of several shortest paths, as on one process, whatever the number of ranks.
///
/// A state belongs to the rank that its hash names: its bytes, and the way to it, are kept there and nowhere
/// else. Each rank is one thread, so there should be a rank for each core.
namespace pfnscope::cluster {

class ClusterSearch {
public:
    /// Called on all ranks, with the same model and the same options but for what only rank 0 uses: progress
    /// and checkpoint. `options.memory` is for the shard of one rank; messages come on top. `options.threads`
    /// says nothing. `model` and `peers` have to outlive the search.
    static Result<std::unique_ptr<ClusterSearch>> create(const explore::SearchModel& model,
                                                         explore::SearchOptions options, Peers& peers);
    /// Goes on from a checkpoint, which only rank 0 reads: of this search on any number of ranks, or of
    /// explore::Search.
    static Result<std::unique_ptr<ClusterSearch>> resume(const explore::SearchModel& model,
                                                         explore::SearchOptions options, Peers& peers,
                                                         const std::string& checkpoint);

    /// As explore::Search::run(), with the same outcome on all ranks, and with one more end:
    /// SearchEnd::RankLost. Then it says what was found up to the last round that all ranks did, and nothing
    /// more is to be asked of the peers. A request to stop, on any rank, ends the search after the round in
    /// hand.
    Result<explore::SearchOutcome> run();

    const Shard& shard() const { return shard_; }

private:
    ClusterSearch(const explore::SearchModel& model, explore::SearchOptions options, Peers& peers,
                  Shard shard);

    Result<explore::SearchEnd> walk();
    Result<explore::SearchEnd> lostOr(const Error& error) const;
    std::uint32_t statesOfRound() const;
    bool take(const RoundTotals& totals);
    bool findPaths();
    std::optional<std::vector<explore::ActionId>> pathTo(explore::StateIndex index);
    void report(Bytes memory);
    Result<void> save();
    std::optional<Bytes> memoryOfAll();
    std::chrono::nanoseconds elapsed() const { return position_.elapsed + (Clock::now() - started_); }
    explore::SearchOutcome outcome(explore::SearchEnd end) const;

    using Clock = std::chrono::steady_clock;

    const explore::SearchModel& model_;
    explore::SearchOptions options_;
    Peers& peers_;
    Shard shard_;
    Expander expander_;
    explore::SearchPosition position_; ///< the same on all ranks, but for the time
    std::uint32_t states_ = 0;         ///< of all ranks
    std::vector<std::vector<explore::ActionId>>
        paths_;           ///< to each of the findings, while all ranks are there
    Bytes memory_, peak_; ///< of all ranks
    Clock::time_point started_, reported_, saved_;
    std::uint32_t reportedStates_ = 0;
};

} // namespace pfnscope::cluster
