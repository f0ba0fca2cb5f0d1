// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands.h"

#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace pfnscope::test {

/// What a command left behind: its status and both of its streams.
struct Answer {
    app::ExitStatus status;
    std::string out;
    std::string err;
};

/// Runs `pfnscope ARGUMENTS...` in this process. `input`: what somebody types; without it nobody is there.
inline Answer runPfnscope(const std::vector<std::string>& arguments,
                          std::optional<std::string> input = std::nullopt) {
    std::ostringstream out;
    std::ostringstream err;
    std::istringstream in(input.value_or(""));
    const app::ExitStatus status = app::runCommandLine(arguments, out, err, input ? &in : nullptr);
    return {status, out.str(), err.str()};
}

} // namespace pfnscope::test
