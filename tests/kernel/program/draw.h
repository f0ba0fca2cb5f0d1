// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace pfnscope::record {

/// A generator with a fixed start, so that every build and every kernel gets the same sequences.
class Draw {
public:
    explicit Draw(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15 + 1) {}

    /// 0 .. below - 1 (xorshift64*)
    std::uint64_t below(std::uint64_t limit) {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return ((state_ * 0x2545f4914f6cdd1d) >> 33) % limit;
    }

    template <std::size_t N, typename T> T oneOf(const T (&choices)[N]) { return choices[below(N)]; }

private:
    std::uint64_t state_;
};

} // namespace pfnscope::record
