// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pfnscope::dump {

/// Reads a line from the left, piece by piece. What does not match leaves it where it was.
class LineScanner {
public:
    explicit LineScanner(std::string_view line) : rest_(line) {}

    void skipBlanks();
    bool literal(std::string_view text);
    /// Digits with or without 0x in front.
    std::optional<std::uint64_t> hex();
    std::optional<std::uint64_t> decimal();
    /// Up to the next blank; empty at the end.
    std::string_view word();
    bool atEnd() const { return rest_.empty(); }
    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

/// Without the colours of a terminal and the carriage return of another system.
std::string plainLine(std::string_view line);

} // namespace pfnscope::dump
