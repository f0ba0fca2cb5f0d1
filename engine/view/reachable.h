// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace pfnscope::view {

struct TableGraph;

/// Sets TableNode::reachable: which tables of the tree a walk from some root can get to, through the entries
/// as they stand and whatever the kernel's records say.
void markReachable(TableGraph& graph);

} // namespace pfnscope::view
