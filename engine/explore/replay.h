// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/search_model.h"

#include <algorithm>
#include <concepts>
#include <utility>
#include <vector>

/// For models whose state is too large to rebuild from bytes: a worker owns a machine, and gets from state to
/// state by taking back its last steps and doing others. States are expanded in the order of their paths, so
/// that neighbours share nearly all of theirs.
namespace pfnscope::explore {

/// A machine in its one initial state, which can do an action and take it back.
template <class M>
concept ReplayMachine = requires(M machine, ActionId action, Emitter& out) {
    machine.redo(action); ///< an action that expand() emitted for the present state
    machine.undo();       ///< takes back the last redo()
    machine.present(out); ///< emits the present (initial) state's canonical bytes, under any action
    machine.expand(out);  ///< emits all transitions of the present state and leaves the machine in it
};

/// The states on the way to the one where a machine stands.
class Trail {
public:
    struct Move {
        std::size_t undo;           ///< steps to take back
        std::vector<ActionId> redo; ///< then steps to do, in this order
    };
    /// From the present state to `origin`: back to where the two paths part, then on.
    Move moveTo(const Origin& origin) {
        std::vector<StateIndex> fresh; // from the origin upwards, until the path meets the trail
        StateIndex at = origin.index;
        std::size_t depth = origin.depth;
        Move move{0, {}};
        while (depth > 0 && !(depth <= trail_.size() && trail_[depth - 1] == at)) {
            fresh.push_back(at);
            move.redo.push_back(origin.store.action(at));
            at = origin.store.parent(at);
            --depth;
        }
        move.undo = trail_.size() - depth;
        trail_.resize(depth);
        trail_.insert(trail_.end(), fresh.rbegin(), fresh.rend());
        std::reverse(move.redo.begin(), move.redo.end());
        return move;
    }

private:
    std::vector<StateIndex> trail_; ///< without the initial state
};

template <ReplayMachine M> class ReplayWorker final : public SearchWorker {
public:
    explicit ReplayWorker(M machine) : machine_(std::move(machine)) {}
    void initial(Emitter& out) override { machine_.present(out); }
    void expand(const Origin& origin, Emitter& out) override {
        const Trail::Move move = trail_.moveTo(origin);
        for (std::size_t step = 0; step < move.undo; ++step)
            machine_.undo();
        for (const ActionId action : move.redo)
            machine_.redo(action);
        machine_.expand(out);
    }

private:
    M machine_;
    Trail trail_;
};

} // namespace pfnscope::explore
