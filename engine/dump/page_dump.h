// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "hw/geometry.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What other programs say of the page tables of a running x86-64 system. The readers are tolerant: a dump is
/// copied out of terminals, logs and mails, so a line that is none of its format's is noted and passed over.
namespace pfnscope::dump {

enum class Format : std::uint8_t {
    Ptdump,      ///< /sys/kernel/debug/page_tables/*, and the same in a kernel log
    GdbPtDump,   ///< `pt` of gdb-pt-dump, by itself or inside pwndbg
    QemuInfoMem, ///< `info mem` of QEMU's monitor
    QemuInfoTlb, ///< `info tlb`
    CrashVtop,   ///< `vtop` of crash
    Pagemap,     ///< words of /proc/PID/pagemap
    MemoryImage, ///< physical memory, byte by byte
};
struct FormatName {
    Format format = Format::Ptdump;
    std::string_view name;  ///< as the command line has it
    std::string_view lacks; ///< what such a dump does not tell; empty: nothing
};
/// Every format, the binary ones last.
const std::vector<FormatName>& formatNames();
const FormatName& nameOf(Format format);

/// Entries of one level at consecutive addresses.
struct DumpedRun {
    VirtAddr start;
    hw::Level level = hw::Level::Pte;
    std::uint64_t count = 0;
    Word word = 0;        ///< the first entry; frame 0 where the dump does not tell frames
    Word step = 0;        ///< from one entry to the next
    std::size_t line = 0; ///< of the dump, from 1; 0: it has no lines

    VirtRange range(const hw::Geometry& geometry) const {
        return {start, start + geometry.entrySpan(level) * count};
    }
};

/// A table whose frame the dump tells.
struct DumpedTable {
    hw::Level level = hw::Level::Pgd;
    VirtAddr base;
    Pfn frame;
    Word link = 0; ///< the entry that references it; of the top table 0
};

enum class Skip : std::uint8_t {
    Foreign,   ///< none of this format's lines
    Misplaced, ///< an address that is not canonical, or not a multiple of the entry's size
    Overlap,   ///< says something else of addresses that an earlier line was about
};
struct SkippedLine {
    std::size_t number = 0; ///< from 1
    Skip why = Skip::Foreign;
    std::string text;
};
/// "overlaps an earlier line"
std::string_view words(Skip why);

struct PageDump {
    Format format = Format::Ptdump;
    hw::Geometry geometry = hw::kFourLevels;
    std::vector<DumpedRun> runs; ///< by address
    std::vector<DumpedTable> tables;
    std::size_t lines = 0;
    std::vector<SkippedLine> skipped;
    std::size_t sharedTables = 0; ///< references to a table that another entry references as well
};

/// The format whose lines are the most in `text`; empty: none of the formats in lines has one there.
std::optional<Format> recognize(std::string_view text);

/// A dump in lines. Error: no line of it is one of the format's.
Result<PageDump> readLines(std::string_view text, Format format);
/// 64-bit words, one a page, of which the first is that of `at`.
Result<PageDump> readPagemap(std::string_view bytes, VirtAddr at);
/// The tables below `root` (CR3) in a file that holds physical memory from `base` on.
struct ImagePlace {
    PhysAddr root;
    PhysAddr base;
    hw::Geometry geometry = hw::kFourLevels;
};
Result<PageDump> readMemoryImage(const std::string& path, const ImagePlace& place);

/// Only what lies in `range`, in whole entries.
PageDump within(const PageDump& dump, const VirtRange& range);

} // namespace pfnscope::dump
