// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/state.h"
#include "theme/theme.h"

#include <QString>

/// What the inspector says of an entry beside its bits.
namespace pfnscope::ui {

/// The kernel's helper for a field of an entry of this level: "pmd_write()"; empty where it has none.
QString kernelHelper(std::string_view field, hw::Level level);

/// The entry's address, cut into the indices that the walk takes from it, this table's in bold; empty outside
/// the trees.
QString splitAsHtml(const machine::State& state, Pfn table, unsigned index);

/// The walk of a user's read at the entry's address, level by level, the one that stopped it marked; ends in
/// why. A table outside the trees is not walked to, and that is said.
QString walkAsHtml(const machine::State& state, Pfn table, unsigned index, const Theme& theme);

/// What the entry leads to and what leads to its table, with links "down" and "up" where one can go there; of
/// a leaf also which TLBs hold it.
QString neighboursAsHtml(const machine::State& state, Pfn table, unsigned index, const Theme& theme);

} // namespace pfnscope::ui
