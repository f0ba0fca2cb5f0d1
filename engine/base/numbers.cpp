// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/numbers.h"

#include <charconv>

namespace pfnscope {
namespace {

std::optional<std::uint64_t> digits(std::string_view text, int base) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

unsigned unitShift(char unit) {
    switch (unit) {
    case 'K':
        return 10;
    case 'M':
        return 20;
    case 'G':
        return 30;
    case 'T':
        return 40;
    default:
        return 0;
    }
}

} // namespace

std::optional<std::uint64_t> parseBareHex(std::string_view text) {
    return digits(text, 16);
}

std::optional<std::uint64_t> parseNumber(std::string_view text) {
    if (text.empty())
        return std::nullopt;
    const unsigned shift = unitShift(text.back());
    if (shift != 0)
        text.remove_suffix(1);
    const bool hex = text.starts_with("0x") || text.starts_with("0X");
    const auto value = hex ? digits(text.substr(2), 16) : digits(text, 10);
    if (!value || (shift != 0 && (*value >> (64 - shift)) != 0))
        return std::nullopt;
    return *value << shift;
}

} // namespace pfnscope
