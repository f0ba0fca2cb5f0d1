// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace pfnscope::render {

/// "a/b.png" and "-1-2" give "a/b-1-2.png": the name of a tile.
inline std::string withSuffix(const std::string& path, std::string_view suffix) {
    const std::filesystem::path whole(path);
    const std::string name = whole.stem().string() + std::string(suffix) + whole.extension().string();
    return (whole.parent_path() / name).string();
}

} // namespace pfnscope::render
