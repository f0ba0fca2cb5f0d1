// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/crew.h"

namespace pfnscope::explore {

Crew::Crew(unsigned size) {
    for (unsigned member = 1; member < size; ++member)
        others_.emplace_back([this, member] { serve(member); });
}

Crew::~Crew() {
    {
        const std::scoped_lock lock(mutex_);
        closing_ = true;
    }
    posted_.notify_all();
}

void Crew::run(const std::function<void(unsigned)>& job) {
    {
        const std::scoped_lock lock(mutex_);
        job_ = &job;
        busy_ = static_cast<unsigned>(others_.size());
        ++round_;
    }
    posted_.notify_all();
    job(0);
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return busy_ == 0; });
}

void Crew::serve(unsigned member) {
    for (std::uint64_t round = 1;; ++round) {
        const std::function<void(unsigned)>* job = nullptr;
        {
            std::unique_lock lock(mutex_);
            posted_.wait(lock, [&] { return closing_ || round_ == round; });
            if (closing_)
                return;
            job = job_;
        }
        (*job)(member);
        const std::scoped_lock lock(mutex_);
        if (--busy_ == 0)
            done_.notify_one();
    }
}

} // namespace pfnscope::explore
