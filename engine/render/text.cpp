// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/text.h"

#include "base/wrap.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::render {
namespace {

using view::Box;
using view::BoxKind;
using view::Diagram;
using view::Edge;
using view::EdgeKind;
using view::Point;
using view::Row;
using view::RowKind;

/// Directions in which a line leaves a cell.
enum : std::uint8_t { kUp = 1, kDown = 2, kLeft = 4, kRight = 8 };
enum class Line : std::uint8_t { Solid, Dashed, Ghost, Dotted };

struct Cell {
    std::string glyph; ///< wins over the lines; empty: none
    std::uint8_t lines = 0;
    Line style = Line::Solid;
};

std::string_view unicodeLine(std::uint8_t lines) {
    static constexpr std::string_view kGlyphs[16] = {" ", "│", "│", "│", "─", "┘", "┐", "┤",
                                                     "─", "└", "┌", "├", "─", "┴", "┬", "┼"};
    return kGlyphs[lines & 15U];
}

/// `even`: every other cell of a dashed line is blank.
std::string_view asciiLine(const Cell& cell, bool even) {
    const bool vertical = (cell.lines & (kUp | kDown)) != 0;
    const bool horizontal = (cell.lines & (kLeft | kRight)) != 0;
    if (vertical && horizontal)
        return "+";
    switch (cell.style) {
    case Line::Solid:
        return vertical ? "|" : "-";
    case Line::Dashed:
        return vertical ? ":" : even ? " " : "-";
    case Line::Ghost:
        return ".";
    case Line::Dotted:
        return vertical ? ":" : ".";
    }
    return "|";
}

std::string_view unicodeStyled(const Cell& cell) {
    const bool vertical = (cell.lines & (kUp | kDown)) != 0;
    const bool horizontal = (cell.lines & (kLeft | kRight)) != 0;
    if (cell.style == Line::Solid || (vertical && horizontal))
        return unicodeLine(cell.lines);
    return vertical ? "┊" : "┄";
}

/// The picture, cell by cell.
class Canvas {
public:
    Canvas(int width, int height, Charset charset)
        : width_(width), cells_(static_cast<std::size_t>(std::max(0, width * height))), charset_(charset) {}

    void box(const Box& box) {
        const auto& r = box.rect;
        const Line style = box.ghost                                                    ? Line::Ghost
                           : box.kind == BoxKind::Deposit || box.kind == BoxKind::Group ? Line::Dashed
                                                                                        : Line::Solid;
        frame(r, style);
        const view::RowColumns columns = columnsOf(box);
        text({columns.mark, r.y + 1}, std::string(1, view::letter(box.mark)));
        text({columns.index, r.y + 1}, box.title);
        if (box.rows.empty())
            return;
        line({r.x, r.y + 2}, {r.right() - 1, r.y + 2}, style);
        for (std::size_t i = 0; i < box.rows.size(); ++i)
            row(box, columns, i);
    }

    void edge(const Edge& edge) {
        const Line style = edge.ghost                    ? Line::Ghost
                           : edge.kind == EdgeKind::Link ? Line::Solid
                                                         : Line::Dotted;
        for (std::size_t i = 1; i < edge.points.size(); ++i)
            line(edge.points[i - 1], edge.points[i], style);
        if (edge.kind != EdgeKind::Dock && !edge.points.empty())
            at(edge.points.back()).glyph = arrow(edge.enters);
    }

    std::vector<std::string> lines() const {
        std::vector<std::string> result;
        for (std::size_t start = 0; start < cells_.size(); start += static_cast<std::size_t>(width_)) {
            std::string text;
            std::size_t kept = 0;
            for (std::size_t i = start; i < start + static_cast<std::size_t>(width_); ++i) {
                const Cell& cell = cells_[i];
                if (!cell.glyph.empty())
                    text += cell.glyph;
                else if (cell.lines != 0)
                    text += charset_ == Charset::Ascii ? asciiLine(cell, (i - start) % 2 == 0)
                                                       : unicodeStyled(cell);
                else
                    text += ' ';
                if (text.back() != ' ')
                    kept = text.size();
            }
            text.resize(kept);
            result.push_back(std::move(text));
        }
        while (!result.empty() && result.back().empty())
            result.pop_back();
        return result;
    }

private:
    Cell& at(Point p) {
        return cells_[static_cast<std::size_t>(p.y) * static_cast<std::size_t>(width_) +
                      static_cast<std::size_t>(p.x)];
    }

    void frame(const view::Rect& r, Line style) {
        const Point a{r.x, r.y};
        const Point b{r.right() - 1, r.y};
        const Point c{r.right() - 1, r.bottom() - 1};
        const Point d{r.x, r.bottom() - 1};
        line(a, b, style);
        line(b, c, style);
        line(d, c, style);
        line(a, d, style);
    }

    void line(Point from, Point to, Line style) {
        const int dx = (to.x > from.x) - (to.x < from.x);
        const int dy = (to.y > from.y) - (to.y < from.y);
        const auto ahead = static_cast<std::uint8_t>(dx > 0 ? kRight : dx < 0 ? kLeft : dy > 0 ? kDown : kUp);
        const auto back = static_cast<std::uint8_t>(dx > 0 ? kLeft : dx < 0 ? kRight : dy > 0 ? kUp : kDown);
        for (Point p = from;; p = {p.x + dx, p.y + dy}) {
            Cell& cell = at(p);
            const bool single = from == to;
            cell.style = cell.lines == 0 ? style : std::min(cell.style, style);
            cell.lines |= static_cast<std::uint8_t>((p == to && !single ? 0 : ahead) |
                                                    (p == from && !single ? 0 : back));
            if (p == to)
                break;
        }
    }

    void text(Point p, std::string_view words) {
        const std::string plain = charset_ == Charset::Ascii ? toAscii(words) : toPrintable(words);
        for (std::size_t i = 0; i < plain.size();) {
            std::size_t next = i + 1;
            while (next < plain.size() && (static_cast<unsigned char>(plain[next]) & 0xc0U) == 0x80U)
                ++next;
            if (p.x >= width_)
                return;
            at(p).glyph = plain.substr(i, next - i);
            p.x += 1;
            i = next;
        }
    }

    void row(const Box& box, const view::RowColumns& columns, std::size_t index) {
        const Row& row = box.rows[index];
        const int y = box.rowY(index);
        text({columns.mark, y}, std::string(1, view::letter(row.mark)));
        if (row.kind == RowKind::Strip) {
            text({columns.index - 1, y}, '[' + row.text + ']');
        } else {
            text({columns.index, y}, row.index);
            std::string words = row.text;
            if (row.kind == RowKind::Bar)
                words +=
                    bar(columns.end - columns.text - static_cast<int>(cellsOf(words)) - (row.stale ? 5 : 0));
            if (row.stale)
                words += " !tlb";
            text({columns.text, y}, words);
        }
        if (row.selected)
            at({box.rect.x, y}).glyph = charset_ == Charset::Ascii ? ">" : "▶";
    }

    std::string_view arrow(view::Side enters) const {
        const bool ascii = charset_ == Charset::Ascii;
        switch (enters) {
        case view::Side::Left:
            return ascii ? ">" : "▶";
        case view::Side::Right:
            return ascii ? "<" : "◀";
        case view::Side::Top:
            return ascii ? "v" : "▼";
        case view::Side::Bottom:
            return ascii ? "^" : "▲";
        }
        return ">";
    }

    /// A huge leaf fills its row to the right.
    std::string bar(int cells) const {
        if (cells < 3)
            return {};
        std::string text = " ";
        for (int i = 0; i < cells - 1; ++i)
            text += charset_ == Charset::Ascii ? "=" : "━";
        return text;
    }

    int width_;
    std::vector<Cell> cells_;
    Charset charset_;
};

std::vector<std::string> legendLines(const Diagram& diagram, std::size_t width) {
    if (diagram.legend.empty())
        return {};
    std::vector<std::string> lines;
    std::string line = "Legend:";
    for (const view::LegendItem& item : diagram.legend) {
        const std::string words = fmt::format("  {} {}", item.sample, item.text);
        if (line.size() + words.size() > width) {
            lines.push_back(line);
            line = "       ";
        }
        line += words;
    }
    lines.push_back(line);
    return lines;
}

} // namespace

std::string renderText(const Diagram& diagram, Charset charset) {
    Canvas canvas(diagram.width, diagram.height, charset);
    for (const Edge& edge : diagram.edges)
        canvas.edge(edge);
    for (const Box& box : diagram.boxes)
        canvas.box(box);
    std::string result;
    const auto width = static_cast<std::size_t>(diagram.width);
    const auto paragraph = [&](std::string_view words) {
        for (const std::string& line :
             wrapText(charset == Charset::Ascii ? toAscii(words) : toPrintable(words), width))
            result += line + '\n';
    };
    paragraph(diagram.stamp.stepText);
    for (const std::string& line : diagram.caption)
        paragraph(line);
    if (!result.empty())
        result += '\n';
    for (const std::string& line : canvas.lines())
        result += line + '\n';
    result += '\n';
    for (const std::string& line : legendLines(diagram, width))
        result += line + '\n';
    if (const std::string stamp = toText(diagram.stamp); !stamp.empty())
        paragraph("[" + stamp + "]");
    return result;
}

} // namespace pfnscope::render
