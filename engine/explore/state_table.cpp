// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/state_table.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

namespace pfnscope::explore {
namespace {

constexpr std::uint64_t kFewestSlots = 1U << 15;

} // namespace

std::uint64_t StateTable::slotsFor(std::uint64_t states) {
    return std::max(kFewestSlots, std::bit_ceil(states + states / 3 + 1));
}

Result<StateTable> StateTable::create() {
    StateTable table;
    auto region = Region::reserve(memoryFor(kFewestSlots), PageUse::Scattered);
    if (!region)
        return fail(region.error());
    table.region_ = std::move(*region);
    table.bits_ = static_cast<unsigned>(std::countr_zero(kFewestSlots));
    return table;
}

Result<void> StateTable::growTo(std::uint64_t slots) {
    assert(std::has_single_bit(slots) && slots <= std::uint64_t{1} << 32);
    if (slots <= this->slots())
        return {};
    auto region = Region::reserve(memoryFor(slots), PageUse::Scattered);
    if (!region)
        return fail(region.error());
    const Region old = std::exchange(region_, std::move(*region));
    const std::uint64_t oldSlots = this->slots();
    bits_ = static_cast<unsigned>(std::countr_zero(slots));
    for (std::uint64_t slot = 0; slot < oldSlots; ++slot)
        if (const TableEntry entry(old.as<std::uint64_t>()[slot]); !entry.isEmpty())
            append(entry);
    return {};
}

void StateTable::append(TableEntry entry) {
    std::uint64_t slot = home(entry.tag());
    while (!load(slot).isEmpty())
        slot = next(slot);
    store(slot, entry);
}

} // namespace pfnscope::explore
