// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "check/watch.h"
#include "explore/alphabet.h"
#include "explore/canonical.h"
#include "explore/replay.h"
#include "explore/search_model.h"
#include "mm/kernel.h"

#include <memory>
#include <vector>

namespace pfnscope::explore {

/// What a search is about.
struct Question {
    option::Option option;
    Alphabet alphabet;
    mm::KernelConfig kernel;
    hw::Geometry geometry = kSmallGeometry;
};

/// The kernel model as a machine that the search can step on and back: every step is remembered as a mark in
/// the journal, and taken back by the journal's inverse. Satisfies ReplayMachine. Letter n of the alphabet is
/// ActionId n.
class KernelMachine {
public:
    /// `question` must outlive it.
    explicit KernelMachine(const Question& question);
    KernelMachine(KernelMachine&&) noexcept;
    ~KernelMachine();

    /// What a letter asks for before it may come: a running process, a VMA at its place, no map in the way of
    /// a new one, a driver that keeps to the API. Part of what the alphabet means, not a shortcut of the
    /// search.
    bool isPossible(const Letter& letter) const;
    void redo(ActionId action);
    void undo();
    void present(Emitter& out);
    void expand(Emitter& out);

    /// For the way back: what was found by the last redo().
    std::vector<check::Finding> lastFindings() const;
    check::Verdict verdict() const { return watch_->report().verdict(); } ///< of all steps so far
    const machine::Machine& machine() const;
    const check::Expectation& expectation() const { return watch_->expectation(); }
    const mm::Outcome& lastOutcome() const { return lastOutcome_; }

private:
    struct Step {
        machine::Mark mark;
        check::Watch watch;
        std::uint32_t failures; ///< fail_alloc letters before it
    };
    bool isRunning(machine::Pid pid) const;
    bool mayTouch(const Letter& letter, machine::MmId mm) const;
    bool isShared(const Letter& letter, machine::MmId mm) const;
    bool mayRemap(const Letter& letter, machine::MmId mm) const;
    std::uint64_t flagsAt(const Letter& letter, machine::MmId mm) const; ///< of the VMA at its place
    void emit(ActionId action, Emitter& out);

    const Question* question_;
    std::vector<mm::Operation> operations_; ///< letter by letter
    std::unique_ptr<machine::Machine> machine_;
    std::unique_ptr<mm::Kernel> kernel_;
    std::unique_ptr<check::Watch> watch_;
    Canonical canonical_;
    std::vector<Step> steps_;
    std::uint32_t failures_ = 0; ///< fail_alloc letters so far: part of the state, since they are bounded
    mm::Outcome lastOutcome_;
    std::size_t findingsBefore_ = 0;
    std::vector<std::byte> bytes_;
};

/// SearchModel over KernelMachine.
class KernelModel final : public SearchModel {
public:
    explicit KernelModel(const Question& question) : question_(question) {}
    StateSize stateSize() const override;
    WayToState wayToState() const override { return WayToState::Path; }
    std::string identity() const override;
    std::unique_ptr<SearchWorker> makeWorker() const override;

private:
    const Question& question_;
};

} // namespace pfnscope::explore
