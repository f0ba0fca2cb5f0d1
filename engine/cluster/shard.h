// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/search_model.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace pfnscope::cluster {

/// How a state was reached. `index` and `parent` are numbers in the order of the whole search, the same as in
/// a search by one process.
struct Link {
    explore::StateIndex index, parent;
    explore::ActionId action;
};

/// The states that belong to one rank: those whose hash says so. Each has its number in the whole search, and
/// since numbers are given in order, a state is found by its number with a binary search. `place` below is
/// the number within the shard.
class Shard {
public:
    /// `limit` is for all that the shard keeps.
    static Result<Shard> create(const explore::SearchModel& model, Bytes limit);

    enum class Entry { New, Known, NoRoom };
    /// Looks a state up and puts it in if it is new. It counts once it is settled.
    Entry enter(std::uint32_t tag, std::span<const std::byte> state);
    /// What enter() will look at: the slot, and later, once that is at hand, the state in it.
    void prefetchSlot(std::uint32_t tag) const { table_.prefetch(tag); }
    void prefetchState(std::uint32_t tag) const;
    /// Names the next state that has been entered and not yet settled, in the order of entering. `path` is
    /// from the initial state, empty for a model that goes by the bytes.
    void settle(const Link& link, std::span<const explore::ActionId> path);

    std::uint32_t count() const { return store_.count(); }
    std::uint64_t arenaBytes() const { return store_.arenaBytes(); }
    Bytes memory() const { return memoryFor(store_.count(), store_.arenaBytes()); }
    const explore::StateTable& table() const { return table_; }

    /// The places of the states numbered [first, end).
    std::pair<std::uint32_t, std::uint32_t> placesOf(explore::StateIndex first,
                                                     explore::StateIndex end) const;
    Link link(std::uint32_t place) const;
    std::span<const std::byte> bytes(std::uint32_t place) const {
        return store_.bytes(explore::StateIndex{place});
    }
    std::span<const explore::ActionId> path(std::uint32_t place) const;

private:
    Shard(explore::WayToState way, Bytes limit, explore::StateStore store, explore::StateTable table)
        : way_(way), limit_(limit), store_(std::move(store)), table_(std::move(table)) {}
    bool makeRoom(std::size_t stateBytes);
    Bytes memoryFor(std::uint64_t states, std::uint64_t arenaBytes) const;
    const explore::StateIndex* numbers() const { return numbers_.as<const explore::StateIndex>(); }

    /// All states of one length of path lie side by side, and so do their paths.
    struct PathsOfLength {
        std::uint32_t firstPlace;
        std::uint64_t start; ///< in actions
    };

    explore::WayToState way_;
    Bytes limit_;
    explore::StateStore store_; ///< its parents are numbers in the whole search
    explore::StateTable table_;
    explore::Region numbers_, paths_;
    std::vector<PathsOfLength> lengths_;
    std::uint64_t pathActions_ = 0;
    std::uint32_t entered_ = 0; ///< settled ones too
    std::uint64_t enteredBytes_ = 0;
};

} // namespace pfnscope::cluster
