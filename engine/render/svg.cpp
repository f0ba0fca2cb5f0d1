// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/svg.h"

#include "base/wrap.h"
#include "render/text.h"
#include "render/theme.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::render {
namespace {

using view::Box;
using view::BoxKind;
using view::Diagram;
using view::Edge;
using view::EdgeKind;
using view::Mark;
using view::Point;
using view::Row;
using view::RowKind;

constexpr int kMargin = 12;
constexpr double kFontSize = 13.3; ///< a glyph of DejaVu Sans Mono is then one cell wide

std::string_view markClass(Mark mark) {
    switch (mark) {
    case Mark::None:
        return "";
    case Mark::Added:
        return " added";
    case Mark::Removed:
        return " removed";
    case Mark::Changed:
        return " changed";
    }
    return "";
}

std::string_view coverClass(char c) {
    switch (c) {
    case view::cover::kPte:
        return "page-4k";
    case view::cover::kPmd:
        return "leaf-2m";
    case view::cover::kPud:
        return "leaf-1g";
    case view::cover::kPartly:
        return "partly";
    default:
        return "none";
    }
}

/// What is written into a long piece of a strip.
std::string_view coverWord(char c) {
    switch (c) {
    case view::cover::kPte:
        return "4K";
    case view::cover::kPmd:
        return "2M";
    case view::cover::kPud:
        return "1G";
    default:
        return "";
    }
}

/// In a legend: drawn as the strips draw it.
bool isCover(std::string_view sample) {
    using namespace view::cover;
    constexpr char kCovers[] = {kNone, kPte, kPmd, kPud, kPartly};
    return sample.size() == 1 &&
           std::find(std::begin(kCovers), std::end(kCovers), sample[0]) != std::end(kCovers);
}

/// Writes one picture.
class Writer {
public:
    Writer(const Diagram& diagram, const SvgOptions& options) : diagram_(diagram), options_(options) {
        const std::size_t head = headLines(diagram).size();
        top_ = kMargin + kCellHeight * static_cast<int>(head == 0 ? 0 : head + 1);
    }

    std::string write() {
        const auto legend = legendLines();
        const int width = diagram_.width * kCellWidth + 2 * kMargin;
        const int height = top_ + (diagram_.height + 1) * kCellHeight +
                           static_cast<int>(legend.size() + 1) * kCellHeight + kMargin;
        out_ = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" width=\"{}\" "
                           "height=\"{}\" role=\"img\" class=\"pfnscope\" xml:space=\"preserve\">\n",
                           width, height, width, height);
        out_ += fmt::format("<title>{}</title>\n<desc>{}</desc>\n", escapeXml(diagram_.stamp.stepText),
                            escapeXml(toText(diagram_.stamp)));
        if (options_.withStyle)
            out_ += "<style>\n" + svgStyle() + "</style>\n";
        if (options_.page == Page::Painted)
            out_ += fmt::format("<rect class=\"page\" width=\"{}\" height=\"{}\"/>\n", width, height);
        writeHead();
        out_ += "<g class=\"edges\">\n";
        for (const Edge& edge : diagram_.edges)
            writeEdge(edge);
        out_ += "</g>\n<g class=\"boxes\">\n";
        for (const Box& box : diagram_.boxes)
            writeBox(box);
        out_ += "</g>\n";
        writeLegend(legend, top_ + (diagram_.height + 1) * kCellHeight);
        return out_ + "</svg>\n";
    }

private:
    int x(int cell) const { return kMargin + cell * kCellWidth; }
    int y(int cell) const { return top_ + cell * kCellHeight; }
    std::string id(std::string_view name) const { return options_.idPrefix + escapeXml(name); }

    struct LegendLine {
        std::vector<view::LegendItem> items;
        std::string words;
    };
    std::vector<LegendLine> legendLines() const {
        std::vector<LegendLine> lines;
        std::size_t used = 0;
        for (const view::LegendItem& item : diagram_.legend) {
            const std::size_t cells = item.sample.size() + item.text.size() + 3;
            if (lines.empty() || used + cells > static_cast<std::size_t>(diagram_.width)) {
                lines.push_back({});
                used = 0;
            }
            lines.back().items.push_back(item);
            used += cells;
        }
        for (std::string& stamp :
             wrapText(toText(diagram_.stamp), static_cast<std::size_t>(std::max(20, diagram_.width))))
            lines.push_back({{}, std::move(stamp)});
        return lines;
    }

    /// Text at a pixel position, as wide as its cells whatever the font.
    std::string text(int px, int baseline, std::string_view words, std::string_view cls) const {
        if (words.find_first_not_of(' ') == std::string_view::npos)
            return {};
        return fmt::format("<text{} x=\"{}\" y=\"{}\" textLength=\"{}\">{}</text>",
                           cls.empty() ? "" : fmt::format(" class=\"{}\"", cls), px, baseline,
                           cellsOf(words) * kCellWidth, escapeXml(words));
    }
    int baseline(int cell) const { return y(cell) + 13; }

    void writeHead() {
        int line = kMargin + 13;
        for (const view::HeadLine& head : headLines(diagram_)) {
            out_ += text(kMargin, line, head.text, head.isStep ? "step" : "caption") + "\n";
            line += kCellHeight;
        }
    }

    struct Pixel {
        int x = 0;
        int y = 0;
    };
    Pixel middleOf(Point cell) const { return {x(cell.x) + kCellWidth / 2, y(cell.y) + kCellHeight / 2}; }
    /// Borders run through the middle of their cells, which are next to those where an edge ends.
    static Pixel borderBeside(Pixel end, view::Side side) {
        switch (side) {
        case view::Side::Left:
            return {end.x + kCellWidth, end.y};
        case view::Side::Right:
            return {end.x - kCellWidth, end.y};
        case view::Side::Top:
            return {end.x, end.y + kCellHeight};
        case view::Side::Bottom:
            return {end.x, end.y - kCellHeight};
        }
        return end;
    }
    static std::string_view tipShape(view::Side side) {
        switch (side) {
        case view::Side::Left:
            return "l-7 -4 v8 z";
        case view::Side::Right:
            return "l7 -4 v8 z";
        case view::Side::Top:
            return "l-4 -7 h8 z";
        case view::Side::Bottom:
            return "l-4 7 h8 z";
        }
        return "";
    }

    void writeEdge(const Edge& edge) {
        out_ += fmt::format("<g id=\"{}\" class=\"edge {}{}{}\">", id(edge.id), name(edge.kind),
                            markClass(edge.mark), edge.ghost ? " ghost" : "");
        const Pixel begin = borderBeside(middleOf(edge.points.front()), edge.leaves);
        const Pixel tip = borderBeside(middleOf(edge.points.back()), edge.enters);
        std::string path = fmt::format("M{} {}", begin.x, begin.y);
        for (const Point& point : edge.points)
            path += fmt::format(" L{} {}", middleOf(point).x, middleOf(point).y);
        out_ += fmt::format("<path d=\"{} L{} {}\"/>", path, tip.x, tip.y);
        if (edge.kind != EdgeKind::Dock)
            out_ += fmt::format("<path class=\"tip\" d=\"M{} {} {}\"/>", tip.x, tip.y, tipShape(edge.enters));
        out_ += "</g>\n";
    }

    void writeBox(const Box& box) {
        const auto& r = box.rect;
        const int left = x(r.x) + kCellWidth / 2;
        const int upper = y(r.y) + kCellHeight / 2;
        const int width = (r.width - 1) * kCellWidth;
        const int height = (r.height - 1) * kCellHeight;
        out_ +=
            fmt::format("<g id=\"{}\" class=\"box {} {}{}{}{}\">", id(box.id), name(box.kind), name(box.role),
                        markClass(box.mark), box.ghost ? " ghost" : "", box.selected ? " selected" : "");
        if (!box.tooltip.empty())
            out_ += fmt::format("<title>{}</title>", escapeXml(box.tooltip));
        out_ += fmt::format("<rect class=\"card\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\"/>",
                            left, upper, width, height);
        if (box.mark == Mark::Changed)
            out_ +=
                fmt::format("<rect class=\"outer\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\"/>",
                            left - 3, upper - 3, width + 6, height + 6);
        const view::RowColumns columns = columnsOf(box);
        out_ += text(x(columns.mark), baseline(r.y + 1), std::string(1, letter(box.mark)), "mark");
        out_ += text(x(columns.index), baseline(r.y + 1), box.title, "title");
        out_ += '\n';
        if (!box.rows.empty())
            out_ += fmt::format("<path class=\"rule\" d=\"M{} {} h{}\"/>\n", left,
                                y(r.y + 2) + kCellHeight / 2, width);
        for (std::size_t i = 0; i < box.rows.size(); ++i)
            writeRow(box, columns, box.rows[i], box.rowY(i));
        out_ += "</g>\n";
    }

    void writeRow(const Box& box, const view::RowColumns& columns, const Row& row, int cellY) {
        const int left = x(box.rect.x) + kCellWidth / 2 + 1;
        const int width = (box.rect.width - 1) * kCellWidth - 2;
        out_ += fmt::format("<g id=\"{}\" class=\"row {}{}{}{}\">", id(row.id), name(row.role),
                            markClass(row.mark), row.selected ? " selected" : "", row.stale ? " stale" : "");
        if (!row.tooltip.empty())
            out_ += fmt::format("<title>{}</title>", escapeXml(row.tooltip));
        if (row.kind == RowKind::Strip) {
            writeStrip(columns, row, cellY);
        } else {
            out_ += fmt::format("<rect class=\"back\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", left,
                                y(cellY), width, kCellHeight - 1);
            if (row.role != view::Role::Plain && row.role != view::Role::Vma)
                out_ += fmt::format("<rect class=\"stripe\" x=\"{}\" y=\"{}\" width=\"3\" height=\"{}\"/>",
                                    left, y(cellY), kCellHeight - 1);
            out_ += text(x(columns.index), baseline(cellY), row.index, "index");
            out_ += text(x(columns.text), baseline(cellY), row.text, "");
            writeRest(columns, row, cellY);
        }
        out_ += text(x(columns.mark), baseline(cellY), std::string(1, letter(row.mark)), "mark");
        out_ += "</g>\n";
    }

    /// What is right of the text: the bar of a huge leaf, and the word for what a TLB still holds.
    void writeRest(const view::RowColumns& columns, const Row& row, int cellY) {
        constexpr std::string_view kStale = "!tlb";
        int end = columns.end;
        if (row.stale) {
            end -= static_cast<int>(kStale.size());
            out_ += text(x(end), baseline(cellY), kStale, "tlb");
        }
        const int begin = columns.text + static_cast<int>(cellsOf(row.text)) + 1;
        if (row.kind == RowKind::Bar && end - begin > 1)
            out_ += fmt::format("<rect class=\"bar\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"6\"/>", x(begin),
                                y(cellY) + 5, (end - begin - 1) * kCellWidth);
    }

    /// Runs of the same kind as one piece, with its name in it where there is room: a grey print keeps it.
    void writeStrip(const view::RowColumns& columns, const Row& row, int cellY) {
        constexpr std::size_t kRoomForName = 4;
        const std::string& cells = row.text;
        for (std::size_t i = 0; i < cells.size();) {
            std::size_t end = i;
            while (end < cells.size() && cells[end] == cells[i])
                ++end;
            const int left = x(columns.index + static_cast<int>(i));
            const int width = static_cast<int>(end - i) * kCellWidth;
            const int inset = cells[i] == view::cover::kPartly ? 5 : 1; // lower, so that grey shows it too
            if (cells[i] != ' ')
                out_ += fmt::format("<rect class=\"cover {}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                                    coverClass(cells[i]), left, y(cellY) + inset, width,
                                    kCellHeight - 2 - 2 * inset);
            if (const std::string_view word = coverWord(cells[i]); !word.empty() && end - i >= kRoomForName)
                out_ += text(left + width / 2 - kCellWidth, baseline(cellY) - 1, word, "on");
            i = end;
        }
    }

    void writeLegend(const std::vector<LegendLine>& lines, int from) {
        out_ += "<g class=\"legend\">\n";
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const int base = from + static_cast<int>(i) * kCellHeight + 13;
            int px = kMargin;
            for (const view::LegendItem& item : lines[i].items) {
                out_ += fmt::format("<g class=\"item {}\">", name(item.role));
                if (isCover(item.sample))
                    out_ +=
                        fmt::format("<rect class=\"cover {}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"10\"/>",
                                    coverClass(item.sample[0]), px, base - 9, kCellWidth);
                else
                    out_ += text(px, base, item.sample, "sample");
                px += (static_cast<int>(item.sample.size()) + 1) * kCellWidth;
                out_ += text(px, base, item.text, "");
                px += (static_cast<int>(item.text.size()) + 2) * kCellWidth;
                out_ += "</g>\n";
            }
            if (!lines[i].words.empty())
                out_ += text(kMargin, base, lines[i].words, "stamp") + "\n";
        }
        out_ += "</g>\n";
    }

    const Diagram& diagram_;
    const SvgOptions& options_;
    int top_ = kMargin;
    std::string out_;
};

} // namespace

std::string renderSvg(const Diagram& diagram, const SvgOptions& options) {
    return Writer(diagram, options).write();
}

std::string escapeXml(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        switch (c) {
        case '&':
            escaped += "&amp;";
            break;
        case '<':
            escaped += "&lt;";
            break;
        case '>':
            escaped += "&gt;";
            break;
        case '"':
            escaped += "&quot;";
            break;
        default:
            if (static_cast<unsigned char>(c) >= 0x20 || c == '\n')
                escaped += c;
        }
    }
    return escaped;
}

std::string svgStyle() {
    std::string css = fmt::format(
        ".pfnscope text{{font:{}px 'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,monospace;fill:#000;"
        "white-space:pre}}\n",
        kFontSize);
    css += ".pfnscope .page{fill:#fff}\n"
           ".pfnscope .card{fill:#fff;stroke:#444;stroke-width:1.2}\n"
           ".pfnscope .outer{fill:none;stroke:#444;stroke-width:1}\n"
           ".pfnscope .rule{stroke:#444;fill:none}\n"
           ".pfnscope .title,.pfnscope .step{font-weight:bold}\n"
           ".pfnscope .index{fill:#333}\n"
           ".pfnscope .stamp{fill:#555}\n"
           ".pfnscope .back{fill:none}\n"
           ".pfnscope .edge path{fill:none;stroke:#0072b2;stroke-width:1.4}\n"
           ".pfnscope .edge .tip{fill:#0072b2;stroke:none}\n"
           ".pfnscope .edge.dock path{stroke:#000;stroke-dasharray:2 3}\n"
           ".pfnscope .edge.move path{stroke:#000;stroke-width:2;stroke-dasharray:5 3}"
           ".pfnscope .edge.move .tip{fill:#000}\n"
           ".pfnscope .deposit>.card{stroke:#000;stroke-dasharray:6 3}\n"
           ".pfnscope .group>.card{stroke-dasharray:2 2}\n"
           ".pfnscope .ghost>.card,.pfnscope .edge.ghost path{stroke:#d55e00;stroke-dasharray:4 4}\n"
           ".pfnscope .ghost>.title{fill:#666}\n"
           ".pfnscope .box.added>.card{stroke:#0072b2;stroke-width:2.4}\n"
           ".pfnscope .mark{font-weight:bold;fill:#0072b2}\n"
           ".pfnscope .removed>.mark{fill:#b34700}\n"
           ".pfnscope .row.added>.back{stroke:#0072b2;stroke-width:1}\n"
           ".pfnscope .row.removed>.back{stroke:#d55e00;stroke-dasharray:4 3}\n"
           ".pfnscope .row.changed>.back{stroke:#444;stroke-width:1}\n"
           ".pfnscope .row.removed>text{text-decoration:line-through;fill:#555}\n"
           ".pfnscope .row.removed>.mark{text-decoration:none}\n"
           ".pfnscope .selected>.card,.pfnscope .row.selected>.back{stroke:#000;stroke-width:2.6}\n"
           ".pfnscope .row.stale>.back{stroke:#d55e00;stroke-width:1.2;stroke-dasharray:2 2}\n"
           ".pfnscope .tlb{font-weight:bold;fill:#a33b00}\n"
           ".pfnscope .cover{stroke:#444;stroke-width:.6}.pfnscope .on{fill:#000}\n"
           ".pfnscope .cover.none{fill:#fff;stroke:#bbb}\n"
           ".pfnscope .cover.partly{fill:#d55e00}\n";
    std::string dark;
    for (const RoleColour& colour : kRoleColours) {
        const std::string_view role = name(colour.role);
        css += fmt::format(".pfnscope .{0}>.back{{fill:{1}}}.pfnscope .{0}>.stripe,.pfnscope "
                           ".{0}>.bar,.pfnscope .cover.{0}{{fill:{2}}}"
                           ".pfnscope .item.{0}>.sample{{font-weight:bold}}\n",
                           role, colour.tint, colour.hue);
        dark += fmt::format(".pfnscope .{}>.back{{fill:{}}}\n", role, colour.dark);
    }
    css += "@media (prefers-color-scheme:dark){\n.pfnscope text{fill:#eee}.pfnscope .page,.pfnscope "
           ".card{fill:#14171a}"
           ".pfnscope .card,.pfnscope .rule,.pfnscope .outer{stroke:#aaa}.pfnscope .deposit>.card,"
           ".pfnscope .edge.dock path,.pfnscope .edge.move path,.pfnscope .selected>.card,.pfnscope "
           ".row.selected>.back{stroke:#fff}"
           ".pfnscope .edge.move .tip{fill:#fff}.pfnscope .tlb{fill:#ff9a4d}"
           ".pfnscope .index,.pfnscope .stamp{fill:#ccc}.pfnscope .mark{fill:#56b4e9}"
           ".pfnscope .removed>.mark{fill:#ff9a4d}.pfnscope .row.removed>text{fill:#bbb}"
           ".pfnscope .cover.none{fill:#14171a;stroke:#666}\n" +
           dark + "}\n";
    css +=
        "@media print{\n.pfnscope text{fill:#000}.pfnscope .page,.pfnscope .card,.pfnscope .back{fill:#fff}"
        ".pfnscope .card,.pfnscope .rule,.pfnscope .edge path{stroke:#000}\n}\n";
    return css;
}

} // namespace pfnscope::render
