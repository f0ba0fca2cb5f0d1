// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule/schedule.h"

#include "base/numbers.h"

#include <fmt/format.h>

#include <limits>

namespace pfnscope::schedule {
namespace {

constexpr std::string_view kOperation = "cpu";
constexpr std::string_view kInterrupt = "interrupt";

std::optional<std::uint32_t> smallNumber(std::string_view text, std::uint32_t least, std::uint32_t most) {
    const auto number = parseNumber(text);
    if (!number || *number < least || *number > most)
        return std::nullopt;
    return static_cast<std::uint32_t>(*number);
}

} // namespace

std::string toText(const Turn& turn) {
    std::string text = fmt::format("{}{}", turn.actor.kind == ActorKind::Interrupt ? kInterrupt : kOperation,
                                   turn.actor.cpu.raw());
    if (turn.steps != 0)
        text += fmt::format(" {}", turn.steps);
    return text;
}

std::optional<Turn> turnFrom(std::string_view text) {
    Turn turn;
    if (text.starts_with(kInterrupt)) {
        turn.actor.kind = ActorKind::Interrupt;
        text.remove_prefix(kInterrupt.size());
    } else if (text.starts_with(kOperation)) {
        text.remove_prefix(kOperation.size());
    } else {
        return std::nullopt;
    }
    const auto space = text.find(' ');
    const auto cpu = smallNumber(text.substr(0, space), 0, std::numeric_limits<std::uint32_t>::max());
    if (!cpu)
        return std::nullopt;
    turn.actor.cpu = machine::CpuId(*cpu);
    if (space == std::string_view::npos)
        return turn;
    const auto steps = smallNumber(text.substr(space + 1), 1, kMostStepsOfTurn);
    if (!steps)
        return std::nullopt;
    turn.steps = *steps;
    return turn;
}

} // namespace pfnscope::schedule
