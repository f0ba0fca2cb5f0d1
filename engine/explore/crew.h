// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pfnscope::explore {

/// A fixed number of threads that do one job together at a time; the caller is one of them.
class Crew {
public:
    explicit Crew(unsigned size); ///< at least 1
    ~Crew();
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    unsigned size() const { return static_cast<unsigned>(others_.size()) + 1; }
    /// Calls job(0) .. job(size() - 1), each on a thread of its own, and returns when all have returned. What
    /// one call wrote is seen by whatever runs after it.
    void run(const std::function<void(unsigned)>& job);

private:
    void serve(unsigned member);

    std::mutex mutex_;
    std::condition_variable posted_, done_;
    const std::function<void(unsigned)>* job_ = nullptr;
    std::uint64_t round_ = 0;
    unsigned busy_ = 0;
    bool closing_ = false;
    std::vector<std::jthread> others_;
};

} // namespace pfnscope::explore
