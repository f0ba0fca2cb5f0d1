// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/graph_text.h"

#include "render/svg.h"
#include "render/text.h"
#include "render/theme.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace pfnscope::render {
namespace {

using view::Box;
using view::BoxKind;
using view::Diagram;
using view::Edge;
using view::EdgeKind;
using view::Mark;
using view::Row;
using view::RowKind;

std::string rowWords(const Row& row) {
    std::string words(1, letter(row.mark));
    if (!row.index.empty())
        words += row.index + " ";
    words += row.text;
    return words;
}

std::string_view tintOf(view::Role role) {
    for (const RoleColour& colour : kRoleColours)
        if (colour.role == role)
            return colour.tint;
    return "#ffffff";
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            result += '\\';
        result += c == '\n' ? ' ' : c;
    }
    return result + '"';
}

std::string dotLabel(const Box& box) {
    std::string html =
        fmt::format("<table border=\"{}\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"3\"{}>",
                    box.mark == Mark::Added ? 2 : 1, box.kind == BoxKind::Deposit ? " style=\"dashed\"" : "");
    html +=
        fmt::format("<tr><td align=\"left\"><b>{}{}</b></td></tr>", letter(box.mark), escapeXml(box.title));
    if (!box.rows.empty())
        html += "<hr/>";
    for (std::size_t i = 0; i < box.rows.size(); ++i)
        html += fmt::format("<tr><td align=\"left\" bgcolor=\"{}\" port=\"r{}\">{}</td></tr>",
                            tintOf(box.rows[i].role), i, escapeXml(rowWords(box.rows[i])));
    return html + "</table>";
}

/// "pmd" of "pmd-0x4001"; a dock ranks with the tables it belongs to.
std::string rankOf(const Box& box) {
    if (box.kind == BoxKind::Deposit)
        return "pmd";
    if (box.kind == BoxKind::Group)
        return box.id.substr(6, box.id.find('-', 6) - 6);
    return box.kind == BoxKind::Table ? box.id.substr(0, box.id.find('-')) : "";
}

/// Mermaid's identifiers are letters, digits and underscores.
std::string mermaidId(std::string_view id) {
    std::string result(id);
    for (char& c : result)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0)
            c = '_';
    return result;
}

/// Between double quotes: entities as Mermaid writes them.
std::string mermaidText(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '"':
            result += "#quot;";
            break;
        case '#':
            result += "#35;";
            break;
        case '<':
            result += "#lt;";
            break;
        case '>':
            result += "#gt;";
            break;
        case ';':
            result += ",";
            break;
        case '\n':
            result += ' ';
            break;
        default:
            result += c;
        }
    }
    return result;
}

std::string_view mermaidArrow(EdgeKind kind) {
    switch (kind) {
    case EdgeKind::Dock:
        return "-.-";
    case EdgeKind::Move:
        return "-.->";
    case EdgeKind::Link:
        break;
    }
    return "-->";
}

std::string_view dotStyle(EdgeKind kind) {
    switch (kind) {
    case EdgeKind::Dock:
        return ", style=dotted, color=black, arrowhead=none, constraint=false";
    case EdgeKind::Move:
        return ", style=dashed, color=black, constraint=false";
    case EdgeKind::Link:
        break;
    }
    return "";
}

} // namespace

std::string renderDot(const Diagram& diagram) {
    std::string out = fmt::format("digraph pfnscope {{\n  graph [rankdir=LR, labelloc=t, label={}];\n"
                                  "  node [shape=plain, fontname=\"DejaVu Sans Mono\", fontsize=10];\n"
                                  "  edge [color=\"#0072b2\"];\n",
                                  quoted(diagram.stamp.stepText + "\n" + toText(diagram.stamp)));
    std::map<std::string, std::vector<std::string>> ranks;
    for (const Box& box : diagram.boxes) {
        out += fmt::format("  {} [id={}, label=<{}>{}];\n", quoted(box.id), quoted(box.id), dotLabel(box),
                           box.tooltip.empty() ? "" : fmt::format(", tooltip={}", quoted(box.tooltip)));
        if (const std::string rank = rankOf(box); !rank.empty())
            ranks[rank].push_back(box.id);
    }
    for (const auto& [rank, ids] : ranks) {
        out += "  { rank=same;";
        for (const std::string& id : ids)
            out += fmt::format(" {};", quoted(id));
        out += " }\n";
    }
    for (const Edge& edge : diagram.edges)
        out += fmt::format("  {} -> {} [id={}{}{}];\n", quoted(edge.from), quoted(edge.to), quoted(edge.id),
                           dotStyle(edge.kind), edge.ghost ? ", style=dashed, color=\"#d55e00\"" : "");
    return out + "}\n";
}

std::string renderMermaid(const Diagram& diagram) {
    std::string out = fmt::format("%% {}\n", toText(diagram.stamp));
    if (diagram.boxes.size() > kMermaidNodes)
        out += fmt::format("%% {} boxes: more than Mermaid draws well\n", diagram.boxes.size());
    out += "flowchart LR\n";
    for (const Box& box : diagram.boxes) {
        std::string label = mermaidText(box.title);
        for (const Row& row : box.rows)
            if (row.kind != RowKind::Strip)
                label += "<br/>" + mermaidText(rowWords(row));
        out += fmt::format("  {}[\"{}\"]:::{}\n", mermaidId(box.id), label, mermaidId(name(box.kind)));
    }
    for (const Edge& edge : diagram.edges)
        out += fmt::format("  {} {} {}\n", mermaidId(edge.from), mermaidArrow(edge.kind), mermaidId(edge.to));
    return out + "  classDef deposit stroke-dasharray: 5 3\n  classDef group stroke-dasharray: 2 2\n";
}

std::string renderMermaidCalls(const std::vector<view::CallLine>& calls, const view::Stamp& stamp) {
    const auto functionOf = [](const view::CallLine& line) {
        return line.text.substr(0, line.text.find('('));
    };
    std::string out = fmt::format("%% {}\nsequenceDiagram\n", toText(stamp));
    std::set<std::string> known;
    for (const view::CallLine& line : calls)
        if (known.insert(functionOf(line)).second)
            out += fmt::format("  participant {0} as {1}\n", mermaidId(functionOf(line)),
                               mermaidText(functionOf(line)));
    std::vector<std::string> stack;
    for (const view::CallLine& line : calls) {
        const std::string own = mermaidId(functionOf(line));
        stack.resize(std::min<std::size_t>(stack.size(), line.depth));
        if (!stack.empty()) {
            const std::size_t open = line.text.find('(');
            std::string arguments = line.text.substr(open + 1, line.text.size() - open - 2);
            out += fmt::format("  {}->>{}: {}\n", stack.back(), own,
                               arguments.empty() ? "call" : mermaidText(arguments));
        }
        stack.push_back(own);
    }
    return out;
}

} // namespace pfnscope::render
