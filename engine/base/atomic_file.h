// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>

namespace pfnscope {

/// Writes beside the target and renames over it: whoever reads sees the old content or the new, never a part
/// of either.
Result<void> writeFileAtomically(const std::string& path, std::string_view content);

/// A whole file; refuses folders, and files over `limit` bytes (ErrorKind::Limit) before reading them.
Result<std::string> readFile(const std::string& path, std::size_t limit = 64U << 20);

} // namespace pfnscope
