// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/machine.h"

/// Moving through a finished history at three depths, both ways.
namespace pfnscope::machine {

/// Operation: one step of a scenario. Function: the next entry or exit of a kernel call that has a delta of
/// its own between. Write: one delta.
enum class StepDepth : std::uint8_t { Operation, Function, Write };

class Timeline {
public:
    /// The machine must outlive the timeline; its history may still grow between calls.
    explicit Timeline(Machine& machine) : machine_(machine) {}

    Position position() const { return machine_.position(); }
    Position end() const { return machine_.journal().end(); }

    /// False, and nothing moved, at the end of history (or at its beginning).
    bool stepForward(StepDepth depth);
    bool stepBack(StepDepth depth);
    /// Clamped to the end of history.
    void jump(Position position);

    /// The nearest boundary of `depth` after (before) `position`; `position` itself when there is none.
    Position next(Position position, StepDepth depth) const;
    Position previous(Position position, StepDepth depth) const;

    /// The operation whose deltas end at or after `position` and start before it: what a caption shows. Empty
    /// at 0.
    std::optional<std::size_t> operationAt(Position position) const;

private:
    Machine& machine_;
};

} // namespace pfnscope::machine
