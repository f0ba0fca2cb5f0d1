// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "view/differences.h"
#include "view/layout.h"

#include <optional>

namespace pfnscope::view {

struct ViewOptions {
    std::optional<EntryRef> selected;
    Stamp stamp;
    std::vector<std::string> caption; ///< narration
    Kinship kinship = Kinship::SameHistory; ///< of the two snapshots
};

/// What to draw of `now`. `before`: the snapshot that marks and ghosts are relative to; null: no marks.
/// Whatever `now` holds that the layout has no place for (a layout of another history) is counted, not drawn.
Diagram makeDiagram(const TableGraph& now, const TableGraph* before, const UnionLayout& layout,
                    const ViewOptions& options = {});

/// A diagram with a layout of its own, as tight as these two moments allow: for a mail, not for stepping.
Diagram makeDiagram(const TableGraph& now, const TableGraph* before, const ViewOptions& options = {},
                    const LayoutOptions& layout = {});

/// Takes out the lines that no box and no horizontal edge needs, but for one between two boxes.
void squeeze(Diagram& diagram);

} // namespace pfnscope::view
