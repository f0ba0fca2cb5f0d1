// SPDX-License-Identifier: GPL-3.0-or-later
#include "dump/line_reader.h"
#include "dump/line_scanner.h"
#include "hw/x86_64.h"

#include <algorithm>
#include <map>

namespace pfnscope::dump {
namespace {

namespace bits = hw::x86_64;
using hw::Level;

/// "   PMD: 94734728 => 80000001611c00e7" after "VIRTUAL PHYSICAL" and the address: one walk a stanza, each
/// entry with the place where it lies. crash leaves a folded P4D out.
class CrashVtopReader : public LineReader {
public:
    Taken take(std::string_view line, std::size_t number) override {
        LineScanner scanner(line);
        scanner.skipBlanks();
        if (scanner.literal("VIRTUAL")) {
            expectsAddress_ = true;
            return Taken::Frame;
        }
        if (expectsAddress_) {
            expectsAddress_ = false;
            const auto at = scanner.hex();
            if (!at)
                return Taken::Foreign;
            walks_.push_back({VirtAddr(*at), {}});
            return Taken::Frame;
        }
        // What else a stanza has (VMA, FLAGS, struct page) says nothing of tables.
        if (walks_.empty())
            return scanner.atEnd() ? Taken::Frame : Taken::Foreign;
        const auto level = levelIn(scanner);
        return level ? entry(scanner, *level, number) : Taken::Frame;
    }

    void finish(PageDump& dump) override {
        const bool five = std::any_of(walks_.begin(), walks_.end(), [](const Walk& walk) {
            return std::any_of(walk.entries.begin(), walk.entries.end(),
                               [](const Entry& entry) { return entry.level == Level::P4d; });
        });
        dump.geometry = five ? hw::kFiveLevels : hw::kFourLevels;
        for (const Walk& walk : walks_)
            addWalk(dump, walk);
    }

private:
    struct Entry {
        Level level = Level::Pgd;
        PhysAddr at;
        Word word = 0;
        std::size_t line = 0;
    };
    struct Walk {
        VirtAddr at;
        std::vector<Entry> entries;
    };

    static std::optional<Level> levelIn(LineScanner& scanner) {
        static constexpr std::pair<std::string_view, Level> kNames[] = {
            {"PML4:", Level::Pgd}, {"PML:", Level::Pgd}, {"PGD:", Level::Pgd}, {"P4D:", Level::P4d},
            {"PUD:", Level::Pud},  {"PMD:", Level::Pmd}, {"PTE:", Level::Pte}};
        for (const auto& [name, level] : kNames)
            if (scanner.literal(name))
                return level;
        return std::nullopt;
    }

    Taken entry(LineScanner& scanner, Level level, std::size_t number) {
        scanner.skipBlanks();
        const auto at = scanner.hex();
        scanner.skipBlanks();
        if (!at || !scanner.literal("=>"))
            return Taken::Foreign;
        scanner.skipBlanks();
        const auto word = scanner.hex();
        if (!word)
            return Taken::Foreign;
        walks_.back().entries.push_back({level, PhysAddr(*at), *word, number});
        return Taken::Entry;
    }

    /// A table lies where its entry does, unless that is not physical: old versions of crash print where the
    /// kernel maps it.
    static std::optional<Pfn> tableOf(const Entry& entry) {
        const bool physical = (entry.at.raw() & ~bits::kAddress & ~(kPageSize.raw() - 1)) == 0;
        return physical ? std::optional(entry.at.frame()) : std::nullopt;
    }

    static void addWalk(PageDump& dump, const Walk& walk) {
        Word link = 0;
        for (const Entry& entry : walk.entries) {
            const Bytes span = dump.geometry.entrySpan(entry.level);
            const VirtAddr base = walk.at.alignedDown(dump.geometry.tableSpan(entry.level));
            if (const auto frame = tableOf(entry))
                dump.tables.push_back(
                    {entry.level, entry.level == Level::Pgd ? VirtAddr() : base, *frame, link});
            link = entry.word;
            const auto kind = bits::kindOf(entry.word, dump.geometry.depth(entry.level));
            if (kind == bits::EntryKind::Table || entry.word == 0)
                continue;
            dump.runs.push_back({walk.at.alignedDown(span), entry.level, 1, entry.word, 0, entry.line});
            return;
        }
    }

    std::vector<Walk> walks_;
    bool expectsAddress_ = false;
};

} // namespace

std::unique_ptr<LineReader> makeCrashVtopReader() {
    return std::make_unique<CrashVtopReader>();
}

} // namespace pfnscope::dump
