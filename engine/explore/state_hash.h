// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pfnscope::explore {

/// A hash of a state's canonical bytes. The upper half places a state in the table; the lower half is left
/// for whoever divides states among several tables. It decides speed only: states are told apart by their
/// bytes.
using StateHash = std::uint64_t (*)(std::span<const std::byte>);
constexpr std::uint32_t tagOf(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash >> 32);
}
/// Which of so many tables the state belongs to.
constexpr std::uint32_t shareOf(std::uint64_t hash, std::uint32_t tables) {
    return static_cast<std::uint32_t>(hash) % tables;
}

/// Folds 16 bytes at a time by a 64 x 64 -> 128 bit multiplication. The same on every run and little-endian
/// machine.
std::uint64_t hashBytes(std::span<const std::byte> bytes);
std::uint64_t hashBytes(std::span<const std::byte> bytes,
                        std::uint64_t seed); ///< to chain blocks of a longer whole

} // namespace pfnscope::explore
