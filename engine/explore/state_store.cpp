// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/state_store.h"

#include <algorithm>
#include <utility>

namespace pfnscope::explore {
namespace {

constexpr std::uint64_t kWayBackBytes = sizeof(StateIndex) + sizeof(ActionId);
constexpr std::uint64_t kEndBytes = sizeof(std::uint64_t);

} // namespace

Result<StateStore> StateStore::create(Bytes limit, StateSize size) {
    const std::uint64_t states = std::min<std::uint64_t>(kMaxStates, limit.raw() / kWayBackBytes + 1);
    StateStore store;
    store.size_ = size;
    struct Column {
        Region* region;
        Bytes bytes;
        PageUse use;
    };
    const Column columns[] = {
        {&store.arena_, limit, PageUse::Scattered},
        {&store.parents_, Bytes(states * sizeof(StateIndex)), PageUse::Ordered},
        {&store.actions_, Bytes(states * sizeof(ActionId)), PageUse::Ordered},
        {&store.ends_, Bytes(size.fixed == 0 ? states * kEndBytes : 0), PageUse::Scattered}};
    for (const Column& column : columns) {
        auto region = Region::reserve(column.bytes, column.use);
        if (!region)
            return fail(region.error());
        *column.region = std::move(*region);
    }
    return store;
}

void StateStore::pathTo(StateIndex index, std::vector<ActionId>& path) const {
    path.clear();
    for (StateIndex at = index; parent(at) != kNoState; at = parent(at))
        path.push_back(action(at));
    std::reverse(path.begin(), path.end());
}

Bytes StateStore::memoryFor(std::uint64_t states, std::uint64_t arenaBytes) const {
    return Bytes(arenaBytes + states * (kWayBackBytes + (size_.fixed == 0 ? kEndBytes : 0)));
}

void StateStore::place(StateIndex index, std::uint64_t offset, std::span<const std::byte> bytes,
                       StateIndex parent, ActionId action) {
    std::memcpy(arena_.as<std::byte>() + offset, bytes.data(), bytes.size());
    if (size_.fixed == 0)
        ends_.as<std::uint64_t>()[raw(index)] = offset + bytes.size();
    link(index, parent, action);
}

void StateStore::link(StateIndex index, StateIndex parent, ActionId action) {
    parents_.as<StateIndex>()[raw(index)] = parent;
    actions_.as<ActionId>()[raw(index)] = action;
}

void StateStore::publish(std::uint32_t count, std::uint64_t arenaBytes) {
    count_ = count;
    arenaBytes_ = arenaBytes;
}

std::vector<std::span<std::byte>> StateStore::columns(std::uint32_t count, std::uint64_t arenaBytes) const {
    std::vector<std::span<std::byte>> all = {{arena_.as<std::byte>(), arenaBytes},
                                             {parents_.as<std::byte>(), count * sizeof(StateIndex)},
                                             {actions_.as<std::byte>(), count * sizeof(ActionId)}};
    if (size_.fixed == 0)
        all.emplace_back(ends_.as<std::byte>(), count * kEndBytes);
    return all;
}

bool StateStore::isSound(std::uint32_t initialStates) const {
    if (size_.fixed != 0 && arenaBytes_ != std::uint64_t{count_} * size_.fixed)
        return false;
    std::uint64_t end = 0;
    for (std::uint32_t i = 0; i < count_; ++i) {
        const StateIndex parent = this->parent(StateIndex{i});
        if (i < initialStates ? parent != kNoState : raw(parent) >= i)
            return false;
        if (size_.fixed == 0 &&
            std::exchange(end, ends_.as<std::uint64_t>()[i]) > ends_.as<std::uint64_t>()[i])
            return false;
    }
    return size_.fixed != 0 || end == arenaBytes_;
}

} // namespace pfnscope::explore
