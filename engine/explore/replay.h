// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/search_model.h"

#include <algorithm>
#include <concepts>
#include <utility>
#include <vector>

/// For models whose state is too large to rebuild from bytes (WayToState::Path): a worker owns a machine, and
/// gets from state to state by taking back its last steps and doing others. States are expanded in the order
/// of their paths, so that neighbours share nearly all of theirs.
namespace pfnscope::explore {

/// A machine in its one initial state, which can do an action and take it back.
template <class M>
concept ReplayMachine = requires(M machine, ActionId action, Emitter& out) {
    machine.redo(action); ///< an action that expand() emitted for the present state
    machine.undo();       ///< takes back the last redo()
    machine.present(out); ///< emits the present (initial) state's canonical bytes, under any action
    machine.expand(out);  ///< emits all transitions of the present state and leaves the machine in it
};

template <ReplayMachine M> class ReplayWorker final : public SearchWorker {
public:
    explicit ReplayWorker(M machine) : machine_(std::move(machine)) {}
    void initial(Emitter& out) override { machine_.present(out); }
    void expand(const Origin& origin, Emitter& out) override {
        const auto parting = std::ranges::mismatch(done_, origin.path);
        for (auto step = done_.end(); step != parting.in1; --step)
            machine_.undo();
        for (auto step = parting.in2; step != origin.path.end(); ++step)
            machine_.redo(*step);
        done_.assign(origin.path.begin(), origin.path.end());
        machine_.expand(out);
    }

private:
    M machine_;
    std::vector<ActionId> done_; ///< to get to where the machine stands
};

} // namespace pfnscope::explore
