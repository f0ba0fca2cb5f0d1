// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/data_paths.h"
#include "window/run_window.h"

#include <memory>

namespace pfnscope::app {
namespace {

struct WindowArguments {
    ui::WindowRequest request;
    std::string size;
};

/// "1366x768"; false for anything else.
bool readSize(const std::string& text, ui::WindowRequest& request) {
    const auto cross = text.find('x');
    if (cross == std::string::npos)
        return false;
    return CLI::detail::lexical_cast(text.substr(0, cross), request.width) &&
           CLI::detail::lexical_cast(text.substr(cross + 1), request.height) && request.width > 0 &&
           request.width <= 10'000 && request.height > 0 && request.height <= 10'000;
}

void openWindow(WindowArguments arguments, Context& context) {
    if (!arguments.size.empty() && !readSize(arguments.size, arguments.request))
        return context.bad(
            {ErrorKind::OutOfRange, {}, "--size " + arguments.size, "WIDTHxHEIGHT, each from 1 to 10000"});
    if (!arguments.request.scenario.empty())
        arguments.request.scenario = findScenario(arguments.request.scenario);
    if (const auto folder = scenarioFolder())
        arguments.request.scenarioFolder = folder->string();
    if (const auto shown = ui::runWindow(arguments.request); !shown)
        context.bad(shown.error());
}

} // namespace

void openStartPage(Context& context) {
    openWindow({}, context);
}

void addWindowCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<WindowArguments>();
    ui::WindowRequest& request = arguments->request;
    CLI::App* command = program.add_subcommand("window", "The window, on a scenario or on the start page");
    command->add_option("SCENARIO", request.scenario, "A file, or a name that `pfnscope scenarios` lists");
    command->add_option("--option", request.options, "A column of its own for each; up to four")
        ->type_name("NAME");
    command->add_option("--step", request.step, "0: before the first; without it the first")->type_name("N");
    command
        ->add_option("--select", request.selected,
                     "The entry to select: an address, or a map's name with an offset")
        ->type_name("ADDRESS");
    command->add_option("--preset", request.preset, "Which panes are shown")
        ->check(CLI::IsMember({"explore", "review", "teach", "minimal"}));
    command->add_option("--theme", request.theme, "Which colours")
        ->check(CLI::IsMember({"light", "dark", "print"}));
    command->add_option("--size", arguments->size, "Of the window, for instance 1366x768")->type_name("WxH");
    command->add_option("--screenshot", request.screenshot, "Write a picture of the window, and leave")
        ->type_name("FILE.png");
    command->callback([arguments, &context] { openWindow(*arguments, context); });
}

} // namespace pfnscope::app
