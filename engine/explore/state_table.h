// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/region.h"
#include "explore/state_store.h"

#include <atomic>
#include <cstdint>

namespace pfnscope::explore {

/// A 64-bit slot of the table: the upper half of a state's hash, and a reference to the state. Zero is an
/// empty slot. A reference is a stored state's index, or the number of a new one in the batch in hand; the
/// smaller number came first.
class TableEntry {
public:
    static constexpr TableEntry stored(std::uint32_t tag, StateIndex index) {
        return make(tag, raw(index) + 1);
    }
    static constexpr TableEntry fresh(std::uint32_t tag, std::uint32_t number) {
        return make(tag, kFresh | number);
    }
    constexpr explicit TableEntry(std::uint64_t bits) : bits_(bits) {}
    constexpr std::uint64_t bits() const { return bits_; }
    constexpr bool isEmpty() const { return bits_ == 0; }
    constexpr bool isFresh() const { return (bits_ & kFresh) != 0; }
    constexpr std::uint32_t tag() const { return static_cast<std::uint32_t>(bits_ >> 32); }
    constexpr std::uint32_t freshNumber() const { return static_cast<std::uint32_t>(bits_ & (kFresh - 1)); }
    constexpr StateIndex index() const { return StateIndex{static_cast<std::uint32_t>(bits_) - 1}; }
    constexpr bool operator==(const TableEntry&) const = default;

private:
    static constexpr std::uint32_t kFresh = 0x80000000U;
    static constexpr TableEntry make(std::uint32_t tag, std::uint32_t reference) {
        return TableEntry(std::uint64_t{tag} << 32 | reference);
    }
    std::uint64_t bits_;
};

/// Open addressing with linear probing; nothing is ever removed. The home of a tag is given by its top bits,
/// so that the table doubles in one sweep from front to back without a look at the states. Slots may be read
/// and exchanged by several threads; growing needs the table alone.
class StateTable {
public:
    static Result<StateTable> create();

    std::uint64_t slots() const { return std::uint64_t{1} << bits_; }
    Bytes memory() const { return memoryFor(slots()); }
    static Bytes memoryFor(std::uint64_t slots) { return Bytes(slots * sizeof(std::uint64_t)); }
    /// The slots wanted for this many states: a power of two, at most three quarters full.
    static std::uint64_t slotsFor(std::uint64_t states);
    /// States that the table can hold before probing gets slow; past it, it has to grow.
    std::uint64_t room() const { return slots() / 16 * 15; }
    /// To at least so many slots (a power of two).
    Result<void> growTo(std::uint64_t slots);

    std::uint64_t home(std::uint32_t tag) const { return tag >> (32 - bits_); }
    std::uint64_t next(std::uint64_t slot) const { return (slot + 1) & (slots() - 1); }
    void prefetch(std::uint32_t tag) const { __builtin_prefetch(words() + home(tag)); }
    TableEntry load(std::uint64_t slot) const {
        return TableEntry(std::atomic_ref(words()[slot]).load(std::memory_order_acquire));
    }
    void store(std::uint64_t slot, TableEntry entry) {
        std::atomic_ref(words()[slot]).store(entry.bits(), std::memory_order_release);
    }
    /// True if the slot held `expected` and now holds `entry`; otherwise `expected` is what it holds.
    bool exchange(std::uint64_t slot, TableEntry& expected, TableEntry entry) {
        std::uint64_t bits = expected.bits();
        const bool done = std::atomic_ref(words()[slot]).compare_exchange_strong(bits, entry.bits());
        expected = TableEntry(bits);
        return done;
    }
    /// Into the first empty slot, without a look for an equal state.
    void append(TableEntry entry);

private:
    StateTable() = default;
    std::uint64_t* words() const { return region_.as<std::uint64_t>(); }

    Region region_;
    unsigned bits_ = 0;
};

} // namespace pfnscope::explore
