// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/delta.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pfnscope::render {

/// A delta for programs and for logs: "entry_written" and its details, addresses and words in hex.
struct TraceWords {
    std::string_view kind;
    std::vector<std::pair<std::string, std::string>> details;
};
TraceWords traceWords(const machine::Delta& delta);

std::string_view name(machine::HappeningKind kind);

} // namespace pfnscope::render
