// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace pfnscope {

/// A file of assets/ as it stood when the library was built (pfnscope_embed of engine/cmake).
struct EmbeddedFile {
    std::string_view name; ///< without its folder
    std::string_view text;
};

} // namespace pfnscope
