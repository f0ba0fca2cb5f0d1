// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/state_hash.h"

#include <cstring>

namespace pfnscope::explore {
namespace {

// Odd constants with about as many ones as zeroes: digits of the square roots of 2, 3 and 5.
constexpr std::uint64_t kFirst = 0x6a09e667f3bcc909ULL;
constexpr std::uint64_t kSecond = 0xbb67ae8584caa73bULL;
constexpr std::uint64_t kThird = 0x3c6ef372fe94f82bULL;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t load(const std::byte* from, std::size_t count) {
    std::uint64_t word = 0;
    std::memcpy(&word, from, count);
    return word;
}

} // namespace

std::uint64_t hashBytes(std::span<const std::byte> bytes, std::uint64_t seed) {
    const std::byte* at = bytes.data();
    std::size_t left = bytes.size();
    std::uint64_t hash = seed ^ kThird;
    for (; left >= 16; at += 16, left -= 16)
        hash = fold(load(at, 8) ^ kFirst ^ hash, load(at + 8, 8) ^ kSecond);
    if (left > 8)
        hash = fold(load(at, 8) ^ kFirst ^ hash, load(at + 8, left - 8) ^ kSecond);
    else if (left > 0)
        hash = fold(load(at, left) ^ kFirst ^ hash, kSecond);
    return fold(hash ^ kSecond, bytes.size() ^ kFirst);
}

std::uint64_t hashBytes(std::span<const std::byte> bytes) {
    return hashBytes(bytes, 0);
}

} // namespace pfnscope::explore
