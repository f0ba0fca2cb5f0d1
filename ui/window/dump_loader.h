// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "session/session_model.h"

#include <optional>

namespace pfnscope::ui {

/// The tables of a running system, as another program printed them: one column, one step, no scenario and no
/// option. Empty: `text` is none of the formats in lines that engine/dump reads.
std::optional<Result<Run>> loadDump(const QString& path, const std::string& text);

} // namespace pfnscope::ui
