// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/choice.h"
#include "app/commands.h"
#include "app/pictures.h"
#include "base/atomic_file.h"
#include "render/bits.h"
#include "render/graph_text.h"
#include "render/json.h"
#include "render/run_slides.h"
#include "render/svg.h"
#include "render/text.h"
#include "view/entry_words.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <optional>

namespace pfnscope::app {
namespace {

enum class Format { Text, Unicode, Svg, Png, Pdf, Dot, Mermaid, Calls, Html, Json, JsonLines, Csv, Cast };

const std::map<std::string, Format> kFormats{
    {"text", Format::Text},       {"unicode", Format::Unicode}, {"svg", Format::Svg},
    {"png", Format::Png},         {"pdf", Format::Pdf},         {"dot", Format::Dot},
    {"mermaid", Format::Mermaid}, {"calls", Format::Calls},     {"html", Format::Html},
    {"json", Format::Json},       {"jsonl", Format::JsonLines}, {"csv", Format::Csv},
    {"cast", Format::Cast},
};

struct RenderArguments {
    std::string scenario;
    OptionChoice options;
    std::optional<std::size_t> step;
    Format format = Format::Text;
    bool columns = false;
    bool frames = false;
    double scale = 2;
    std::string output;
};

view::LayoutOptions layoutOf(const RenderArguments& arguments) {
    constexpr int kFrameRows = 8;
    view::LayoutOptions layout;
    layout.form = arguments.columns ? view::Form::Columns : view::Form::Staircase;
    layout.frameRows = arguments.frames ? kFrameRows : 0;
    return layout;
}

std::vector<view::Diagram> pagesOf(const render::PicturedRun& pictured, const RenderArguments& arguments) {
    std::vector<view::Diagram> pages;
    if (arguments.step)
        pages.push_back(render::pictureOf(pictured, *arguments.step, layoutOf(arguments)));
    else
        for (const render::Slide& slide : render::present(pictured, layoutOf(arguments)).slides)
            pages.push_back(slide.diagram);
    return pages;
}

/// What the file will hold. Without --step: the last step, or every step where the format shows a whole run.
Result<std::string> exported(const render::PicturedRun& pictured, const RenderArguments& arguments) {
    const std::size_t step = arguments.step.value_or(render::lastStep(pictured.run));
    const view::LayoutOptions layout = layoutOf(arguments);
    const machine::Journal& journal = pictured.run.machine.journal();
    const auto picture = [&] { return render::pictureOf(pictured, step, layout); };
    switch (arguments.format) {
    case Format::Text:
        return render::renderText(picture());
    case Format::Unicode:
        return render::renderText(picture(), render::Charset::Unicode);
    case Format::Svg:
        return render::renderSvg(picture());
    case Format::Png:
        return drawPng(picture(), arguments.scale);
    case Format::Pdf:
        return drawPdf(pagesOf(pictured, arguments));
    case Format::Dot:
        return render::renderDot(picture());
    case Format::Mermaid:
        return render::renderMermaid(picture());
    case Format::Calls:
        return render::renderMermaidCalls(view::callTree(journal, render::positionAfter(pictured.run, step)),
                                          picture().stamp);
    case Format::Html:
        return render::renderHtml(render::present(pictured, layout));
    case Format::Json:
        return render::renderJson(picture(), &journal);
    case Format::JsonLines:
        return render::renderJsonLines(journal, picture().stamp);
    case Format::Csv:
        return render::renderCsv(render::present(pictured, layout));
    case Format::Cast:
        return render::renderCast(render::present(pictured, layout));
    }
    return std::string();
}

void renderScenario(const RenderArguments& arguments, Context& context) {
    auto named = loadNamed(arguments.scenario, arguments.options);
    if (!named)
        return context.bad(named.error());
    auto run = scenario::run(named->scenario, named->options.front());
    if (!run)
        return context.bad(run.error());
    const render::PicturedRun pictured{**run, arguments.scenario, PFNSCOPE_VERSION};
    if (arguments.step && *arguments.step > render::lastStep(**run))
        return context.bad({ErrorKind::OutOfRange,
                            {},
                            fmt::format("step {}", *arguments.step),
                            fmt::format("a step from 0 to {}", render::lastStep(**run))});
    const auto content = exported(pictured, arguments);
    if (!content)
        return context.bad(content.error());
    writeOutput(*content, arguments.output, context);
}

void printBits(const std::string& format, Context& context) {
    for (const hw::EntryFormat& each : view::entryFormats(hw::kFiveLevels)) {
        if (format == "svg")
            context.out << render::renderBitsSvg(each);
        else if (format == "mermaid")
            context.out << render::renderBitsMermaid(each) << '\n';
        else
            context.out << render::renderBitsText(each) << '\n';
    }
}

} // namespace

void writeOutput(const std::string& content, const std::string& path, Context& context) {
    if (path.empty() || path == "-") {
        context.out << content;
        return;
    }
    if (const auto written = writeFileAtomically(path, content); !written)
        context.bad(written.error());
}

void addRenderCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<RenderArguments>();
    CLI::App* command = program.add_subcommand(
        "render", "One step of a run as a picture, with marks for what it changed; or the whole run");
    command->add_option("SCENARIO", arguments->scenario, "A file, or a name that `pfnscope scenarios` lists")
        ->required();
    addOptionChoice(*command, arguments->options);
    command
        ->add_option("--step", arguments->step,
                     "0: before the first; without it the last, or all in html, pdf, csv, cast")
        ->type_name("N");
    command
        ->add_option("--format", arguments->format,
                     "text (72 columns of ASCII), unicode, svg, png, pdf, dot, mermaid, calls (Mermaid "
                     "sequence of the\n"
                     "kernel's calls), html, json, jsonl (the trace, a delta a line), csv, cast (asciinema)")
        ->transform(CLI::CheckedTransformer(kFormats, CLI::ignore_case).description(""));
    command->add_flag("--columns", arguments->columns,
                      "A column a level, from left to right, instead of a staircase");
    command->add_flag("--frames", arguments->frames, "Also list the frames that are mapped");
    command->add_option("--scale", arguments->scale, "Of png: pixels a unit")->check(CLI::Range(1.0, 3.0));
    command->add_option("-o,--output", arguments->output, "The file to write; without it, standard output")
        ->type_name("FILE");
    command->callback([arguments, &context] { renderScenario(*arguments, context); });
}

void addBitsCommand(CLI::App& program, Context& context) {
    auto format = std::make_shared<std::string>("text");
    CLI::App* command =
        program.add_subcommand("bits", "The bits of every entry format, as the manuals draw them");
    command->add_option("--format", *format, "text, svg (one picture after the other) or mermaid")
        ->check(CLI::IsMember({"text", "svg", "mermaid"}));
    command->callback([format, &context] { printBits(*format, context); });
}

} // namespace pfnscope::app
