// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/rows_model.h"
#include "panels/pane.h"

/// The rows of the panes that are tables: pure functions of the session.
namespace pfnscope::ui {

Rows findingRows(const PaneContext& context);
Rows ledgerRows(const PaneContext& context);
Rows predicateRows(const PaneContext& context);
Rows eventRows(const PaneContext& context);
Rows differenceRows(const PaneContext& context);
Rows frameRows(const PaneContext& context);
Rows tlbRows(const PaneContext& context);
Rows verdictRows(const PaneContext& context);
/// Pins with their notes, breakpoints, the watched entries with their words in every column, and last what was looked
/// at, to be kept by a click.
Rows notebookRows(const PaneContext& context);
/// "PMD of VA 0x7f0000000000 [3]".
QString placeOf(const Selection& entry);

} // namespace pfnscope::ui
