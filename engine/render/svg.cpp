// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/svg.h"

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
        top_ = kMargin + kCellHeight * static_cast<int>(headLines().size() + (headLines().empty() ? 0 : 1));
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
        out_ += "<defs><pattern id=\"" + options_.idPrefix +
                "hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
                "patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 0V6\"/></pattern></defs>\n";
        if (options_.page == Page::Painted)
            out_ += fmt::format("<rect class=\"page\" width=\"{}\" height=\"{}\"/>\n", width, height);
        writeLines(headLines(), kMargin, "caption");
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

    std::vector<std::string> headLines() const {
        const auto width = static_cast<std::size_t>(std::max(20, diagram_.width));
        std::vector<std::string> lines = wrapText(diagram_.stamp.stepText, width);
        for (const std::string& caption : diagram_.caption)
            for (std::string& line : wrapText(caption, width))
                lines.push_back(std::move(line));
        return lines;
    }

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

    void writeLines(const std::vector<std::string>& lines, int from, std::string_view cls) {
        for (std::size_t i = 0; i < lines.size(); ++i)
            out_ += text(kMargin, from + static_cast<int>(i) * kCellHeight + 13, lines[i],
                         i == 0 ? "step" : cls) +
                    "\n";
    }

    void writeEdge(const Edge& edge) {
        out_ += fmt::format("<g id=\"{}\" class=\"edge {}{}{}\">", id(edge.id),
                            edge.kind == EdgeKind::Dock ? "dock" : "link", markClass(edge.mark),
                            edge.ghost ? " ghost" : "");
        std::string path;
        for (std::size_t i = 0; i < edge.points.size(); ++i)
            path += fmt::format("{}{} {}", i == 0 ? "M" : " L", edgeX(edge, i), edgeY(edge, i));
        out_ += fmt::format("<path d=\"{}\"/>", path);
        if (edge.kind == EdgeKind::Link) {
            const int tipX = edgeX(edge, edge.points.size() - 1);
            const int tipY = edgeY(edge, edge.points.size() - 1);
            out_ += fmt::format("<path class=\"tip\" d=\"M{} {} l-7 -4 v8 z\"/>", tipX, tipY);
        }
        out_ += "</g>\n";
    }
    /// The ends reach to the borders of their boxes, which run through the middle of their cells.
    int edgeX(const Edge& edge, std::size_t i) const {
        const Point p = edge.points[i];
        const int middle = x(p.x) + kCellWidth / 2;
        const bool last = i + 1 == edge.points.size();
        const bool first = i == 0;
        if ((last && edge.points[i - 1].y == p.y) || (last && edge.kind == EdgeKind::Link))
            return middle + kCellWidth;
        if (first && edge.points.size() > 1 && edge.points[1].y == p.y)
            return middle - kCellWidth;
        return middle;
    }
    int edgeY(const Edge& edge, std::size_t i) const {
        const Point p = edge.points[i];
        const int middle = y(p.y) + kCellHeight / 2;
        const bool first = i == 0;
        const bool last = i + 1 == edge.points.size();
        if (first && edge.points.size() > 1 && edge.points[1].x == p.x)
            return middle - kCellHeight;
        if (last && edge.kind == EdgeKind::Dock && edge.points[i - 1].x == p.x)
            return middle + kCellHeight;
        return middle;
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
        out_ += text(x(r.x + 1), baseline(r.y + 1), std::string(1, letter(box.mark)), "mark");
        out_ += text(x(r.x + 2), baseline(r.y + 1), box.title, "title");
        out_ += '\n';
        if (!box.rows.empty())
            out_ += fmt::format("<path class=\"rule\" d=\"M{} {} h{}\"/>\n", left,
                                y(r.y + 2) + kCellHeight / 2, width);
        std::size_t indexWidth = 0;
        for (const Row& row : box.rows)
            indexWidth = std::max(indexWidth, row.index.size());
        for (std::size_t i = 0; i < box.rows.size(); ++i)
            writeRow(box, box.rows[i], box.rowY(i), static_cast<int>(indexWidth));
        out_ += "</g>\n";
    }

    void writeRow(const Box& box, const Row& row, int cellY, int indexWidth) {
        const int left = x(box.rect.x) + kCellWidth / 2 + 1;
        const int width = (box.rect.width - 1) * kCellWidth - 2;
        out_ += fmt::format("<g id=\"{}\" class=\"row {}{}{}{}\">", id(row.id), name(row.role),
                            markClass(row.mark), row.selected ? " selected" : "",
                            row.kind == RowKind::Bar ? " bar" : "");
        if (!row.tooltip.empty())
            out_ += fmt::format("<title>{}</title>", escapeXml(row.tooltip));
        if (row.kind == RowKind::Strip) {
            writeStrip(box, row, cellY);
        } else {
            out_ += fmt::format("<rect class=\"back\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", left,
                                y(cellY), width, kCellHeight - 1);
            if (row.role != view::Role::Plain && row.role != view::Role::Vma)
                out_ += fmt::format("<rect class=\"stripe\" x=\"{}\" y=\"{}\" width=\"4\" height=\"{}\"/>",
                                    left, y(cellY), kCellHeight - 1);
            const int textX = box.rect.x + 2 + (indexWidth > 0 ? indexWidth + 1 : 0);
            out_ += text(x(box.rect.x + 2), baseline(cellY), row.index, "index");
            out_ += text(x(textX), baseline(cellY), row.text, "");
        }
        if (row.stale)
            out_ += fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"url(#{}hatch)\"/>",
                                left, y(cellY), width, kCellHeight - 1, options_.idPrefix);
        out_ += text(x(box.rect.x + 1) + 1, baseline(cellY), std::string(1, letter(row.mark)), "mark");
        out_ += "</g>\n";
    }

    void writeStrip(const Box& box, const Row& row, int cellY) {
        const std::string& cells = row.text;
        for (std::size_t i = 0; i < cells.size();) {
            std::size_t end = i;
            while (end < cells.size() && cells[end] == cells[i])
                ++end;
            if (cells[i] != ' ')
                out_ += fmt::format("<rect class=\"cover {}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                                    coverClass(cells[i]), x(box.rect.x + 3 + static_cast<int>(i)),
                                    y(cellY) + 2, (end - i) * kCellWidth, kCellHeight - 6);
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
           ".pfnscope .hatch{stroke:#d55e00;stroke-width:1.5}\n"
           ".pfnscope .cover{stroke:#444;stroke-width:.6}\n"
           ".pfnscope .cover.none{fill:#fff;stroke:#bbb}\n"
           ".pfnscope .cover.partly{fill:#d55e00}\n";
    std::string dark;
    for (const RoleColour& colour : kRoleColours) {
        const std::string_view role = name(colour.role);
        css += fmt::format(
            ".pfnscope .{0}>.back{{fill:{1}}}.pfnscope .{0}>.stripe,.pfnscope .cover.{0}{{fill:{2}}}"
            ".pfnscope .item.{0}>.sample{{font-weight:bold}}\n",
            role, colour.tint, colour.hue);
        dark += fmt::format(".pfnscope .{}>.back{{fill:{}}}\n", role, colour.dark);
    }
    css += "@media (prefers-color-scheme:dark){\n.pfnscope text{fill:#eee}.pfnscope .page,.pfnscope "
           ".card{fill:#14171a}"
           ".pfnscope .card,.pfnscope .rule,.pfnscope .outer{stroke:#aaa}.pfnscope .deposit>.card,"
           ".pfnscope .edge.dock path,.pfnscope .selected>.card,.pfnscope .row.selected>.back{stroke:#fff}"
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
