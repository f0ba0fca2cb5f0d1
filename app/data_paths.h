// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// Where the program finds what it ships, from wherever it is started.
namespace pfnscope::app {

/// The folder of the shipped scenarios: $PFNSCOPE_SCENARIOS, ../share/pfnscope/scenarios beside the program,
/// else the source tree it was built from. Empty when none of them is there.
std::optional<std::filesystem::path> scenarioFolder();

/// The .yaml files below a folder, sorted by path.
std::vector<std::filesystem::path> yamlFilesBelow(const std::filesystem::path& folder);

/// A scenario as the user names it: a file, or the path below scenarioFolder() with or without ".yaml"
/// ("thread/04-remap-unmap-4k"). What is found nowhere comes back as it was given.
std::string findScenario(const std::string& name);

} // namespace pfnscope::app
