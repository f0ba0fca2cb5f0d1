// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/text.h"

#include <array>
#include <utility>

namespace pfnscope::render {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kLikenesses{{
    {"\u2018", "'"},
    {"\u2019", "'"},
    {"\u201c", "\""},
    {"\u201d", "\""},
    {"\u2013", "-"},
    {"\u2014", "--"},
    {"\u2026", "..."},
    {"\u2192", "->"},
    {"\u00d7", "x"},
    {"\u2265", ">="},
    {"\u2264", "<="},
    {"\u2212", "-"},
    {"\u00a0", " "},
    {"\u2260", "!="},
}};

constexpr bool continues(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

} // namespace

std::string toAscii(std::string_view text) {
    std::string plain;
    while (!text.empty()) {
        if (static_cast<unsigned char>(text.front()) < 0x80) {
            const char c = text.front();
            plain += c == '\t' ? ' ' : c;
            text.remove_prefix(1);
            continue;
        }
        bool known = false;
        for (const auto& [from, to] : kLikenesses)
            if (text.starts_with(from)) {
                plain += to;
                text.remove_prefix(from.size());
                known = true;
                break;
            }
        if (known)
            continue;
        plain += '?';
        text.remove_prefix(1);
        while (!text.empty() && continues(text.front()))
            text.remove_prefix(1);
    }
    return plain;
}

std::size_t cellsOf(std::string_view text) {
    std::size_t cells = 0;
    for (const char c : text)
        cells += continues(c) ? 0 : 1;
    return cells;
}

std::vector<std::string> wrapText(std::string_view text, std::size_t width) {
    std::vector<std::string> lines;
    std::string line;
    const auto flush = [&] {
        if (!line.empty())
            lines.push_back(std::move(line));
        line.clear();
    };
    while (!text.empty()) {
        const std::size_t end = text.find_first_of(" \n");
        std::string_view word = text.substr(0, end);
        const bool newline = end != std::string_view::npos && text[end] == '\n';
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (!line.empty() && cellsOf(line) + 1 + cellsOf(word) > width)
            flush();
        while (word.size() > width) {
            lines.emplace_back(word.substr(0, width));
            word.remove_prefix(width);
        }
        if (!word.empty())
            line += (line.empty() ? "" : " ") + std::string(word);
        if (newline)
            flush();
    }
    flush();
    return lines;
}

} // namespace pfnscope::render
