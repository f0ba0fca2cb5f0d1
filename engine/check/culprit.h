// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "check/leaf.h"
#include "machine/journal.h"

#include <optional>
#include <string_view>

namespace pfnscope::check {

struct Culprit {
    std::string_view function; ///< the kernel function whose delta it was
    std::size_t operation = 0; ///< index into Journal::operations()
    machine::Position position = 0;
};

/// The last kernel write that gave the entry at `place` its value; empty when nobody ever wrote it.
std::optional<Culprit> lastWriter(const machine::Journal& journal, const EntryPlace& place);

} // namespace pfnscope::check
