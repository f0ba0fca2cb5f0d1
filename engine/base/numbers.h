// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pfnscope {

/// "0x200000", "4096", "4K", "2M", "1G", "64G", "1T" (units of 1024, one unit at the end, decimal or hex
/// before it). Empty for anything else, overflow of 64 bits included.
std::optional<std::uint64_t> parseNumber(std::string_view text);

/// Hex without "0x", as the kernel records write addresses. Empty for anything else.
std::optional<std::uint64_t> parseBareHex(std::string_view text);

} // namespace pfnscope
