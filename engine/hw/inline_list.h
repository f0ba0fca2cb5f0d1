// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cassert>
#include <cstddef>
#include <cstring>
#include <new>
#include <span>
#include <type_traits>

namespace pfnscope::hw {

/// At most N values, kept in place: no allocation, and nothing is spent on the places that are not used. The
/// walk gives one back for every access.
template <class T, std::size_t N> class InlineList {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

public:
    InlineList() noexcept {} // NOLINT: `= default` would clear the storage where a list is value-initialised
    InlineList(const InlineList& other) noexcept { *this = other; }
    InlineList& operator=(const InlineList& other) noexcept {
        count_ = other.count_;
        std::memmove(storage_, other.storage_, count_ * sizeof(T));
        return *this;
    }

    void push_back(const T& value) {
        assert(count_ < N);
        new (storage_ + count_ * sizeof(T)) T(value);
        ++count_;
    }
    std::size_t size() const { return count_; }
    bool empty() const { return count_ == 0; }
    std::span<const T> span() const { return {std::launder(reinterpret_cast<const T*>(storage_)), count_}; }

private:
    std::size_t count_ = 0;
    alignas(T) std::byte storage_[N * sizeof(T)];
};

} // namespace pfnscope::hw
