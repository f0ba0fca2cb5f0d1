// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace pfnscope::test {

/// A config folder of its own for one test, gone afterwards.
class TemporaryConfig {
public:
    TemporaryConfig() {
        std::string name = (std::filesystem::temp_directory_path() / "pfnscope-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        if (const char* was = std::getenv("XDG_CONFIG_HOME"))
            before_ = was;
        ::setenv("XDG_CONFIG_HOME", folder_.c_str(), 1);
    }
    ~TemporaryConfig() {
        if (before_)
            ::setenv("XDG_CONFIG_HOME", before_->c_str(), 1);
        else
            ::unsetenv("XDG_CONFIG_HOME");
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    TemporaryConfig(const TemporaryConfig&) = delete;
    TemporaryConfig& operator=(const TemporaryConfig&) = delete;

    const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path folder_;
    std::optional<std::string> before_;
};

} // namespace pfnscope::test
