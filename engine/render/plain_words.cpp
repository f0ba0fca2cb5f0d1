// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/text.h"

#include <algorithm>
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

/// A tab is a blank; what a terminal would take for a command is not passed on.
constexpr char printable(char c) {
    const bool controls = (c >= 0 && c < ' ' && c != '\n') || c == '\x7f';
    return c == '\t' ? ' ' : controls ? '?' : c;
}

} // namespace

std::string toPrintable(std::string_view text) {
    std::string shown(text);
    std::transform(shown.begin(), shown.end(), shown.begin(), printable);
    return shown;
}

std::string toAscii(std::string_view text) {
    std::string plain;
    while (!text.empty()) {
        if (static_cast<unsigned char>(text.front()) < 0x80) {
            plain += printable(text.front());
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

} // namespace pfnscope::render
