// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace pfnscope::fuzz {

/// What must hold for every file of JSON lines whatsoever, recorded accesses or a kernel's record: reading it
/// ends at its end or in an error that names its line and says what was expected; every access that was read
/// runs and is compared. Empty when all holds, else what does not.
std::string brokenMmuPromise(const std::string& path);
std::string brokenKernelPromise(const std::string& path);

} // namespace pfnscope::fuzz
