// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/choice.h"
#include "app/commands.h"
#include "render/review.h"

#include <memory>

namespace pfnscope::app {
namespace {

struct ReportArguments {
    std::vector<std::string> scenarios;
    OptionChoice options;
    std::string output;
};

void report(const ReportArguments& arguments, Context& context) {
    std::vector<scenario::NamedScenario> named;
    for (const std::string& each : arguments.scenarios) {
        auto loaded = loadNamed(each, arguments.options);
        if (!loaded)
            return context.bad(loaded.error());
        loaded->file = each;
        named.push_back(std::move(*loaded));
    }
    const auto review = render::makeReview(named, PFNSCOPE_VERSION);
    if (!review)
        return context.bad(review.error());
    const bool isHtml = arguments.output.ends_with(".html") || arguments.output.ends_with(".htm");
    const bool isMarkdown = arguments.output.ends_with(".md");
    writeOutput(isHtml       ? render::renderReviewHtml(*review)
                : isMarkdown ? render::renderReviewMarkdown(*review)
                             : render::renderReviewText(*review),
                arguments.output, context);
}

} // namespace

void addReportCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<ReportArguments>();
    CLI::App* command = program.add_subcommand(
        "report",
        "The page a reviewer reads: options and how they differ, verdicts, costs, and for each finding\n"
        "the shortest sequence with the picture before and after");
    command->add_option("SCENARIO", arguments->scenarios, "Files, or names that `pfnscope scenarios` lists")
        ->required();
    addOptionChoice(*command, arguments->options);
    command
        ->add_option("-o,--output", arguments->output,
                     "FILE.html; FILE.md for an issue tracker; else a text of 72 columns for a mail; without "
                     "it that text "
                     "on standard output")
        ->type_name("FILE");
    command->callback([arguments, &context] { report(*arguments, context); });
}

} // namespace pfnscope::app
