// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "check/watch.h"
#include "machine/timeline.h"
#include "option/option.h"

#include <memory>
#include <string>
#include <vector>

/// What the window shows: the steps of a script, and what each option made of them.
namespace pfnscope::scenario {
struct Run;
}

namespace pfnscope::ui {

/// One step of the script, the same for all columns.
struct Step {
    std::string title; ///< "munmap bar + 1M 4K": as the file says it
    std::string say;
    std::string question; ///< of `ask`; empty: none
    std::vector<std::string> answers;
    std::size_t right = 0;
    bool isTurn = false; ///< the answers are operations, and the title would give the right one away
};

/// One option's run from beginning to end. The machine moves in time; its history is finished.
struct Column {
    option::Option option;
    std::string label; ///< of a fork: "B, fork 1"; empty: the option's name says all
    std::string story; ///< of a fork: what was changed, in words
    std::shared_ptr<const scenario::Run> run; ///< what a fork starts from; null where no scenario was read
    std::shared_ptr<machine::Machine> machine;
    std::vector<std::string> answers; ///< what each step came to, in words; empty: it did nothing
    /// journal operation -> step; the boot belongs to none. A step may have no operation: a mark, or a process that is
    /// gone.
    std::vector<std::optional<std::size_t>> stepOfOperation;
    check::Report report;
    std::vector<std::string> mismatches; ///< ways in which the run is not what the scenario expects, as sentences

    const std::string& name() const { return label.empty() ? option.name : label; }
    bool isFork() const { return !label.empty(); }
    machine::Timeline timeline() const { return machine::Timeline(*machine); }
    const machine::State& state() const { return machine->state(); }
    const machine::Journal& journal() const { return machine->journal(); }
};

} // namespace pfnscope::ui
