// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/interrupt.h"

#include <ctime>

namespace pfnscope::app {
namespace {

sigset_t onlyInterrupt() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    return set;
}

} // namespace

Interrupt::Interrupt() {
    const sigset_t interrupt = onlyInterrupt();
    pthread_sigmask(SIG_BLOCK, &interrupt, &before_);
    waiter_ = std::jthread([this](const std::stop_token& end) { wait(end); });
}

Interrupt::~Interrupt() {
    waiter_.request_stop();
    waiter_.join();
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Interrupt::wait(const std::stop_token& end) {
    const sigset_t interrupt = onlyInterrupt();
    const timespec pause{0, 20'000'000};
    while (!end.stop_requested()) {
        if (sigtimedwait(&interrupt, nullptr, &pause) != SIGINT)
            continue;
        work_.request_stop();
        pthread_sigmask(SIG_UNBLOCK, &interrupt, nullptr); // here the next one ends the program
        while (!end.stop_requested())
            nanosleep(&pause, nullptr);
    }
}

} // namespace pfnscope::app
