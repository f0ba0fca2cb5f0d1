// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/yaml.h"
#include "option/option.h"

#include <string_view>
#include <vector>

/// The options that can be asked for by name.
namespace pfnscope::option {

inline constexpr std::size_t kMostOptions = 64; ///< a catalogue holds at most so many

class Catalogue {
public:
    /// What pfnscope brings along (assets/options, built into the library), in the order of the mail.
    static Catalogue shipped();

    const std::vector<Option>& options() const { return options_; }
    /// The option is valid as long as the catalogue lives and nothing is added to it.
    Result<const Option*> find(std::string_view name) const;
    /// As find(), with the place of the node in the error.
    Result<const Option*> find(const yaml::Node& name) const;

    /// ErrorKind::Duplicate for a name that exists, ErrorKind::Limit over kMostOptions.
    Result<void> add(Option option);

private:
    std::string names() const;
    std::vector<Option> options_;
};

} // namespace pfnscope::option
