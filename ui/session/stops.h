// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/notebook.h"
#include "session/session_model.h"

namespace pfnscope::ui {

/// Where a run comes to a stop.
struct Stop {
    machine::Position position = 0;
    std::optional<std::size_t> step; ///< set: at the end of this step; else inside one
    QString why;                     ///< "breakpoint in zap_huge_pmd", "bookmark", "lost"
};

/// The nearest breakpoint, bookmark or finding of the active column in that direction; empty: there is none.
std::optional<Stop> nextStop(const SessionModel& session, const Notebook& notebook, Direction direction);

} // namespace pfnscope::ui
