// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <optional>
#include <string>
#include <vector>

/// The window for whoever has no Qt: the command line.
namespace pfnscope::ui {

struct WindowRequest {
    std::string scenario; ///< a file; empty: the start page
    std::vector<std::string> options;
    std::optional<std::size_t> step;  ///< as the command line counts: 0 is before the first
    std::string preset;               ///< "explore", "review", "teach", "minimal"; empty: as it was last time
    std::string theme;                ///< "light", "dark", "print"; empty: as it was last time
    std::string selected;             ///< an entry, as one types it to go there; empty: none
    std::string scenarioFolder;       ///< for the start page; empty: nothing is offered
    int width = 0;                    ///< 0: as it was last time
    int height = 0;
    std::string screenshot; ///< a PNG to write instead of waiting for the user; empty: none
};

/// Opens the window and returns when it is closed, or when the screenshot is written. Without a display a screenshot is
/// made all the same.
Result<void> runWindow(const WindowRequest& request);

} // namespace pfnscope::ui
