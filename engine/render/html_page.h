// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace pfnscope::render {

/// What both pages, the stepping one and the reviewer's, begin with: style sheet included, nothing from the
/// net.
std::string htmlHead(std::string_view title);

} // namespace pfnscope::render
