// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/presentation.h"

#include "render/text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace pfnscope::render {
namespace {

using nlohmann::ordered_json;

constexpr double kSecondsPerSlide = 2.0;
constexpr std::string_view kClearScreen = "\x1b[2J\x1b[H";

std::string quotedCsv(std::string_view text) {
    std::string result = "\"";
    for (const char c : text)
        result += c == '"' ? "\"\"" : std::string(1, c == '\n' ? ' ' : c);
    return result + '"';
}

std::string jsonLine(const ordered_json& json) {
    return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

} // namespace

std::string renderCsv(const Presentation& presentation) {
    std::string out = fmt::format("# {}\n", toText(presentation.stamp));
    out += "step,operation,deposited,table_bytes,tables,faults,tlb_flushes,entries_written\n";
    for (std::size_t i = 0; i < presentation.slides.size(); ++i) {
        const Slide& slide = presentation.slides[i];
        out += fmt::format("{},{},{},{},{},{},{},{}\n", i, quotedCsv(slide.operation), slide.cost.deposited,
                           slide.cost.tableBytes, slide.cost.tables, slide.cost.faults, slide.cost.flushes,
                           slide.cost.entriesWritten);
    }
    return out;
}

std::string renderCast(const Presentation& presentation) {
    std::size_t columns = 72;
    std::size_t rows = 24;
    std::vector<std::string> screens;
    for (const Slide& slide : presentation.slides) {
        const std::string text = renderText(slide.diagram, Charset::Unicode);
        std::string screen;
        for (const char c : text)
            screen += c == '\n' ? std::string("\r\n") : std::string(1, c);
        columns = std::max(columns, static_cast<std::size_t>(slide.diagram.width));
        rows = std::max(rows, static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1);
        screens.push_back(std::move(screen));
    }
    std::string out = jsonLine({{"version", 2},
                                {"width", columns},
                                {"height", rows},
                                {"title", presentation.title + " [" + toText(presentation.stamp) + "]"}});
    double seconds = 0;
    for (std::size_t i = 0; i < screens.size(); ++i) {
        out += jsonLine(ordered_json::array({seconds, "m", presentation.slides[i].operation}));
        out += jsonLine(ordered_json::array({seconds, "o", std::string(kClearScreen) + screens[i]}));
        seconds += kSecondsPerSlide;
    }
    return out;
}

} // namespace pfnscope::render
