// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/ids.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pfnscope::schedule {

enum class ActorKind : std::uint8_t { Operation, Interrupt };

/// Who takes a step: the operation of a CPU, or the CPU itself when it answers an interrupt.
struct Actor {
    ActorKind kind = ActorKind::Operation;
    machine::CpuId cpu;
    auto operator<=>(const Actor&) const = default;
};

/// So many steps of one actor, one after another. 0: until it ends or has to wait.
struct Turn {
    Actor actor;
    std::uint32_t steps = 0;
    bool operator==(const Turn&) const = default;
};
using Schedule = std::vector<Turn>;

inline constexpr std::size_t kMostOverlapping = 4; ///< operations at once
inline constexpr std::uint32_t kMostStepsOfTurn = 1'000'000;

/// A turn as a scenario file says it: "cpu0 3", "cpu1", "interrupt1".
std::string toText(const Turn& turn);
/// Empty for anything else.
std::optional<Turn> turnFrom(std::string_view text);

} // namespace pfnscope::schedule
