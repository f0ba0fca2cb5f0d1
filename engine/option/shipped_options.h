// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace pfnscope::option {

/// A file of assets/options as it stood when the library was built.
struct ShippedOption {
    std::string_view name; ///< the file's
    std::string_view text;
};
std::span<const ShippedOption> shippedOptions();

} // namespace pfnscope::option
