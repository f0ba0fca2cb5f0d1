// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

namespace pfnscope::schedule {

/// A function on a stack of its own, which can stop in the middle of whatever it has called and go on later
/// (Boost.Context). Nothing may be thrown out of the function, and it must have ended before the coroutine
/// goes. A stack that is too small is met by a guard page.
class Coroutine {
public:
    explicit Coroutine(std::function<void()> body);
    ~Coroutine();
    Coroutine(const Coroutine&) = delete;
    Coroutine& operator=(const Coroutine&) = delete;

    /// From outside: runs the body until it pauses or ends. The first call starts it.
    void resume();
    /// From inside the body: back to whoever resumed it. No exception may be in flight.
    void pause();
    bool isDone() const;

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

} // namespace pfnscope::schedule
