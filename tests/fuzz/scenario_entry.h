// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "option/catalogue.h"

#include <string>
#include <string_view>

namespace pfnscope::fuzz {

/// What must hold for every text whatsoever: reading it ends in a scenario or in an error that says what was
/// expected; a scenario is written and read again equal, and its run ends in a result or at a stated limit.
/// Empty when all holds, else what does not.
std::string brokenPromise(std::string_view text, const option::Catalogue& catalogue);

} // namespace pfnscope::fuzz
