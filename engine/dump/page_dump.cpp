// SPDX-License-Identifier: GPL-3.0-or-later
#include "dump/page_dump.h"

#include "dump/line_reader.h"
#include "dump/line_scanner.h"

#include <algorithm>

namespace pfnscope::dump {
namespace {

std::unique_ptr<LineReader> makeReader(Format format) {
    switch (format) {
    case Format::Ptdump:
        return makePtdumpReader();
    case Format::GdbPtDump:
        return makeGdbPtDumpReader();
    case Format::QemuInfoMem:
        return makeQemuInfoMemReader();
    case Format::QemuInfoTlb:
        return makeQemuInfoTlbReader();
    case Format::CrashVtop:
        return makeCrashVtopReader();
    case Format::Pagemap:
    case Format::MemoryImage:
        break;
    }
    return nullptr;
}

/// each(line, number): the lines of a text, numbered from 1; false ends the loop.
template <class Each> void forEachLine(std::string_view text, Each&& each) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (!each(text.substr(0, end), number))
            return;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

std::string lineText(std::string_view text, std::size_t wanted) {
    std::string found;
    forEachLine(text, [&](std::string_view line, std::size_t number) {
        if (number == wanted)
            found = plainLine(line);
        return number != wanted;
    });
    return found;
}

/// In the order of addresses, what an earlier line said going before what a later one says.
void sortRuns(PageDump& dump, std::string_view text) {
    const auto skip = [&](const DumpedRun& run, Skip why) {
        dump.skipped.push_back({run.line, why, lineText(text, run.line)});
    };
    std::stable_sort(dump.runs.begin(), dump.runs.end(),
                     [](const DumpedRun& a, const DumpedRun& b) { return a.start < b.start; });
    std::vector<DumpedRun> kept;
    for (const DumpedRun& run : dump.runs) {
        const VirtRange range = run.range(dump.geometry);
        if (!dump.geometry.isCanonical(range.start) || !dump.geometry.isCanonical(range.end - Bytes(1)))
            skip(run, Skip::Misplaced);
        else if (kept.empty() || kept.back().range(dump.geometry).end <= range.start)
            kept.push_back(run);
        else if (kept.back().line < run.line || kept.back().line == 0)
            skip(run, Skip::Overlap);
        else {
            skip(kept.back(), Skip::Overlap);
            kept.back() = run;
        }
    }
    dump.runs = std::move(kept);
    std::stable_sort(dump.skipped.begin(), dump.skipped.end(),
                     [](const SkippedLine& a, const SkippedLine& b) { return a.number < b.number; });
}

} // namespace

const std::vector<FormatName>& formatNames() {
    static const std::vector<FormatName> names{
        {Format::Ptdump, "ptdump", "frames, and what was accessed or written"},
        {Format::GdbPtDump, "gdb-pt-dump", "the size of pages, and what was accessed or written"},
        {Format::QemuInfoMem, "qemu-info-mem", "frames, the size of pages, who may execute, cache types"},
        {Format::QemuInfoTlb, "qemu-info-tlb", "whether a lone large page has 2 MiB or 1 GiB"},
        {Format::CrashVtop, "crash-vtop", ""},
        {Format::Pagemap, "pagemap", "the size of pages, rights, and cache types"},
        {Format::MemoryImage, "memory-image", ""},
    };
    return names;
}

const FormatName& nameOf(Format format) {
    return formatNames()[static_cast<std::size_t>(format)];
}

std::string_view words(Skip why) {
    switch (why) {
    case Skip::Foreign:
        return "is none of this format's lines";
    case Skip::Misplaced:
        return "has an address that cannot be";
    case Skip::Overlap:
        return "overlaps an earlier line";
    }
    return "";
}

std::optional<Format> recognize(std::string_view text) {
    constexpr std::size_t kLinesToTry = 1'000;
    std::optional<Format> best;
    std::size_t most = 0;
    for (const FormatName& name : formatNames()) {
        const auto reader = makeReader(name.format);
        if (!reader)
            continue;
        std::size_t entries = 0;
        forEachLine(text, [&](std::string_view line, std::size_t number) {
            entries += reader->take(plainLine(line), number) == Taken::Entry ? 1 : 0;
            return number < kLinesToTry;
        });
        if (entries > most) {
            most = entries;
            best = name.format;
        }
    }
    return best;
}

Result<PageDump> readLines(std::string_view text, Format format) {
    const auto reader = makeReader(format);
    if (!reader)
        return fail({ErrorKind::WrongType, {}, std::string(nameOf(format).name), "a format in lines"});
    PageDump dump;
    dump.format = format;
    std::size_t entries = 0;
    forEachLine(text, [&](std::string_view line, std::size_t number) {
        const std::string plain = plainLine(line);
        const Taken taken = reader->take(plain, number);
        entries += taken == Taken::Entry ? 1 : 0;
        if (taken == Taken::Foreign || taken == Taken::Misplaced)
            dump.skipped.push_back(
                {number, taken == Taken::Foreign ? Skip::Foreign : Skip::Misplaced, plain});
        dump.lines = number;
        return true;
    });
    if (entries == 0)
        return fail({ErrorKind::Syntax,
                     {},
                     "a dump without a mapping",
                     "lines as " + std::string(nameOf(format).name) + " has them"});
    reader->finish(dump);
    sortRuns(dump, text);
    return dump;
}

PageDump within(const PageDump& dump, const VirtRange& range) {
    PageDump part = dump;
    part.runs.clear();
    for (DumpedRun run : dump.runs) {
        const Bytes span = dump.geometry.entrySpan(run.level);
        const VirtRange own = run.range(dump.geometry);
        if (!own.overlaps(range))
            continue;
        const std::uint64_t before = own.start < range.start ? (range.start - own.start) / span : 0;
        const VirtAddr end = std::min(own.end, range.end).alignedUp(span);
        run.start = own.start + span * before;
        run.word += run.step * before;
        run.count = (end - run.start) / span;
        part.runs.push_back(run);
    }
    std::erase_if(part.tables, [&](const DumpedTable& table) {
        const Bytes span = dump.geometry.tableSpan(table.level);
        return table.level != hw::Level::Pgd && !VirtRange{table.base, table.base + span}.overlaps(range);
    });
    return part;
}

} // namespace pfnscope::dump
