// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/journal.h"

#include <cassert>

namespace pfnscope::machine {

void Journal::append(Delta delta) {
    assert(current_ && "a delta belongs to a kernel call");
    deltas_.push_back(std::move(delta));
    callOfDelta_.push_back(*current_);
}

CallId Journal::enter(std::string_view function, Arguments arguments, CpuId cpu) {
    const CallId id(static_cast<std::uint32_t>(calls_.size()));
    if (!current_)
        operations_.push_back(id);
    Call call;
    call.function = function;
    call.arguments = std::move(arguments);
    call.parent = current_;
    call.first = call.last = deltas_.size();
    call.depth = current_ ? calls_[current_->raw()].depth + 1 : 0;
    call.operation =
        current_ ? calls_[current_->raw()].operation : static_cast<std::uint32_t>(operations_.size() - 1);
    call.cpu = cpu;
    calls_.push_back(std::move(call));
    current_ = id;
    return id;
}

void Journal::leave(CallId id) {
    assert(current_ == id && "kernel calls end in the order they were entered, innermost first");
    Call& call = calls_[id.raw()];
    call.last = deltas_.size();
    call.open = false;
    current_ = call.parent;
}

void Journal::truncate(Position position, std::size_t operations) {
    assert(!current_ && "a journal is cut between operations");
    while (deltas_.size() > position) {
        deltas_.pop_back();
        callOfDelta_.pop_back();
    }
    if (operations_.size() <= operations)
        return;
    const std::size_t calls = operations_[operations].raw();
    operations_.resize(operations);
    while (calls_.size() > calls)
        calls_.pop_back();
}

} // namespace pfnscope::machine
