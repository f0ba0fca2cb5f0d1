// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"
#include "base/error.h"

#include <cstddef>

namespace pfnscope::explore {

enum class PageUse {
    Scattered,
    Ordered
}; ///< Scattered: asks for huge pages, so that random look-ups miss the TLB less

/// Address space taken at once, backed by memory only where it is touched, zero until written. What lies in
/// it never moves, so that threads may read while another part grows.
class Region {
public:
    static Result<Region> reserve(Bytes size, PageUse use);
    Region() = default;
    Region(Region&& other) noexcept;
    Region& operator=(Region&& other) noexcept;
    ~Region();

    template <class T> T* as() const { return static_cast<T*>(start_); }
    Bytes size() const { return size_; }

private:
    void* start_ = nullptr;
    Bytes size_;
};

} // namespace pfnscope::explore
