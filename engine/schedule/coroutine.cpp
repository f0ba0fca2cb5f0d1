// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule/coroutine.h"

#include <boost/context/fiber.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>

#include <cassert>
#include <cstddef>
#include <exception>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace pfnscope::schedule {
namespace {

constexpr std::size_t kStackSize = 512 * 1024;

/// The address sanitizer follows which stack is in use only if it is told of every switch.
class StackSwitch {
public:
    /// `leaving`: the stack that is left will not be used again.
    void start([[maybe_unused]] const void* bottom, [[maybe_unused]] std::size_t size,
               [[maybe_unused]] bool leaving) {
#if defined(__SANITIZE_ADDRESS__)
        __sanitizer_start_switch_fiber(leaving ? nullptr : &fake_, bottom, size);
#endif
    }
    void finish([[maybe_unused]] const void** bottom, [[maybe_unused]] std::size_t* size) {
#if defined(__SANITIZE_ADDRESS__)
        __sanitizer_finish_switch_fiber(fake_, bottom, size);
#endif
    }

private:
    [[maybe_unused]] void* fake_ = nullptr;
};

} // namespace

struct Coroutine::Inside {
    std::function<void()> body;
    boost::context::fiber own;    ///< the body's stack, while it is paused
    boost::context::fiber caller; ///< the other one, while it runs
    bool done = false;
    const void* ownBottom = nullptr;
    const void* callerBottom = nullptr;
    std::size_t callerSize = 0;
};

Coroutine::Coroutine(std::function<void()> body) : inside_(std::make_unique<Inside>()) {
    Inside& inside = *inside_;
    inside.body = std::move(body);
    boost::context::protected_fixedsize_stack allocator(kStackSize);
    const boost::context::stack_context stack = allocator.allocate();
    inside.ownBottom = static_cast<const std::byte*>(stack.sp) - stack.size;
    inside.own =
        boost::context::fiber(std::allocator_arg, boost::context::preallocated(stack.sp, stack.size, stack),
                              allocator, [&inside](boost::context::fiber&& caller) {
                                  StackSwitch arrival;
                                  arrival.finish(&inside.callerBottom, &inside.callerSize);
                                  inside.caller = std::move(caller);
                                  inside.body();
                                  inside.done = true;
                                  StackSwitch departure;
                                  departure.start(inside.callerBottom, inside.callerSize, true);
                                  return std::move(inside.caller);
                              });
}

Coroutine::~Coroutine() {
    assert((isDone() || inside_->own) && "a coroutine is not destroyed from inside");
}

void Coroutine::resume() {
    assert(!isDone());
    StackSwitch change;
    change.start(inside_->ownBottom, kStackSize, false);
    inside_->own = std::move(inside_->own).resume();
    change.finish(nullptr, nullptr);
}

void Coroutine::pause() {
    assert(std::uncaught_exceptions() == 0);
    Inside& inside = *inside_;
    StackSwitch change;
    change.start(inside.callerBottom, inside.callerSize, false);
    inside.caller = std::move(inside.caller).resume();
    change.finish(&inside.callerBottom, &inside.callerSize);
}

bool Coroutine::isDone() const {
    return inside_->done;
}

} // namespace pfnscope::schedule
