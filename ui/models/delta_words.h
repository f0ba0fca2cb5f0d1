// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/delta.h"
#include "models/rows_model.h"

namespace pfnscope::ui {

/// A delta as a line of the events pane.
struct DeltaWords {
    QString kind; ///< "entry", "deposit", "lock": what a filter is typed for
    QString text;
    view::Role role = view::Role::Plain;
};
DeltaWords wordsOf(const machine::Delta& delta);

} // namespace pfnscope::ui
