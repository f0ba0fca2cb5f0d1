// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dump/page_dump.h"

#include <memory>

/// One reader a format, fed line by line.
namespace pfnscope::dump {

enum class Taken : std::uint8_t {
    Entry,     ///< it says what is mapped
    Frame,     ///< a heading, a blank line, a hole: the format's, and nothing is mapped by it
    Foreign,   ///< none of the format's
    Misplaced, ///< the format's, with an address that cannot be
};

class LineReader {
public:
    virtual ~LineReader() = default;
    virtual Taken take(std::string_view line, std::size_t number) = 0;
    /// What was read, in the order of the lines.
    virtual void finish(PageDump& dump) = 0;
};

std::unique_ptr<LineReader> makePtdumpReader();
std::unique_ptr<LineReader> makeGdbPtDumpReader();
std::unique_ptr<LineReader> makeQemuInfoMemReader();
std::unique_ptr<LineReader> makeQemuInfoTlbReader();
std::unique_ptr<LineReader> makeCrashVtopReader();

} // namespace pfnscope::dump
