// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace pfnscope::app {

/// While it lives, Ctrl+C (SIGINT) or SIGTERM, which mpirun sends when a rank has died, asks the work to stop
/// instead of ending the program; a second one ends it. To be made before the threads of that work are, since
/// they inherit which signals they leave to others.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    std::stop_token token() const { return work_.get_token(); }

private:
    void wait(const std::stop_token& end);

    sigset_t before_{};
    std::stop_source work_;
    std::jthread waiter_;
};

} // namespace pfnscope::app
