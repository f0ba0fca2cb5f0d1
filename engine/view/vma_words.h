// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "view/snapshot_graph.h"

#include <string>

namespace pfnscope::view {

/// "0x7f0000000000 +4M bar rw-s PFNMAP vfio: fault huge_fault", in at most `width` characters.
std::string vmaText(const VmaNode& node, int width);
/// Everything the VMA says.
std::string vmaTooltip(const VmaNode& node);

} // namespace pfnscope::view
