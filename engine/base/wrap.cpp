// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/wrap.h"

#include <algorithm>

namespace pfnscope {
namespace {

constexpr bool continues(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

/// How many bytes the first `cells` cells take; at least one code point's.
std::size_t bytesOf(std::string_view text, std::size_t cells) {
    std::size_t at = 0;
    for (std::size_t seen = 0; at < text.size(); ++at)
        if (!continues(text[at]) && seen++ == std::max<std::size_t>(cells, 1))
            break;
    return at;
}

} // namespace

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
        while (cellsOf(word) > width) {
            const std::size_t bytes = bytesOf(word, width);
            lines.emplace_back(word.substr(0, bytes));
            word.remove_prefix(bytes);
        }
        if (!word.empty())
            line += (line.empty() ? "" : " ") + std::string(word);
        if (newline)
            flush();
    }
    flush();
    return lines;
}

} // namespace pfnscope
