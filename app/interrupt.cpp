// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/interrupt.h"

#include <ctime>

namespace pfnscope::app {
namespace {

sigset_t requestsToStop() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

} // namespace

Interrupt::Interrupt() {
    const sigset_t requests = requestsToStop();
    pthread_sigmask(SIG_BLOCK, &requests, &before_);
    waiter_ = std::jthread([this](const std::stop_token& end) { wait(end); });
}

Interrupt::~Interrupt() {
    waiter_.request_stop();
    waiter_.join();
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Interrupt::wait(const std::stop_token& end) {
    const sigset_t requests = requestsToStop();
    const timespec pause{0, 20'000'000};
    while (!end.stop_requested()) {
        if (sigtimedwait(&requests, nullptr, &pause) < 0)
            continue;
        work_.request_stop();
        pthread_sigmask(SIG_UNBLOCK, &requests, nullptr); // here the next one ends the program
        while (!end.stop_requested())
            nanosleep(&pause, nullptr);
    }
}

} // namespace pfnscope::app
