// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/shard.h"

#include <algorithm>
#include <cassert>

namespace pfnscope::cluster {

using explore::ActionId;
using explore::Region;
using explore::StateIndex;
using explore::StateTable;
using explore::TableEntry;
using explore::WayToState;

Result<Shard> Shard::create(const explore::SearchModel& model, Bytes limit) {
    auto store = explore::StateStore::create(limit, model.stateSize());
    if (!store)
        return fail(store.error());
    auto table = StateTable::create();
    if (!table)
        return fail(table.error());
    Shard shard(model.wayToState(), limit, std::move(*store), std::move(*table));
    for (Region* const region : {&shard.numbers_, &shard.paths_}) {
        auto reserved = Region::reserve(limit, explore::PageUse::Ordered);
        if (!reserved)
            return fail(reserved.error());
        *region = std::move(*reserved);
    }
    return shard;
}

Bytes Shard::memoryFor(std::uint64_t states, std::uint64_t arenaBytes) const {
    return store_.memoryFor(states, arenaBytes) + table_.memory() +
           Bytes(states * sizeof(StateIndex) + pathActions_ * sizeof(ActionId));
}

/// For one more state. The old table and the new are there at once while it grows.
bool Shard::makeRoom(std::size_t stateBytes) {
    // The paths of states that are not settled yet are as long as the last ones, or longer by one.
    const Bytes paths((entered_ - store_.count() + 1) * (lengths_.size() + 1) * sizeof(ActionId));
    const Bytes wanted =
        memoryFor(entered_ + 1, enteredBytes_ + stateBytes) + (way_ == WayToState::Path ? paths : Bytes());
    if (entered_ >= explore::kMaxStates || wanted > limit_)
        return false;
    const std::uint64_t slots = StateTable::slotsFor(entered_ + 1);
    if (slots <= table_.slots())
        return true;
    return wanted + StateTable::memoryFor(slots) <= limit_ && table_.growTo(slots).has_value();
}

Shard::Entry Shard::enter(std::uint32_t tag, std::span<const std::byte> state) {
    std::uint64_t slot = table_.home(tag);
    for (TableEntry entry = table_.load(slot); !entry.isEmpty();
         entry = table_.load(slot = table_.next(slot)))
        if (entry.tag() == tag && store_.equals(entry.index(), state))
            return Entry::Known;
    if (!makeRoom(state.size()))
        return Entry::NoRoom;
    const StateIndex place{entered_++};
    store_.place(place, enteredBytes_, state, explore::kNoState, ActionId{});
    enteredBytes_ += state.size();
    table_.append(TableEntry::stored(tag, place));
    return Entry::New;
}

void Shard::prefetchState(std::uint32_t tag) const {
    std::uint64_t slot = table_.home(tag);
    for (TableEntry entry = table_.load(slot); !entry.isEmpty();
         entry = table_.load(slot = table_.next(slot)))
        if (entry.tag() == tag)
            return store_.prefetch(entry.index());
}

void Shard::settle(const Link& link, std::span<const ActionId> path) {
    const std::uint32_t place = store_.count();
    assert(place < entered_);
    store_.link(StateIndex{place}, link.parent, link.action);
    numbers_.as<StateIndex>()[place] = link.index;
    while (lengths_.size() <= path.size())
        lengths_.push_back({place, pathActions_});
    std::ranges::copy(path, paths_.as<ActionId>() + pathActions_);
    pathActions_ += path.size();
    store_.publish(place + 1, store_.arenaBytes() + bytes(place).size());
}

std::pair<std::uint32_t, std::uint32_t> Shard::placesOf(StateIndex first, StateIndex end) const {
    const std::span<const StateIndex> all(numbers(), count());
    const auto from = std::ranges::lower_bound(all, first);
    const auto to = std::lower_bound(from, all.end(), end);
    return {static_cast<std::uint32_t>(from - all.begin()), static_cast<std::uint32_t>(to - all.begin())};
}

Link Shard::link(std::uint32_t place) const {
    return {numbers()[place], store_.parent(StateIndex{place}), store_.action(StateIndex{place})};
}

std::span<const ActionId> Shard::path(std::uint32_t place) const {
    if (way_ == WayToState::Bytes)
        return {};
    const auto after = std::ranges::upper_bound(lengths_, place, {}, &PathsOfLength::firstPlace);
    const std::size_t length = static_cast<std::size_t>(after - lengths_.begin()) - 1;
    const PathsOfLength& level = lengths_[length];
    return {paths_.as<const ActionId>() + level.start + std::uint64_t{place - level.firstPlace} * length,
            length};
}

} // namespace pfnscope::cluster
