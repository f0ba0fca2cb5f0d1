// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule/coroutine.h"

#include <boost/context/fiber.hpp>
#include <boost/context/protected_fixedsize_stack.hpp>

#include <cassert>
#include <cstddef>
#include <exception>

namespace pfnscope::schedule {
namespace {

constexpr std::size_t kStackSize = 512 * 1024;

} // namespace

struct Coroutine::Inside {
    std::function<void()> body;
    boost::context::fiber own;    ///< the body's stack, while it is paused
    boost::context::fiber caller; ///< the other one, while it runs
    bool done = false;
};

Coroutine::Coroutine(std::function<void()> body) : inside_(std::make_unique<Inside>()) {
    Inside& inside = *inside_;
    inside.body = std::move(body);
    inside.own =
        boost::context::fiber(std::allocator_arg, boost::context::protected_fixedsize_stack(kStackSize),
                              [&inside](boost::context::fiber&& caller) {
                                  inside.caller = std::move(caller);
                                  inside.body();
                                  inside.done = true;
                                  return std::move(inside.caller);
                              });
}

Coroutine::~Coroutine() {
    assert((isDone() || inside_->own) && "a coroutine is not destroyed from inside");
}

void Coroutine::resume() {
    assert(!isDone());
    inside_->own = std::move(inside_->own).resume();
}

void Coroutine::pause() {
    assert(std::uncaught_exceptions() == 0);
    inside_->caller = std::move(inside_->caller).resume();
}

bool Coroutine::isDone() const {
    return inside_->done;
}

} // namespace pfnscope::schedule
