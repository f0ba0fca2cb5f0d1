// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/data_paths.h"

#include <algorithm>
#include <cstdlib>

namespace pfnscope::app {

namespace fs = std::filesystem;

std::optional<fs::path> scenarioFolder() {
    std::vector<fs::path> places;
    if (const char* own = std::getenv("PFNSCOPE_SCENARIOS"))
        places.emplace_back(own);
    std::error_code ignored;
    if (const fs::path program = fs::read_symlink("/proc/self/exe", ignored); !program.empty())
        places.push_back(program.parent_path().parent_path() / "share" / "pfnscope" / "scenarios");
    places.emplace_back(PFNSCOPE_SOURCE_SCENARIOS);
    const auto found = std::find_if(places.begin(), places.end(),
                                    [&](const fs::path& place) { return fs::is_directory(place, ignored); });
    return found == places.end() ? std::nullopt : std::optional(*found);
}

std::vector<fs::path> yamlFilesBelow(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code problem;
    for (fs::recursive_directory_iterator each(folder, problem), end; !problem && each != end;
         each.increment(problem))
        if (each->path().extension() == ".yaml" && each->is_regular_file(problem))
            files.push_back(each->path());
    std::sort(files.begin(), files.end());
    return files;
}

std::string findScenario(const std::string& name) {
    std::error_code ignored;
    if (fs::exists(name, ignored))
        return name;
    if (const auto folder = scenarioFolder())
        for (const fs::path& candidate : {*folder / name, *folder / (name + ".yaml")})
            if (fs::is_regular_file(candidate, ignored))
                return candidate.string();
    return name;
}

} // namespace pfnscope::app
