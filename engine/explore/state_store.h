// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/region.h"

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace pfnscope::explore {

/// The number of a state in the order of the breadth-first search: 0 is the first initial state.
enum class StateIndex : std::uint32_t {};
inline constexpr StateIndex kNoState{0xffffffffU};
inline constexpr std::uint32_t kMaxStates =
    0x7ffffffeU; ///< one bit of a table's reference tells stored from new
constexpr std::uint32_t raw(StateIndex index) {
    return static_cast<std::uint32_t>(index);
}

/// What was done to get from a state to the next: a number the model gives.
enum class ActionId : std::uint16_t {};

/// How many bytes each state of a model takes: `fixed`, or 0 if they differ in length (8 bytes more a state).
struct StateSize {
    std::uint32_t fixed = 0;
};

/// Every state found so far, in order, with the way back. Three columns, none of which ever moves: the bytes
/// in one arena, the parent (4 bytes), the action from the parent (2 bytes).
class StateStore {
public:
    /// Address space for as many states as `limit` bytes can hold; memory is taken as states come.
    static Result<StateStore> create(Bytes limit, StateSize size);

    std::uint32_t count() const { return count_; }
    std::uint64_t arenaBytes() const { return arenaBytes_; }
    StateSize stateSize() const { return size_; }

    std::span<const std::byte> bytes(StateIndex index) const {
        const std::uint64_t i = raw(index);
        if (size_.fixed != 0)
            return {arena_.as<const std::byte>() + i * size_.fixed, size_.fixed};
        const auto* const ends = ends_.as<const std::uint64_t>();
        const std::uint64_t start = i == 0 ? 0 : ends[i - 1];
        return {arena_.as<const std::byte>() + start, ends[i] - start};
    }
    bool equals(StateIndex index, std::span<const std::byte> other) const {
        const auto own = bytes(index);
        return own.size() == other.size() && std::memcmp(own.data(), other.data(), own.size()) == 0;
    }
    void prefetch(StateIndex index) const {
        if (size_.fixed != 0)
            __builtin_prefetch(arena_.as<const std::byte>() + std::uint64_t{raw(index)} * size_.fixed);
        else
            __builtin_prefetch(ends_.as<const std::uint64_t>() + raw(index));
    }
    StateIndex parent(StateIndex index) const { return parents_.as<const StateIndex>()[raw(index)]; }
    ActionId action(StateIndex index) const { return actions_.as<const ActionId>()[raw(index)]; }
    /// Replaces `path` by the actions from the initial state of its tree: none for an initial state.
    void pathTo(StateIndex index, std::vector<ActionId>& path) const;

    /// Bytes that `states` states take with `arenaBytes` bytes of their own.
    Bytes memoryFor(std::uint64_t states, std::uint64_t arenaBytes) const;

    /// Writes state `index`, whose bytes start at `offset` of the arena, and links it to its parent. Several
    /// threads may fill different states; none counts before publish().
    void place(StateIndex index, std::uint64_t offset, std::span<const std::byte> bytes, StateIndex parent,
               ActionId action);
    void link(StateIndex index, StateIndex parent, ActionId action);
    void publish(std::uint32_t count, std::uint64_t arenaBytes);

    /// The columns as bytes, as a checkpoint keeps them: arena, parents, actions, and ends if lengths differ.
    std::vector<std::span<std::byte>> columns(std::uint32_t count, std::uint64_t arenaBytes) const;
    /// Whether columns that were read back make sense: parents before their children, lengths that add up.
    bool isSound(std::uint32_t initialStates) const;

private:
    StateStore() = default;

    StateSize size_;
    Region arena_, parents_, actions_, ends_;
    std::uint32_t count_ = 0;
    std::uint64_t arenaBytes_ = 0;
};

} // namespace pfnscope::explore
