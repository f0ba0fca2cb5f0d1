// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pfnscope {

/// How many cells a UTF-8 text takes (one a code point).
std::size_t cellsOf(std::string_view text);

/// Breaks at blanks and newlines; a word longer than `width` cells is broken where it must be.
std::vector<std::string> wrapText(std::string_view text, std::size_t width);

} // namespace pfnscope
