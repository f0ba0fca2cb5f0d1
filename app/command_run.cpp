// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/choice.h"
#include "app/commands.h"
#include "app/result_text.h"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <memory>

namespace pfnscope::app {
namespace {

struct RunArguments {
    std::string scenario;
    OptionChoice options;
    bool json = false;
};

/// What was expected decides; where nothing was, a finding is a failed check.
bool isFailed(const scenario::NamedScenario& named, const scenario::Summary& summary) {
    const bool isExpected = named.scenario.expect.contains(summary.option);
    return isExpected ? !summary.mismatches.empty() : summary.verdict() != check::Verdict::Ok;
}

/// With no option chosen: the first in full, and of the others those that the scenario expects something of.
void keepExpected(scenario::NamedScenario& named) {
    auto& options = named.options;
    const auto& expect = named.scenario.expect;
    const auto isNotExpected = [&](const option::Option& option) { return !expect.contains(option.name); };
    options.erase(std::remove_if(options.begin() + 1, options.end(), isNotExpected), options.end());
}

void runScenario(const RunArguments& arguments, Context& context) {
    auto named = loadNamed(arguments.scenario, arguments.options);
    if (!named)
        return context.bad(named.error());
    const bool isChosen = !arguments.options.isEmpty();
    if (!isChosen)
        keepExpected(*named);
    const auto summaries = scenario::compare({*named});
    if (!summaries)
        return context.bad(summaries.error());

    for (const scenario::Summary& summary : *summaries)
        if (isFailed(*named, summary))
            context.status = ExitStatus::CheckFailed;
    if (arguments.json) {
        context.out << summariesJson(*summaries).dump(1) << '\n';
        return;
    }
    for (const scenario::Summary& summary : *summaries)
        if (isChosen || &summary == &summaries->front())
            printRun(summary, context.out);
    if (!isChosen && summaries->size() > 1)
        printBlock(summaries->begin(), summaries->end(), context.out);
}

} // namespace

void addRunCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<RunArguments>();
    CLI::App* command = program.add_subcommand("run", "Run one scenario: its steps, findings and costs; exit "
                                                      "status 1 if it does not come out as it expects, or,\n"
                                                      "where it expects nothing, if something is found");
    command->add_option("SCENARIO", arguments->scenario, "A file, or a name that `pfnscope scenarios` lists")
        ->required();
    addOptionChoice(*command, arguments->options);
    command->add_flag("--json", arguments->json, "For programs");
    command->callback([arguments, &context] { runScenario(*arguments, context); });
}

} // namespace pfnscope::app
