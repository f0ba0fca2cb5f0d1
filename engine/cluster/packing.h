// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/peers.h"

#include <cassert>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>

/// Values in messages, in the machine's byte order and without gaps: all ranks run the same program on
/// machines of one kind.
namespace pfnscope::cluster {

inline void packBytes(Message& message, std::span<const std::byte> bytes) {
    if (bytes.empty())
        return;
    const std::size_t at = message.size();
    message.resize(at + bytes.size());
    std::memcpy(message.data() + at, bytes.data(), bytes.size());
}

template <class T>
requires std::is_trivially_copyable_v<T>
void pack(Message& message, const T& value) {
    packBytes(message, std::as_bytes(std::span(&value, 1)));
}

/// Takes values out in the order in which they were put in.
class Unpacker {
public:
    explicit Unpacker(std::span<const std::byte> message) : rest_(message) {}
    bool isAtEnd() const { return rest_.empty(); }
    std::span<const std::byte> bytes(std::size_t count) {
        assert(count <= rest_.size());
        const auto taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }
    template <class T>
    requires std::is_trivially_copyable_v<T> T take() {
        T value;
        std::memcpy(&value, bytes(sizeof value).data(), sizeof value);
        return value;
    }

private:
    std::span<const std::byte> rest_;
};

/// Size and content of a vector or a string.
template <class V> void packVector(Message& message, const V& values) {
    pack(message, values.size());
    packBytes(message, std::as_bytes(std::span(values)));
}

template <class T> std::vector<T> takeVector(Unpacker& from) {
    std::vector<T> values(from.take<std::size_t>());
    for (T& value : values)
        value = from.take<T>();
    return values;
}

inline std::string takeText(Unpacker& from) {
    const auto bytes = from.bytes(from.take<std::size_t>());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace pfnscope::cluster
