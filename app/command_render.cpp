// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/choice.h"
#include "app/commands.h"
#include "app/picture_output.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

namespace pfnscope::app {
namespace {

struct RenderArguments {
    std::string scenario;
    OptionChoice options;
    std::string against;
    ExportRequest request;
    bool eachStep = false;
    std::string output;
};

Error noSuchStep(std::size_t step, std::size_t last) {
    return {
        ErrorKind::OutOfRange, {}, fmt::format("step {}", step), fmt::format("a step from 0 to {}", last)};
}

/// Numbered frames: one file a step in a folder.
void writeEachStep(const render::PicturedRun& pictured, const RenderArguments& arguments, Context& context) {
    if (showsAWholeRun(arguments.request.format))
        return context.bad({ErrorKind::Unsupported,
                            {},
                            "--each-step with a format that holds every step by itself",
                            "a format of one picture: text, unicode, diff, svg, png, dot, mermaid, calls"});
    if (arguments.output.empty() || arguments.output == "-")
        return context.bad({ErrorKind::MissingKey, {}, "--each-step without a folder", "-o FOLDER"});
    std::error_code problem;
    std::filesystem::create_directories(arguments.output, problem);
    if (problem)
        return context.bad({ErrorKind::CannotWrite, {arguments.output}, problem.message(), "a folder"});
    ExportRequest request = arguments.request;
    for (std::size_t step = 0; step <= render::lastStep(pictured.run) && context.status == ExitStatus::Done;
         ++step) {
        request.step = step;
        const auto files = exportRun(pictured, nullptr, request);
        if (!files)
            return context.bad(files.error());
        const auto name = fmt::format("step-{:03}.{}", step, fileEnding(request.format));
        writeFiles(*files, (std::filesystem::path(arguments.output) / name).string(), context);
    }
}

Result<std::unique_ptr<scenario::Run>> runUnder(const scenario::NamedScenario& named,
                                                const std::string& option) {
    for (const option::Option& each : named.options)
        if (option.empty() || each.name == option)
            return scenario::run(named.scenario, each);
    return fail({ErrorKind::UnknownName, {}, option, "one of the options of this run"});
}

void renderScenario(const RenderArguments& arguments, Context& context) {
    OptionChoice choice = arguments.options;
    if (!arguments.against.empty() && !choice.names.empty())
        choice.names.push_back(arguments.against);
    auto named = loadNamed(arguments.scenario, choice);
    if (!named)
        return context.bad(named.error());
    auto run = runUnder(*named, "");
    if (!run)
        return context.bad(run.error());
    const render::PicturedRun pictured{**run, arguments.scenario, PFNSCOPE_VERSION};
    if (arguments.request.step && *arguments.request.step > render::lastStep(**run))
        return context.bad(noSuchStep(*arguments.request.step, render::lastStep(**run)));
    if (arguments.eachStep)
        return writeEachStep(pictured, arguments, context);
    if (arguments.against.empty()) {
        const auto files = exportRun(pictured, nullptr, arguments.request);
        return files ? writeFiles(*files, arguments.output, context) : context.bad(files.error());
    }
    auto other = runUnder(*named, arguments.against);
    if (!other)
        return context.bad(other.error());
    const render::PicturedRun against{**other, arguments.scenario, PFNSCOPE_VERSION};
    const auto files = exportRun(pictured, &against, arguments.request);
    return files ? writeFiles(*files, arguments.output, context) : context.bad(files.error());
}

} // namespace

void addRenderCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<RenderArguments>();
    ExportRequest& request = arguments->request;
    CLI::App* command = program.add_subcommand(
        "render", "One step of a run as a picture, with marks for what it changed; or the whole run");
    command->add_option("SCENARIO", arguments->scenario, "A file, or a name that `pfnscope scenarios` lists")
        ->required();
    addOptionChoice(*command, arguments->options);
    command
        ->add_option("--step", request.step,
                     "0: before the first; without it the last, or all in html, pdf, csv, cast")
        ->type_name("N");
    command
        ->add_option(
            "--format", request.format,
            "text (72 columns of ASCII), unicode, diff (what the step changed, as a patch says it), svg, "
            "png, pdf,\ndot, mermaid, calls (Mermaid sequence of the kernel's calls), html, json, jsonl "
            "(the trace, a delta\na line), csv, cast (asciinema)")
        ->transform(CLI::CheckedTransformer(formatNames(), CLI::ignore_case).description(""));
    command->add_option("--against", arguments->against, "With --format diff: what differs under this option")
        ->type_name("OPTION");
    command->add_flag("--each-step", arguments->eachStep,
                      "Numbered frames: -o is a folder, and gets a file a step");
    addPictureOptions(*command, request);
    command->add_option("-o,--output", arguments->output, "The file to write; without it, standard output")
        ->type_name("FILE");
    command->callback([arguments, &context] { renderScenario(*arguments, context); });
}

} // namespace pfnscope::app
