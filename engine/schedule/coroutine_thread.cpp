// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule/coroutine.h"

#include <cassert>
#include <exception>
#include <semaphore>
#include <thread>

/// The same on a thread of its own, which runs only while whoever resumed it waits. Builds under a sanitizer
/// use it: g++ 12's address sanitizer takes its own frame for a stale one when an exception leaves a function
/// on a stack that is no thread's, though it is told of every switch (__asan_handle_no_return, sigaltstack).
namespace pfnscope::schedule {

struct Coroutine::Inside {
    std::function<void()> body;
    std::thread thread;
    std::binary_semaphore goesOn{0};
    std::binary_semaphore hasStopped{0};
    bool done = false;
};

Coroutine::Coroutine(std::function<void()> body) : inside_(std::make_unique<Inside>()) {
    inside_->body = std::move(body);
}

Coroutine::~Coroutine() {
    assert(!inside_->thread.joinable() && "a coroutine is not destroyed in the middle");
}

void Coroutine::resume() {
    assert(!isDone());
    Inside& inside = *inside_;
    if (inside.thread.joinable())
        inside.goesOn.release();
    else
        inside.thread = std::thread([&inside] {
            inside.body();
            inside.done = true;
            inside.hasStopped.release();
        });
    inside.hasStopped.acquire();
    if (inside.done)
        inside.thread.join();
}

void Coroutine::pause() {
    assert(std::uncaught_exceptions() == 0);
    inside_->hasStopped.release();
    inside_->goesOn.acquire();
}

bool Coroutine::isDone() const {
    return inside_->done;
}

} // namespace pfnscope::schedule
