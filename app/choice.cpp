// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/choice.h"

#include "app/data_paths.h"
#include "base/yaml.h"
#include "option/option_yaml.h"
#include "scenario/reader.h"

namespace pfnscope::app {
namespace {

Result<option::Option> readOptionFile(const std::string& path, const option::Catalogue& known) {
    auto document = yaml::Document::load(path);
    if (!document)
        return fail(document.error());
    return option::readOption(document->root(), known);
}

} // namespace

void addOptionChoice(CLI::App& command, OptionChoice& choice) {
    command
        .add_option("--option", choice.names,
                    "Only under this option; may be given several times, or as a list A,B,C")
        ->type_name("NAME")
        ->allow_extra_args(false)
        ->delimiter(',');
    command
        .add_option("--option-file", choice.files,
                    "Also under the option that this file holds; may be given several times")
        ->type_name("FILE")
        ->allow_extra_args(false);
}

Result<option::Catalogue> knownOptions(const OptionChoice& choice) {
    option::Catalogue known = option::Catalogue::shipped();
    for (const std::string& file : choice.files) {
        auto option = readOptionFile(file, known);
        if (!option)
            return fail(option.error());
        if (auto added = known.add(std::move(*option)); !added) {
            added.error().place.file = file;
            return fail(added.error());
        }
    }
    return known;
}

Result<scenario::NamedScenario> loadNamed(const std::string& name, const OptionChoice& choice) {
    auto known = knownOptions(choice);
    if (!known)
        return fail(known.error());
    const std::string file = findScenario(name);
    auto scenario = scenario::loadScenario(file, *known);
    if (!scenario)
        return fail(scenario.error());
    auto all = scenario::withOptionsOf(*scenario, *known);
    if (!all)
        return fail(all.error());

    scenario::NamedScenario named{file, std::move(*scenario), {}};
    for (const std::string& wanted : choice.names) {
        const auto option = all->find(wanted);
        if (!option)
            return fail(option.error());
        named.options.push_back(**option);
    }
    const auto& options = all->options();
    if (choice.isEmpty())
        named.options = options;
    else // what --option-file brought stands behind the shipped ones
        for (std::size_t i = 0; i < choice.files.size(); ++i)
            named.options.push_back(known->options()[known->options().size() - choice.files.size() + i]);
    return named;
}

} // namespace pfnscope::app
