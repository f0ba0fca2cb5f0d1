// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/ids.h"
#include "view/snapshot_graph.h"

namespace pfnscope::ui {

/// A moment of one column's history; the other columns stand where lockStep() puts them.
struct Moment {
    int column = 0;
    machine::Position position = 0;
    bool operator==(const Moment&) const = default;
};

/// One entry of one table, named so that it is the same in every column where it exists. A table outside the
/// trees (deposited, loose) has no address of its own and goes by its frame.
struct Selection {
    view::TableKey table;
    unsigned index = 0;
    std::optional<Pfn> outside; ///< set: the table of this frame, and `table` says nothing
    bool operator==(const Selection&) const = default;
};

} // namespace pfnscope::ui
