// SPDX-License-Identifier: GPL-3.0-or-later
#include "dump/line_scanner.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace pfnscope::dump {
namespace {

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

} // namespace

void LineScanner::skipBlanks() {
    while (!rest_.empty() && isBlank(rest_.front()))
        rest_.remove_prefix(1);
}

bool LineScanner::literal(std::string_view text) {
    if (!rest_.starts_with(text))
        return false;
    rest_.remove_prefix(text.size());
    return true;
}

std::optional<std::uint64_t> LineScanner::hex() {
    const std::string_view digits = rest_.starts_with("0x") ? rest_.substr(2) : rest_;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc{})
        return std::nullopt;
    rest_ = digits.substr(static_cast<std::size_t>(end - digits.data()));
    return value;
}

std::optional<std::uint64_t> LineScanner::decimal() {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc{})
        return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
}

std::string_view LineScanner::word() {
    skipBlanks();
    const auto end = std::find_if(rest_.begin(), rest_.end(), isBlank);
    const std::string_view found = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(found.size());
    return found;
}

std::string plainLine(std::string_view line) {
    constexpr char kEscape = '\x1b';
    std::string plain;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == kEscape && i + 1 < line.size() && line[i + 1] == '[') {
            // ECMA-48: a control sequence ends with a letter.
            while (i + 1 < line.size() && std::isalpha(static_cast<unsigned char>(line[i])) == 0)
                ++i;
            continue;
        }
        if (line[i] != '\r')
            plain += line[i];
    }
    return plain;
}

} // namespace pfnscope::dump
