// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/journal.h"
#include "view/diagram.h"

#include <string>

/// The display list and the record of what happened as JSON; assets/schema/diagram.schema.json describes it.
namespace pfnscope::render {

inline constexpr std::string_view kJsonFormat = "pfnscope-diagram-1";

/// Two blanks of indentation, keys in a fixed order. `journal`: null leaves out the trace.
std::string renderJson(const view::Diagram& diagram, const machine::Journal* journal = nullptr);
/// The trace alone, one JSON value a line: first the header, then each delta in order with its kernel call.
std::string renderJsonLines(const machine::Journal& journal, const view::Stamp& stamp);

} // namespace pfnscope::render
