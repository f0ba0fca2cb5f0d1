// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/peers.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

/// Ranks that are threads of one process.
namespace pfnscope::cluster::test {

/// Where messages lie until their rank fetches them. There are two sides, used in turn, so that a fast rank
/// may put the messages of the next exchange while a slow one still fetches those of the last.
class Board {
public:
    explicit Board(unsigned ranks) : ranks_(ranks) {}
    unsigned ranks() const { return ranks_; }

    std::optional<std::vector<Message>> exchange(unsigned rank, std::uint64_t round,
                                                 std::vector<Message> outgoing) {
        std::unique_lock lock(mutex_);
        Side& side = sides_[round % 2];
        side.messages.resize(ranks_);
        side.messages[rank] = std::move(outgoing);
        if (++side.put == ranks_) {
            side.round = round + 1;
            side.put = 0;
        }
        changed_.notify_all();
        changed_.wait(lock, [&] { return side.round == round + 1 || isBroken_; });
        if (side.round != round + 1)
            return std::nullopt;
        std::vector<Message> incoming;
        for (std::vector<Message>& from : side.messages)
            incoming.push_back(std::move(from[rank]));
        return incoming;
    }
    void leave() {
        const std::scoped_lock lock(mutex_);
        isBroken_ = true;
        changed_.notify_all();
    }

private:
    struct Side {
        std::vector<std::vector<Message>> messages; ///< from each to each
        unsigned put = 0;
        std::uint64_t round = 0; ///< the last one that is complete, from 1
    };
    unsigned ranks_;
    std::mutex mutex_;
    std::condition_variable changed_;
    Side sides_[2];
    bool isBroken_ = false;
};

class LocalPeers final : public Peers {
public:
    /// With `lasts` the rank is gone instead of doing its exchange of that number.
    LocalPeers(Board& board, unsigned rank, std::optional<std::uint64_t> lasts)
        : board_(board), rank_(rank), lasts_(lasts) {}
    unsigned rank() const override { return rank_; }
    unsigned size() const override { return board_.ranks(); }

private:
    std::optional<std::vector<Message>> carry(std::vector<Message> outgoing) override {
        if (lasts_ && *lasts_ == round_) {
            board_.leave();
            return std::nullopt;
        }
        return board_.exchange(rank_, round_++, std::move(outgoing));
    }

    Board& board_;
    unsigned rank_;
    std::optional<std::uint64_t> lasts_;
    std::uint64_t round_ = 0;
};

/// A rank that is to be gone, and when.
struct Death {
    unsigned rank;
    std::uint64_t exchange;
};

/// Calls job on so many ranks at once.
inline void onRanks(unsigned ranks, const std::function<void(Peers&)>& job, std::optional<Death> death = {}) {
    Board board(ranks);
    std::vector<std::jthread> threads;
    for (unsigned rank = 0; rank < ranks; ++rank)
        threads.emplace_back([&, rank] {
            LocalPeers peers(board, rank,
                             death && death->rank == rank ? std::optional(death->exchange) : std::nullopt);
            job(peers);
        });
}

} // namespace pfnscope::cluster::test
