// SPDX-License-Identifier: GPL-3.0-or-later
// The formats whose lines are ranges of addresses, or single pages.
#include "dump/append.h"
#include "dump/line_reader.h"
#include "dump/line_scanner.h"
#include "hw/x86_64.h"

#include <algorithm>
#include <utility>

namespace pfnscope::dump {
namespace {

namespace bits = hw::x86_64;
using hw::Level;

constexpr hw::Geometry kShape = hw::kFourLevels; // the sizes of pages are the same with five levels
constexpr Level kLeafLevels[] = {Level::Pud, Level::Pmd, Level::Pte};

struct FlagWord {
    std::string_view text;
    Word bit = 0;
};

Word leafAt(Level level, Word flags) {
    return flags | bits::kP | (level == Level::Pte ? 0 : bits::kPs);
}

/// What the readers of ranges share: the entries they found.
class RangeReader : public LineReader {
public:
    void finish(PageDump& dump) override { dump.runs = std::move(runs_); }

protected:
    /// `target`: the frame of the first page; empty where the format does not tell it.
    Taken add(Level level, const VirtRange& range, Word flags, std::optional<PhysAddr> target,
              std::size_t line) {
        const Bytes span = kShape.entrySpan(level);
        const bool aligned =
            range.start.isAligned(span) && range.end.isAligned(span) && (!target || target->isAligned(span));
        if (!aligned || range.end <= range.start)
            return Taken::Misplaced;
        runs_.push_back({range.start, level, range.size() / span,
                         leafAt(level, flags) | (target ? target->raw() : 0), target ? span.raw() : 0, line});
        return Taken::Entry;
    }

    /// For formats that do not tell the size of the pages: the largest that fit.
    Taken addLargest(VirtRange range, Word flags, std::optional<PhysAddr> target, std::size_t line) {
        if (!range.start.isAligned(kPageSize) || !range.end.isAligned(kPageSize) || range.end <= range.start)
            return Taken::Misplaced;
        while (range.start < range.end) {
            const Level level = largestAt(range, target);
            const Bytes span = kShape.entrySpan(level);
            // As far as no larger page fits, which is up to the next multiple of its size.
            VirtAddr end = range.end.alignedDown(span);
            if (level != Level::Pud) {
                const VirtAddr larger = (range.start + Bytes(1)).alignedUp(kShape.tableSpan(level));
                if (larger + kShape.tableSpan(level) <= range.end)
                    end = std::min(end, larger);
            }
            add(level, {range.start, end}, flags, target, line);
            if (target)
                *target += end - range.start;
            range.start = end;
        }
        return Taken::Entry;
    }

    std::vector<DumpedRun> runs_;

private:
    static Level largestAt(const VirtRange& range, const std::optional<PhysAddr>& target) {
        for (const Level level : kLeafLevels) {
            const Bytes span = kShape.entrySpan(level);
            if (range.start.isAligned(span) && range.size() >= span && (!target || target->isAligned(span)))
                return level;
        }
        return Level::Pte;
    }
};

/// "0x00007f0000000000-0x00007f0000200000           2M USR RW PCD PSE         NX pmd", in a kernel log with
/// a time in front. A line without rights is a hole.
class PtdumpReader : public RangeReader {
public:
    Taken take(std::string_view line, std::size_t number) override {
        if (line.find_first_not_of(' ') == std::string_view::npos || line.find("---[") != line.npos)
            return Taken::Frame;
        LineScanner scanner(line.substr(std::min(line.find("0x"), line.size())));
        const auto start = scanner.hex();
        if (!start || !scanner.literal("-0x"))
            return Taken::Foreign;
        const auto end = scanner.hex();
        scanner.skipBlanks();
        if (!end || !scanner.decimal())
            return Taken::Foreign;
        scanner.word(); // the unit
        return flags(scanner, {VirtAddr(*start), VirtAddr(*end)}, number);
    }

private:
    Taken flags(LineScanner& scanner, const VirtRange& range, std::size_t number) {
        static constexpr FlagWord kWords[] = {{"USR", bits::kUs},  {"RW", bits::kRw},   {"ro", 0},
                                              {"PWT", bits::kPwt}, {"PCD", bits::kPcd}, {"PSE", 0},
                                              {"GLB", bits::kG},   {"NX", bits::kXd},   {"x", 0}};
        static constexpr std::pair<std::string_view, Level> kLevels[] = {
            {"pte", Level::Pte}, {"pmd", Level::Pmd}, {"pud", Level::Pud}};
        Word flags = 0;
        bool mapped = false;
        bool pat = false;
        for (std::string_view word = scanner.word(); !word.empty(); word = scanner.word()) {
            for (const FlagWord& each : kWords)
                if (word == each.text) {
                    flags |= each.bit;
                    mapped = true;
                }
            pat |= word == "PAT";
            if (word == "pgd" || word == "p4d")
                return mapped ? Taken::Misplaced : Taken::Frame;
            for (const auto& [name, level] : kLevels)
                if (word == name) {
                    const Word patBit = level == Level::Pte ? bits::kPatOfPte : bits::kPatOfLarge;
                    return mapped ? add(level, range, flags | (pat ? patBit : 0), std::nullopt, number)
                                  : Taken::Frame;
                }
        }
        return Taken::Foreign;
    }
};

/// "  0x7f0000000000 :   0x200000 | W:1 X:0 S:0 UC:1 WB:1", with the physical address as a third column where
/// it was asked for.
class GdbPtDumpReader : public RangeReader {
public:
    Taken take(std::string_view line, std::size_t number) override {
        LineScanner scanner(line);
        scanner.skipBlanks();
        if (scanner.atEnd() || scanner.rest().starts_with("Address"))
            return Taken::Frame;
        const auto start = scanner.hex();
        scanner.skipBlanks();
        if (!start || !scanner.literal(":"))
            return Taken::Foreign;
        scanner.skipBlanks();
        const auto size = scanner.hex();
        scanner.skipBlanks();
        std::optional<PhysAddr> target;
        if (scanner.literal(":")) {
            scanner.skipBlanks();
            if (const auto address = scanner.hex())
                target = PhysAddr(*address);
            scanner.skipBlanks();
        }
        if (!size || !scanner.literal("|"))
            return Taken::Foreign;
        const auto flags = rights(scanner);
        return flags ? addLargest({VirtAddr(*start), VirtAddr(*start + *size)}, *flags, target, number)
                     : Taken::Foreign;
    }

private:
    static std::optional<Word> rights(LineScanner& scanner) {
        struct Right {
            std::string_view name;
            char set; ///< the digit that sets the bit
            Word bit;
        };
        static constexpr Right kRights[] = {{"W:", '1', bits::kRw},
                                            {"X:", '0', bits::kXd},
                                            {"S:", '0', bits::kUs},
                                            {"UC:", '1', bits::kPcd},
                                            {"WB:", '0', bits::kPwt}};
        Word flags = 0;
        std::size_t found = 0;
        for (std::string_view word = scanner.word(); !word.empty(); word = scanner.word())
            for (const Right& right : kRights)
                if (word.starts_with(right.name) && word.size() == right.name.size() + 1) {
                    ++found;
                    flags |= word.back() == right.set ? right.bit : 0;
                }
        return found == std::size(kRights) ? std::optional(flags) : std::nullopt;
    }
};

/// "00007f0000000000-00007f0000200000 0000000000200000 urw"
class QemuInfoMemReader : public RangeReader {
public:
    Taken take(std::string_view line, std::size_t number) override {
        LineScanner scanner(line);
        scanner.skipBlanks();
        if (scanner.atEnd() || scanner.rest().starts_with("(qemu)"))
            return Taken::Frame;
        const auto start = scanner.hex();
        if (!start || !scanner.literal("-"))
            return Taken::Foreign;
        const auto end = scanner.hex();
        scanner.skipBlanks();
        const auto size = scanner.hex();
        const std::string_view rights = scanner.word();
        if (!end || !size || *end - *start != *size || rights.size() != 3 || rights[1] != 'r')
            return Taken::Foreign;
        return addLargest({VirtAddr(*start), VirtAddr(*end)},
                          (rights[0] == 'u' ? bits::kUs : 0) | (rights[2] == 'w' ? bits::kRw : 0),
                          std::nullopt, number);
    }
};

/// "00007f0000000000: 0000000200000000 X-PDA--UW": a line a page. The P says that bit 7 is set, which makes a
/// large page of 2 MiB or of 1 GiB, or is the PAT bit of a small one.
class QemuInfoTlbReader : public RangeReader {
public:
    Taken take(std::string_view line, std::size_t number) override {
        LineScanner scanner(line);
        scanner.skipBlanks();
        if (scanner.atEnd() || scanner.rest().starts_with("(qemu)"))
            return Taken::Frame;
        const auto at = scanner.hex();
        if (!at || !scanner.literal(":"))
            return Taken::Foreign;
        scanner.skipBlanks();
        const auto target = scanner.hex();
        const auto flags = flagsOf(scanner.word());
        if (!target || !flags)
            return Taken::Foreign;
        if (!VirtAddr(*at).isAligned(kPageSize) || !PhysAddr(*target).isAligned(kPageSize))
            return Taken::Misplaced;
        pages_.push_back({VirtAddr(*at), PhysAddr(*target), *flags, number});
        return Taken::Entry;
    }

    void finish(PageDump& dump) override {
        for (std::size_t i = 0; i < pages_.size(); ++i) {
            const Page& page = pages_[i];
            const Level level = levelOf(i);
            Word flags = page.flags & ~bits::kPs;
            if (level == Level::Pte && (page.flags & bits::kPs) != 0)
                flags |= bits::kPatOfPte;
            const Word word = leafAt(level, flags) | page.target.raw();
            append(runs_, {page.at, level, 1, word, 0, page.line}, kShape);
        }
        RangeReader::finish(dump);
    }

private:
    struct Page {
        VirtAddr at;
        PhysAddr target;
        Word flags = 0;
        std::size_t line = 0;
    };

    static std::optional<Word> flagsOf(std::string_view text) {
        static constexpr FlagWord kLetters[] = {{"X", bits::kXd},  {"G", bits::kG},  {"P", bits::kPs},
                                                {"D", bits::kD},   {"A", bits::kA},  {"C", bits::kPcd},
                                                {"T", bits::kPwt}, {"U", bits::kUs}, {"W", bits::kRw}};
        if (text.size() != std::size(kLetters))
            return std::nullopt;
        Word flags = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '-' && text[i] != kLetters[i].text[0])
                return std::nullopt;
            flags |= text[i] == '-' ? 0 : kLetters[i].bit;
        }
        return flags;
    }

    /// 1 GiB only beside another of that size: a lone large page is far more often one of 2 MiB.
    Level levelOf(std::size_t index) const {
        const Page& page = pages_[index];
        const auto fits = [&](Level level) {
            const Bytes span = kShape.entrySpan(level);
            return page.at.isAligned(span) && page.target.isAligned(span);
        };
        if ((page.flags & bits::kPs) == 0 || !fits(Level::Pmd))
            return Level::Pte;
        const auto isNext = [&](const Page& low, const Page& high) {
            return low.at + kShape.pudSize() == high.at && low.target + kShape.pudSize() == high.target;
        };
        const bool large = (index > 0 && isNext(pages_[index - 1], page)) ||
                           (index + 1 < pages_.size() && isNext(page, pages_[index + 1]));
        return large && fits(Level::Pud) ? Level::Pud : Level::Pmd;
    }

    std::vector<Page> pages_;
};

} // namespace

std::unique_ptr<LineReader> makePtdumpReader() {
    return std::make_unique<PtdumpReader>();
}
std::unique_ptr<LineReader> makeGdbPtDumpReader() {
    return std::make_unique<GdbPtDumpReader>();
}
std::unique_ptr<LineReader> makeQemuInfoMemReader() {
    return std::make_unique<QemuInfoMemReader>();
}
std::unique_ptr<LineReader> makeQemuInfoTlbReader() {
    return std::make_unique<QemuInfoTlbReader>();
}

} // namespace pfnscope::dump
