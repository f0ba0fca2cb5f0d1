// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "option/catalogue.h"
#include "option/option_yaml.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace pfnscope::app {
namespace {

struct OptionsArguments {
    std::vector<std::string> names;
    bool json = false;
    bool yaml = false;
};

nlohmann::ordered_json toJson(const option::Option& option) {
    nlohmann::ordered_json slots = nlohmann::ordered_json::object();
    for (const option::Slot& slot : option::slots())
        slots[std::string(slot.name)] = slot.words(option);
    return {{"option", option.name},
            {"title", option.title},
            {"source", option.source},
            {"about", option.about},
            {"slots", std::move(slots)}};
}

void printSlots(const option::Option& option, std::ostream& out) {
    const option::Option today;
    fmt::print(out, "{}: {}\n  {}\n  Source: {}\n", option.name, option.title, option.about, option.source);
    for (const option::Slot& slot : option::slots())
        fmt::print(out, "  {} {:<17} {}\n", slot.words(option) == slot.words(today) ? ' ' : '*', slot.name,
                   slot.words(option));
}

void listOptions(const OptionsArguments& arguments, Context& context) {
    const option::Catalogue catalogue = option::Catalogue::shipped();
    std::vector<const option::Option*> chosen;
    for (const std::string& name : arguments.names) {
        const auto found = catalogue.find(name);
        if (!found)
            return context.bad(found.error());
        chosen.push_back(*found);
    }
    const bool isAll = chosen.empty();
    if (isAll)
        for (const option::Option& option : catalogue.options())
            chosen.push_back(&option);

    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const option::Option* option : chosen) {
        if (arguments.json)
            list.push_back(toJson(*option));
        else if (arguments.yaml)
            context.out << "---\n" << option::toYaml(*option);
        else if (isAll)
            fmt::print(context.out, "{:<13} {}\n", option->name, option->title);
        else
            printSlots(*option, context.out);
    }
    if (arguments.json)
        context.out << nlohmann::ordered_json{{"options", std::move(list)}}.dump(1) << '\n';
}

} // namespace

void addOptionsCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<OptionsArguments>();
    CLI::App* command =
        program.add_subcommand("options", "The design options that are known, and their rules");
    command->add_option("NAME", arguments->names,
                        "Show the rules of these options (a * marks what differs from today)");
    command->add_flag("--json", arguments->json, "For programs: every option with every slot");
    command->add_flag("--yaml", arguments->yaml, "As a file or a scenario would bring it along");
    command->callback([arguments, &context] { listOptions(*arguments, context); });
}

} // namespace pfnscope::app
