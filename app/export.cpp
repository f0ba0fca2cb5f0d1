// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export.h"

#include "render/graph_text.h"
#include "render/json.h"
#include "render/svg.h"
#include "render/text.h"

namespace pfnscope::app {
namespace {

struct FormatSpec {
    const char* name;
    Format format;
    const char* ending;
    bool wholeRun;
};
constexpr FormatSpec kFormats[] = {
    {"text", Format::Text, "txt", false},   {"unicode", Format::Unicode, "txt", false},
    {"diff", Format::Diff, "diff", false},  {"svg", Format::Svg, "svg", false},
    {"png", Format::Png, "png", false},     {"pdf", Format::Pdf, "pdf", true},
    {"dot", Format::Dot, "dot", false},     {"mermaid", Format::Mermaid, "mmd", false},
    {"calls", Format::Calls, "mmd", false}, {"html", Format::Html, "html", true},
    {"json", Format::Json, "json", false},  {"jsonl", Format::JsonLines, "jsonl", true},
    {"csv", Format::Csv, "csv", true},      {"cast", Format::Cast, "cast", true},
};

const FormatSpec& specOf(Format format) {
    for (const FormatSpec& spec : kFormats)
        if (spec.format == format)
            return spec;
    return kFormats[0];
}

view::LayoutOptions layoutOf(const ExportRequest& request) {
    constexpr int kFrameRows = 8;
    view::LayoutOptions layout;
    layout.form = request.columns ? view::Form::Columns : view::Form::Staircase;
    layout.frameRows = request.frames ? kFrameRows : 0;
    return layout;
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

Result<std::string> whole(const render::PicturedRun& pictured, const render::PicturedRun* against,
                          const ExportRequest& request) {
    const std::size_t step = request.step.value_or(render::lastStep(pictured.run));
    const view::LayoutOptions layout = layoutOf(request);
    const machine::Journal& journal = pictured.run.machine.journal();
    const auto picture = [&] { return render::pictureOf(pictured, step, layout); };
    switch (request.format) {
    case Format::Text:
        return render::renderText(picture());
    case Format::Unicode:
        return render::renderText(picture(), render::Charset::Unicode);
    case Format::Diff:
        return render::renderDiff(against != nullptr ? render::compareAt(pictured, *against, step)
                                                     : render::compareWithStepBefore(pictured, step));
    case Format::Svg:
        return render::renderSvg(
            picture(), {request.png.transparent ? render::Page::Transparent : render::Page::Painted});
    case Format::Pdf:
        return drawPdf(pagesOf(pictured, request));
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
    case Format::Png: // exportRun() draws it: it may be several files
        break;
    }
    return std::string();
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

Result<std::vector<ExportedFile>> exportRun(const render::PicturedRun& pictured,
                                            const render::PicturedRun* against,
                                            const ExportRequest& request) {
    std::vector<ExportedFile> files;
    if (request.format != Format::Png) {
        auto content = whole(pictured, against, request);
        if (!content)
            return fail(content.error());
        files.push_back({"", std::move(*content)});
        return files;
    }
    const std::size_t step = request.step.value_or(render::lastStep(pictured.run));
    const auto pieces = drawPng(render::pictureOf(pictured, step, layoutOf(request)), request.png);
    if (!pieces)
        return fail(pieces.error());
    for (const PngPiece& piece : *pieces)
        files.push_back({piece.suffix, piece.bytes});
    return files;
}

} // namespace pfnscope::app
