// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "view/diagram.h"

#include <string>
#include <string_view>
#include <vector>

/// A diagram as plain text, in the style of the kernel's page-table document: boxes of "+---+", arrows
/// "+-->".
namespace pfnscope::render {

/// Ascii: 7-bit, for mail. Unicode: box-drawing characters, for terminals.
enum class Charset : std::uint8_t { Ascii, Unicode };

/// Caption, picture, legend and stamp. Lines end in \n, none has trailing blanks, none is longer than the
/// diagram is wide.
std::string renderText(const view::Diagram& diagram, Charset charset = Charset::Ascii);

/// UTF-8 to 7 bits: quotes, dashes and arrows as their plain likenesses, all else as '?'.
std::string toAscii(std::string_view text);
/// UTF-8 without control characters, which a terminal would obey.
std::string toPrintable(std::string_view text);

} // namespace pfnscope::render
