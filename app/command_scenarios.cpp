// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/data_paths.h"
#include "base/yaml.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace pfnscope::app {
namespace {

Result<std::string> titleOf(const std::filesystem::path& file) {
    auto document = yaml::Document::load(file.string());
    if (!document)
        return fail(document.error());
    const yaml::Node::Entry* title = document->root().entry("title");
    return title ? title->value.text("a title") : Result<std::string>(std::string());
}

void listScenarios(bool json, Context& context) {
    const auto folder = scenarioFolder();
    if (!folder)
        return context.bad({ErrorKind::CannotRead, {}, "scenarios", "the folder of the shipped scenarios"});
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const std::filesystem::path& file : yamlFilesBelow(*folder)) {
        const auto title = titleOf(file);
        if (!title) {
            context.bad(title.error());
            continue;
        }
        const std::string name =
            std::filesystem::relative(file, *folder).replace_extension().generic_string();
        if (json)
            list.push_back({{"scenario", name}, {"file", file.string()}, {"title", *title}});
        else
            fmt::print(context.out, "{:<40} {}\n", name, *title);
    }
    if (json)
        context.out << nlohmann::ordered_json{{"scenarios", std::move(list)}}.dump(1) << '\n';
}

} // namespace

void addScenariosCommand(CLI::App& program, Context& context) {
    auto json = std::make_shared<bool>(false);
    CLI::App* command = program.add_subcommand("scenarios", "The scenarios that pfnscope brings along");
    command->add_flag("--json", *json, "For programs");
    command->callback([json, &context] { listScenarios(*json, context); });
}

} // namespace pfnscope::app
