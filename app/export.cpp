// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export.h"

#include "render/graph_text.h"
#include "render/json.h"
#include "render/svg.h"
#include "render/text.h"

#include <fmt/format.h>

namespace pfnscope::app {
namespace {

struct FormatSpec {
    const char* name;
    Format format;
    const char* ending;
    bool wholeRun;
    bool diagram; ///< one diagram is all that it shows
};
constexpr FormatSpec kFormats[] = {
    {"text", Format::Text, "txt", false, true},    {"unicode", Format::Unicode, "txt", false, true},
    {"diff", Format::Diff, "diff", false, false},  {"svg", Format::Svg, "svg", false, true},
    {"png", Format::Png, "png", false, true},      {"pdf", Format::Pdf, "pdf", true, true},
    {"dot", Format::Dot, "dot", false, true},      {"mermaid", Format::Mermaid, "mmd", false, true},
    {"calls", Format::Calls, "mmd", false, false}, {"html", Format::Html, "html", true, false},
    {"json", Format::Json, "json", false, true},   {"jsonl", Format::JsonLines, "jsonl", true, false},
    {"csv", Format::Csv, "csv", true, false},      {"cast", Format::Cast, "cast", true, false},
};

const FormatSpec& specOf(Format format) {
    for (const FormatSpec& spec : kFormats)
        if (spec.format == format)
            return spec;
    return kFormats[0];
}

std::vector<view::Diagram> pagesOf(const render::PicturedRun& pictured, const ExportRequest& request) {
    std::vector<view::Diagram> pages;
    if (request.step)
        pages.push_back(render::pictureOf(pictured, *request.step, layoutOf(request)));
    else
        for (const render::Slide& slide : render::present(pictured, layoutOf(request)).slides)
            pages.push_back(slide.diagram);
    return pages;
}

/// A format that shows one diagram and is one file.
Result<std::string> drawn(const view::Diagram& diagram, const ExportRequest& request) {
    switch (request.format) {
    case Format::Unicode:
        return render::renderText(diagram, render::Charset::Unicode);
    case Format::Svg:
        return render::renderSvg(
            diagram, {request.png.transparent ? render::Page::Transparent : render::Page::Painted});
    case Format::Pdf:
        return drawPdf({diagram});
    case Format::Dot:
        return render::renderDot(diagram);
    case Format::Mermaid:
        return render::renderMermaid(diagram);
    case Format::Json:
        return render::renderJson(diagram);
    default:
        return render::renderText(diagram);
    }
}

/// A format that needs more of the run than one diagram.
Result<std::string> told(const render::PicturedRun& pictured, const render::PicturedRun* against,
                         const ExportRequest& request, std::size_t step) {
    const view::LayoutOptions layout = layoutOf(request);
    const machine::Journal& journal = pictured.run.machine.journal();
    const auto picture = [&] { return render::pictureOf(pictured, step, layout); };
    switch (request.format) {
    case Format::Diff:
        return render::renderDiff(against != nullptr ? render::compareAt(pictured, *against, step)
                                                     : render::compareWithStepBefore(pictured, step));
    case Format::Pdf:
        return drawPdf(pagesOf(pictured, request));
    case Format::Calls:
        return render::renderMermaidCalls(view::callTree(journal, render::positionAfter(pictured.run, step)),
                                          picture().stamp);
    case Format::Html:
        return render::renderHtml(render::present(pictured, layout));
    case Format::JsonLines:
        return render::renderJsonLines(journal, picture().stamp);
    case Format::Csv:
        return render::renderCsv(render::present(pictured, layout));
    case Format::Cast:
        return render::renderCast(render::present(pictured, layout));
    default: // with the trace
        return render::renderJson(picture(), &journal);
    }
}

} // namespace

const std::map<std::string, Format>& formatNames() {
    static const std::map<std::string, Format> names = [] {
        std::map<std::string, Format> made;
        for (const FormatSpec& spec : kFormats)
            made.emplace(spec.name, spec.format);
        return made;
    }();
    return names;
}

std::string fileEnding(Format format) {
    return specOf(format).ending;
}

bool showsAWholeRun(Format format) {
    return specOf(format).wholeRun;
}

const std::vector<std::string>& diagramFormats() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> made;
        for (const FormatSpec& spec : kFormats)
            if (spec.diagram)
                made.emplace_back(spec.name);
        return made;
    }();
    return names;
}

view::LayoutOptions layoutOf(const ExportRequest& request) {
    constexpr int kFrameRows = 8;
    view::LayoutOptions layout;
    layout.form = request.columns ? view::Form::Columns : view::Form::Staircase;
    layout.frameRows = request.frames ? kFrameRows : 0;
    return layout;
}

Result<std::vector<ExportedFile>> exportDiagram(const view::Diagram& diagram, const ExportRequest& request) {
    std::vector<ExportedFile> files;
    if (request.format == Format::Png) {
        const auto pieces = drawPng(diagram, request.png);
        if (!pieces)
            return fail(pieces.error());
        for (const PngPiece& piece : *pieces)
            files.push_back({piece.suffix, piece.bytes});
        return files;
    }
    auto content = drawn(diagram, request);
    if (!content)
        return fail(content.error());
    files.push_back({"", std::move(*content)});
    if (request.format == Format::Mermaid && diagram.boxes.size() > render::kMermaidNodes)
        files.back().warning =
            fmt::format("{} boxes are more than Mermaid draws well; svg and dot have no such bound",
                        diagram.boxes.size());
    return files;
}

Result<std::vector<ExportedFile>> exportRun(const render::PicturedRun& pictured,
                                            const render::PicturedRun* against,
                                            const ExportRequest& request) {
    const std::size_t step = request.step.value_or(render::lastStep(pictured.run));
    const bool showsMore = request.format == Format::Json || request.format == Format::Pdf;
    if (specOf(request.format).diagram && !showsMore)
        return exportDiagram(render::pictureOf(pictured, step, layoutOf(request)), request);
    auto content = told(pictured, against, request, step);
    if (!content)
        return fail(content.error());
    std::vector<ExportedFile> files;
    files.push_back({"", std::move(*content)});
    return files;
}

} // namespace pfnscope::app
