// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/choice.h"
#include "app/commands.h"
#include "app/result_text.h"

#include <algorithm>
#include <memory>

namespace pfnscope::app {
namespace {

struct CompareArguments {
    std::vector<std::string> scenarios;
    OptionChoice options;
    bool json = false;
    bool matrixOnly = false;
};

void printAll(const std::vector<scenario::Summary>& summaries, bool matrixOnly, std::ostream& out) {
    printMatrix(summaries, out);
    for (auto begin = summaries.begin(); !matrixOnly && begin != summaries.end();) {
        const auto end = std::find_if(begin, summaries.end(), [&](const scenario::Summary& each) {
            return each.scenario != begin->scenario;
        });
        printBlock(begin, end, out);
        begin = end;
    }
}

void compareScenarios(const CompareArguments& arguments, Context& context) {
    std::vector<scenario::NamedScenario> named;
    for (const std::string& each : arguments.scenarios) {
        auto loaded = loadNamed(each, arguments.options);
        if (!loaded)
            return context.bad(loaded.error());
        named.push_back(std::move(*loaded));
    }
    const auto summaries = scenario::compare(named);
    if (!summaries)
        return context.bad(summaries.error());
    for (const scenario::Summary& summary : *summaries)
        if (!summary.mismatches.empty())
            context.status = ExitStatus::CheckFailed;
    if (arguments.json)
        context.out << summariesJson(*summaries).dump(1) << '\n';
    else
        printAll(*summaries, arguments.matrixOnly, context.out);
}

} // namespace

void addCompareCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<CompareArguments>();
    CLI::App* command = program.add_subcommand(
        "compare", "Scenarios x options: a matrix of verdicts (a ! marks what is not as the scenario "
                   "expects), then what each\n"
                   "option costs and where it first differs; exit status 1 if anything is not as expected");
    command->add_option("SCENARIO", arguments->scenarios, "Files, or names that `pfnscope scenarios` lists")
        ->required();
    addOptionChoice(*command, arguments->options);
    command->add_flag("--json", arguments->json, "For programs");
    command->add_flag("--matrix", arguments->matrixOnly, "Only the matrix");
    command->callback([arguments, &context] { compareScenarios(*arguments, context); });
}

} // namespace pfnscope::app
