// SPDX-License-Identifier: GPL-3.0-or-later
#include "option/catalogue.h"

#include "base/embedded_file.h"
#include "option/option_yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace pfnscope::option {

std::span<const EmbeddedFile> shippedOptions(); // assets/options, generated

Catalogue Catalogue::shipped() {
    Catalogue catalogue;
    for (const EmbeddedFile& file : shippedOptions()) {
        auto document = yaml::Document::parse(file.text, std::string(file.name));
        assert(document && "a shipped option is not YAML");
        auto option = readOption(document->root(), catalogue);
        assert(option && "a shipped option cannot be read");
        [[maybe_unused]] const auto added = catalogue.add(std::move(*option));
        assert(added);
    }
    return catalogue;
}

Result<const Option*> Catalogue::find(std::string_view name) const {
    const auto found = std::find_if(options_.begin(), options_.end(),
                                    [&](const Option& option) { return option.name == name; });
    if (found == options_.end())
        return fail(Error{ErrorKind::UnknownName, {}, std::string(name), names()});
    return &*found;
}

Result<const Option*> Catalogue::find(const yaml::Node& name) const {
    auto found = find(name.scalar());
    if (!found) {
        found.error().place = name.place();
        found.error().found = name.described();
    }
    return found;
}

Result<void> Catalogue::add(Option option) {
    if (find(option.name))
        return fail(Error{ErrorKind::Duplicate, {}, option.name, "a name that no other option has"});
    if (options_.size() >= kMostOptions)
        return fail(Error{ErrorKind::Limit,
                          {},
                          fmt::format("{} options", options_.size() + 1),
                          fmt::format("at most {}", kMostOptions)});
    options_.push_back(std::move(option));
    return {};
}

std::string Catalogue::names() const {
    std::vector<std::string_view> names;
    for (const Option& option : options_)
        names.push_back(option.name);
    return "an option: " + (names.empty() ? std::string("there is none") : yaml::oneOf(names));
}

} // namespace pfnscope::option
