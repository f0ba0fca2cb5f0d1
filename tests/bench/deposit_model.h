// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/search_model.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

/// tests/data/deposit/deposit.pml, statement by statement: two address spaces of three PMD slots, five spare
/// tables, a table deposited with each leaf. It is there to hold the search against others on the very same
/// model: 64 bytes a state as in SPIN, 3,864,464 states, 650,309 if the slots are taken as symmetric.
namespace pfnscope::bench {

using explore::ActionId;

inline constexpr unsigned kSlotsOfSpace = 3;
inline constexpr unsigned kSpaces = 2;
inline constexpr unsigned kPtes = 4; ///< entries of a table
inline constexpr std::uint8_t kTables = 5;

enum class SlotKind : std::uint8_t { None, Leaf, Table };

struct Slot {
    SlotKind kind;
    std::uint8_t pfn, writable, young; ///< of a leaf
    std::uint8_t deposited;            ///< tables
    std::uint8_t half;                 ///< of the table's entries in use: none, the first half, all
    std::array<std::uint8_t, kPtes> pte;
};

struct DepositState {
    std::array<std::array<Slot, kSlotsOfSpace>, kSpaces> spaces; ///< the parent's, the child's
    std::uint8_t freeTables;
    std::uint8_t childLives;
    std::uint8_t spare[2]; ///< as in the original: two variables that never change
};
static_assert(sizeof(DepositState) == 64 && alignof(DepositState) == 1);

/// The operations on a slot, in the order of the model's statements; then fork and the child's exit.
enum class SlotOp : unsigned {
    Populate = 0,
    Retarget = 4,
    Touch = 6,
    Protect,
    Split,
    Zap,
    ZapTable,
    FreeTable,
    Fault,
    FaultAgain,
    FaultSecond,
    Move,
    Count = 17
};
inline constexpr unsigned kFork = kSpaces * kSlotsOfSpace * static_cast<unsigned>(SlotOp::Count);
inline constexpr unsigned kExit = kFork + 1;

enum class Symmetry { Distinct, SlotsSwap };

namespace detail {

inline constexpr Slot kEmptySlot{};

/// Emits what becomes of one slot: step(op, variant, change) for each statement whose guard holds.
template <class Step> void stepsOfEmpty(const DepositState& state, const Slot& slot, Step&& step) {
    if (slot.kind != SlotKind::None || state.freeTables == 0)
        return;
    for (std::uint8_t variant = 0; variant < 4; ++variant)
        step(SlotOp::Populate, variant, [&](DepositState& next, Slot& at) {
            --next.freeTables, ++at.deposited;
            at.kind = SlotKind::Leaf, at.pfn = variant >> 1, at.writable = variant & 1, at.young = 0;
        });
    step(SlotOp::Fault, 0, [](DepositState& next, Slot& at) {
        --next.freeTables, at.kind = SlotKind::Table;
        at.half = 1, at.pte[0] = at.pte[1] = 1;
    });
}

template <class Step> void stepsOfLeaf(const Slot& slot, Step&& step) {
    if (slot.kind != SlotKind::Leaf)
        return;
    for (std::uint8_t pfn = 0; pfn < 2; ++pfn)
        if (slot.pfn != pfn)
            step(SlotOp::Retarget, pfn, [&](DepositState&, Slot& at) { at.pfn = pfn, at.young = 0; });
    if (slot.young == 0)
        step(SlotOp::Touch, 0, [](DepositState&, Slot& at) { at.young = 1; });
    step(SlotOp::Protect, 0, [](DepositState&, Slot& at) { at.writable ^= 1; });
    if (slot.deposited > 0)
        step(SlotOp::Split, 0, [](DepositState&, Slot& at) {
            --at.deposited, at.kind = SlotKind::Table, at.half = 2;
            at.pte.fill(static_cast<std::uint8_t>(1 + 2 * at.pfn + at.writable));
            at.pfn = at.writable = at.young = 0;
        });
    step(SlotOp::Zap, 0, [](DepositState& next, Slot& at) {
        --at.deposited, ++next.freeTables;
        at.kind = SlotKind::None, at.pfn = at.writable = at.young = 0;
    });
}

template <class Step> void stepsOfTable(const Slot& slot, Step&& step) {
    if (slot.kind != SlotKind::Table)
        return;
    if (slot.half > 0)
        step(SlotOp::ZapTable, 0, [](DepositState&, Slot& at) { at.half = 0, at.pte.fill(0); });
    if (slot.half == 0) {
        step(SlotOp::FreeTable, 0,
             [](DepositState& next, Slot& at) { at.kind = SlotKind::None, ++next.freeTables; });
        step(SlotOp::FaultAgain, 0, [](DepositState&, Slot& at) { at.half = 1, at.pte[0] = at.pte[1] = 1; });
    }
    if (slot.half == 1)
        step(SlotOp::FaultSecond, 0, [](DepositState&, Slot& at) { at.half = 2, at.pte[2] = at.pte[3] = 1; });
}

/// All transitions of one slot of `state`: emit(next, action).
template <class Emit>
void transitionsOfSlot(const DepositState& state, unsigned space, unsigned number, Emit&& emit) {
    const unsigned base = (space * kSlotsOfSpace + number) * static_cast<unsigned>(SlotOp::Count);
    const auto step = [&](SlotOp op, unsigned variant, auto&& change) {
        DepositState next = state;
        change(next, next.spaces[space][number]);
        emit(next, ActionId(base + static_cast<unsigned>(op) + variant));
    };
    const Slot& slot = state.spaces[space][number];
    stepsOfEmpty(state, slot, step);
    stepsOfLeaf(slot, step);
    stepsOfTable(slot, step);
    if (slot.kind == SlotKind::None)
        return;
    for (unsigned offset = 1, variant = 0; offset < kSlotsOfSpace; ++offset, ++variant)
        if (const unsigned to = (number + offset) % kSlotsOfSpace;
            state.spaces[space][to].kind == SlotKind::None)
            step(SlotOp::Move, variant, [&](DepositState& next, Slot& at) {
                next.spaces[space][to] = std::exchange(at, kEmptySlot);
            });
}

inline std::uint8_t tablesOf(const std::array<Slot, kSlotsOfSpace>& space) {
    return static_cast<std::uint8_t>(
        std::ranges::count_if(space, [](const Slot& slot) { return slot.kind != SlotKind::None; }));
}

} // namespace detail

inline DepositState initialDepositState() {
    DepositState state{};
    state.freeTables = kTables;
    return state;
}

/// Every transition of `state`, in the order of the actions.
template <class Emit> void forEachTransition(const DepositState& state, Emit&& emit) {
    for (unsigned space = 0; space < (state.childLives != 0 ? kSpaces : 1); ++space)
        for (unsigned slot = 0; slot < kSlotsOfSpace; ++slot)
            detail::transitionsOfSlot(state, space, slot, emit);
    DepositState next = state;
    if (state.childLives == 0) {
        const std::uint8_t copies = detail::tablesOf(state.spaces[0]);
        if (copies > state.freeTables)
            return;
        next.freeTables = static_cast<std::uint8_t>(state.freeTables - copies);
        next.childLives = 1;
        next.spaces[1] = state.spaces[0];
        emit(next, ActionId(kFork));
    } else {
        next.freeTables = static_cast<std::uint8_t>(state.freeTables + detail::tablesOf(state.spaces[1]));
        next.childLives = 0;
        next.spaces[1] = {};
        emit(next, ActionId(kExit));
    }
}

/// What the original asserts after each statement: a leaf has one deposited table, nothing else has one.
inline bool holds(const DepositState& state) {
    if (state.freeTables > kTables)
        return false;
    for (const auto& space : state.spaces)
        for (const Slot& slot : space)
            if ((slot.kind == SlotKind::Leaf) != (slot.deposited == 1))
                return false;
    return true;
}

/// The state among those that differ by the order of the slots, the same in both spaces, that all of them
/// stand for.
inline void sortSlots(DepositState& state) {
    auto& [parent, child] = state.spaces;
    const auto order = [&](unsigned a, unsigned b) {
        int less = std::memcmp(&parent[a], &parent[b], sizeof(Slot));
        if (less == 0)
            less = std::memcmp(&child[a], &child[b], sizeof(Slot));
        if (less > 0)
            std::swap(parent[a], parent[b]), std::swap(child[a], child[b]);
    };
    order(0, 1), order(1, 2), order(0, 1);
}

inline DepositState depositStateOf(std::span<const std::byte> bytes) {
    DepositState state;
    std::memcpy(&state, bytes.data(), sizeof state);
    return state;
}

class DepositWorker final : public explore::SearchWorker {
public:
    explicit DepositWorker(Symmetry symmetry) : symmetry_(symmetry) {}
    void initial(explore::Emitter& out) override { emit(initialDepositState(), ActionId{}, out); }
    void expand(const explore::Origin& origin, explore::Emitter& out) override {
        forEachTransition(depositStateOf(origin.bytes),
                          [&](DepositState& next, ActionId action) { emit(next, action, out); });
    }

private:
    void emit(DepositState state, ActionId action, explore::Emitter& out) const {
        if (symmetry_ == Symmetry::SlotsSwap)
            sortSlots(state);
        if (!holds(state))
            out.finding(explore::FindingKind{}, action);
        out.successor(std::as_bytes(std::span(&state, 1)), action);
    }
    Symmetry symmetry_;
};

class DepositModel final : public explore::SearchModel {
public:
    explicit DepositModel(Symmetry symmetry) : symmetry_(symmetry) {}
    explore::StateSize stateSize() const override { return {sizeof(DepositState)}; }
    explore::WayToState wayToState() const override { return explore::WayToState::Bytes; }
    std::string identity() const override {
        return symmetry_ == Symmetry::Distinct ? "deposit" : "deposit, slots swapped";
    }
    std::unique_ptr<explore::SearchWorker> makeWorker() const override {
        return std::make_unique<DepositWorker>(symmetry_);
    }

private:
    Symmetry symmetry_;
};

/// Whether each state is what its parent becomes by its action: so the way back from each leads to the
/// initial state.
inline bool hasTrueWayBack(const explore::StateStore& store, Symmetry symmetry) {
    for (std::uint32_t i = 1; i < store.count(); ++i) {
        const explore::StateIndex at{i}, parent = store.parent(at);
        bool found = false;
        forEachTransition(depositStateOf(store.bytes(parent)), [&](DepositState& next, ActionId action) {
            if (action != store.action(at))
                return;
            if (symmetry == Symmetry::SlotsSwap)
                sortSlots(next);
            found = store.equals(at, std::as_bytes(std::span(&next, 1)));
        });
        if (!found || raw(parent) >= i)
            return false;
    }
    return true;
}

} // namespace pfnscope::bench
