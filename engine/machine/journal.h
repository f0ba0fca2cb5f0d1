// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/delta.h"

#include <deque>
#include <optional>
#include <string_view>
#include <vector>

/// What happened, in order, inside a tree of kernel calls: who called whom, with which arguments.
namespace pfnscope::machine {

enum class ArgumentKind : std::uint8_t { Address, Frame, Length, Number, Word };

/// One argument of a kernel call; `name` has static storage.
struct Argument {
    std::string_view name;
    ArgumentKind kind = ArgumentKind::Number;
    std::uint64_t value = 0;

    Argument(std::string_view n, VirtAddr at) : name(n), kind(ArgumentKind::Address), value(at.raw()) {}
    Argument(std::string_view n, Pfn frame) : name(n), kind(ArgumentKind::Frame), value(frame.raw()) {}
    Argument(std::string_view n, Bytes length) : name(n), kind(ArgumentKind::Length), value(length.raw()) {}
    Argument(std::string_view n, ArgumentKind k, std::uint64_t v) : name(n), kind(k), value(v) {}
    bool operator==(const Argument&) const = default;
};
using Arguments = std::vector<Argument>;

/// One call of a kernel function. Its deltas, those of its callees included, are [first, last); where
/// operations overlap, others' lie in between, and callOf() tells whose each is.
struct Call {
    std::string_view function; ///< static storage; the kernel's name, or an operation's for the top of a tree
    Arguments arguments;
    std::optional<CallId> parent; ///< empty: an operation (one step of a scenario)
    Position first = 0;
    Position last = 0;
    std::uint32_t depth = 0;
    std::uint32_t operation = 0; ///< which operation it belongs to: index into Journal::operations()
    CpuId cpu;
    bool open = true;
};

class Journal {
public:
    const std::deque<Delta>& deltas() const { return deltas_; }
    const std::deque<Call>& calls() const {
        return calls_;
    } ///< in order of entry, so parents come before children
    const std::vector<CallId>& operations() const { return operations_; }
    const Call& call(CallId id) const { return calls_[id.raw()]; }
    Position end() const { return deltas_.size(); }

    /// The innermost call that committed delta `index`.
    CallId callOf(Position index) const { return callOfDelta_[index]; }
    /// The innermost call that is still open; empty between operations.
    std::optional<CallId> current() const { return current_; }

private:
    friend class Machine;
    void append(Delta delta);
    CallId enter(std::string_view function, Arguments arguments, CpuId cpu);
    void leave(CallId id);
    void truncate(Position position, std::size_t operations);

    std::deque<Delta> deltas_;
    std::deque<CallId> callOfDelta_;
    std::deque<Call> calls_;
    std::vector<CallId> operations_;
    std::optional<CallId> current_;
};

} // namespace pfnscope::machine
