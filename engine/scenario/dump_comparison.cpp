// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/dump_comparison.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace pfnscope::scenario {
namespace {

using hw::Level;

/// The records' machine keeps this range out of its RAM for the devices.
constexpr Pfn kDeviceStart{0x40000};
constexpr Pfn kDeviceEnd{0xc0000};

/// get_mm_counter() reads a per-CPU counter without adding up the CPUs' shares, so it lags by up to one batch
/// of 32 pages a CPU, at step 0 and now; and the pages that the recording program itself touches are in it.
constexpr std::int64_t kRssSlack = 64;

Word addressMask(Level level) {
    const unsigned low = hw::kFourLevels.shift(level);
    return ((Word{1} << 52) - 1) & ~((Word{1} << low) - 1);
}

/// Linux inverts the frame number of an entry that is not present (the L1TF rule).
Pfn frameOf(Level level, Word entry) {
    return PhysAddr(((entry & 1) != 0 ? entry : ~entry) & addressMask(level)).frame();
}

bool isDevice(Pfn frame) {
    return kDeviceStart <= frame && frame < kDeviceEnd;
}

/// Both lists are in address order: onBoth, onRecord and onModel see every element once.
template <class Element, class Both, class Record, class Model>
void merge(const std::vector<Element>& record, const std::vector<Element>& model, Both&& onBoth,
           Record&& onRecord, Model&& onModel) {
    auto r = record.begin();
    auto m = model.begin();
    while (r != record.end() || m != model.end()) {
        if (m == model.end() || (r != record.end() && r->at < m->at))
            onRecord(*r++);
        else if (r == record.end() || m->at < r->at)
            onModel(*m++);
        else
            onBoth(*r++, *m++);
    }
}

template <class Entry> std::string describe(const Entry& entry) {
    return entry.table ? "table " + entry.table->name : toHex(entry.leaf);
}

using Entries = std::array<Word, kWordsPerFrame>;
Entries expand(const std::vector<machine::WordRun>& runs) {
    Entries words{};
    for (const machine::WordRun& run : runs)
        for (unsigned i = 0; i < run.count; ++i)
            words[run.first + i] = run.value + run.step * i;
    return words;
}

std::string entryText(Word entry) {
    return entry == 0 ? "none" : toHex(entry);
}

} // namespace

void TablePairs::pair(const std::string& where, const std::string& record, const std::string& model,
                      const Report& report) {
    if (const auto [known, isNew] = modelOfRecord_.emplace(record, model); !isNew && known->second != model)
        report(where + " table page", fmt::format("{}, which is also the model's {}", record, known->second),
               model);
    const auto [known, isNew] = recordOfModel_.emplace(model, record);
    if (!isNew && known->second != record)
        report(where + " table page", record,
               fmt::format("{}, which was {} of the record before", model, known->second));
    known->second = record;
}

void FramePairs::add(Pfn record, Pfn model, std::uint64_t count) {
    if (!segments_.empty()) {
        Segment& last = segments_.back();
        if (last.from + last.count == record.raw() && last.to + last.count == model.raw()) {
            last.count += count;
            return;
        }
        if (last.from == record.raw() && last.to == model.raw() && last.count == count)
            return;
    }
    segments_.push_back({record.raw(), model.raw(), count});
}

bool FramePairs::oneToOne(std::vector<Segment> segments) {
    std::sort(segments.begin(), segments.end(),
              [](const Segment& a, const Segment& b) { return a.from < b.from; });
    const Segment* widest = nullptr; // of those before, the one that reaches furthest
    for (const Segment& one : segments) {
        if (widest != nullptr && one.from < widest->from + widest->count &&
            one.to - one.from != widest->to - widest->from)
            return false;
        if (widest == nullptr || one.from + one.count > widest->from + widest->count)
            widest = &one;
    }
    return true;
}

void FramePairs::check(const Report& report) {
    std::vector<Segment> reverse = segments_;
    for (Segment& one : reverse)
        std::swap(one.from, one.to);
    if (!oneToOne(segments_))
        report("pages of RAM", "one page in two places", "two pages there");
    if (!oneToOne(std::move(reverse)))
        report("pages of RAM", "two pages", "one page in both places");
    segments_.clear();
}

std::string DumpComparison::place(const char* kind, VirtAddr at) const {
    return fmt::format("{} {} {}", prefix_, kind, toText(at));
}

void DumpComparison::compare(const MmDump& record, const MmDump& model, std::int64_t pgtOffset) {
    if (record.pgt != model.pgt + pgtOffset)
        report_(prefix_ + " pgtables_bytes", std::to_string(record.pgt),
                std::to_string(model.pgt + pgtOffset));
    if (record.rss && model.rss)
        rss(*record.rss, *model.rss);
    vmas(record.vmas, model.vmas);
    pgd(record.entries, model.entries);
}

void DumpComparison::rss(const RssDump& record, const RssDump& model) {
    const auto one = [&](const char* name, std::int64_t recorded, std::int64_t modelled) {
        if (recorded < modelled - kRssSlack || recorded > modelled + kRssSlack)
            report_(fmt::format("{} rss {}", prefix_, name), std::to_string(recorded),
                    std::to_string(modelled));
    };
    one("file", record.file, model.file);
    one("anon", record.anon, model.anon);
    one("shmem", record.shmem, model.shmem);
}

void DumpComparison::vmas(const std::vector<VmaDump>& record, const std::vector<VmaDump>& model) {
    const auto ranges = [](const std::vector<VmaDump>& vmas) {
        std::vector<std::string> found;
        for (const VmaDump& vma : vmas)
            found.push_back(fmt::format("{}-{}", toText(vma.range.start), toText(vma.range.end)));
        return fmt::format("{}", fmt::join(found, " "));
    };
    const bool sameRanges = std::equal(record.begin(), record.end(), model.begin(), model.end(),
                                       [](const VmaDump& a, const VmaDump& b) { return a.range == b.range; });
    if (!sameRanges)
        return report_(prefix_ + " vmas", ranges(record), ranges(model));
    for (std::size_t i = 0; i < record.size(); ++i) {
        const auto one = [&](const char* field, std::uint64_t recorded, std::uint64_t modelled) {
            if (recorded != modelled)
                report_(place("vma", record[i].range.start) + " " + field, toHex(recorded), toHex(modelled));
        };
        one("vm_flags", record[i].flags, model[i].flags);
        one("vm_page_prot", record[i].prot, model[i].prot);
        one("vm_pgoff", record[i].pgoff, model[i].pgoff);
    }
}

void DumpComparison::table(const char* kind, VirtAddr at, const std::string& recordName, Word recordFlags,
                           const std::string& modelName, Word modelFlags) {
    const std::string where = place(kind, at);
    tables_.pair(where, recordName, modelName, report_);
    if (recordFlags != modelFlags)
        report_(where + " flags", toHex(recordFlags), toHex(modelFlags));
}

void DumpComparison::pgd(const std::vector<PgdEntryDump>& record, const std::vector<PgdEntryDump>& model) {
    merge(
        record, model,
        [&](const PgdEntryDump& r, const PgdEntryDump& m) {
            table("pgd", r.at, r.table.name, r.table.flags, m.table.name, m.table.flags);
            pud(r.table, m.table);
        },
        [&](const PgdEntryDump& r) { report_(place("pgd", r.at), "table " + r.table.name, "none"); },
        [&](const PgdEntryDump& m) { report_(place("pgd", m.at), "none", "table " + m.table.name); });
}

void DumpComparison::pud(const PudTableDump& record, const PudTableDump& model) {
    merge(
        record.entries, model.entries,
        [&](const PudEntryDump& r, const PudEntryDump& m) {
            if (r.table && m.table) {
                table("pud", r.at, r.table->name, r.table->flags, m.table->name, m.table->flags);
                pmd(*r.table, *m.table, r.at);
            } else if (r.table || m.table) {
                report_(place("pud", r.at), describe(r), describe(m));
            } else {
                leaf(r.at, Level::Pud, r.leaf, m.leaf);
            }
        },
        [&](const PudEntryDump& r) { report_(place("pud", r.at), describe(r), "none"); },
        [&](const PudEntryDump& m) { report_(place("pud", m.at), "none", describe(m)); });
}

void DumpComparison::pmd(const PmdTableDump& record, const PmdTableDump& model, VirtAddr at) {
    if (record.deposits.size() != model.deposits.size())
        report_(place("deposits at pud", at), fmt::format("[{}]", fmt::join(record.deposits, " ")),
                fmt::format("[{}]", fmt::join(model.deposits, " ")));
    for (std::size_t i = 0; i < std::min(record.deposits.size(), model.deposits.size()); ++i)
        tables_.pair(fmt::format("{} deposit {} at pud {}", prefix_, i, toText(at)), record.deposits[i],
                     model.deposits[i], report_);
    merge(
        record.entries, model.entries,
        [&](const PmdEntryDump& r, const PmdEntryDump& m) {
            if (r.table && m.table) {
                table("pmd", r.at, r.table->name, r.table->flags, m.table->name, m.table->flags);
                pte(*r.table, *m.table, r.at);
            } else if (r.table || m.table) {
                report_(place("pmd", r.at), describe(r), describe(m));
            } else {
                leaf(r.at, Level::Pmd, r.leaf, m.leaf);
            }
        },
        [&](const PmdEntryDump& r) { report_(place("pmd", r.at), describe(r), "none"); },
        [&](const PmdEntryDump& m) { report_(place("pmd", m.at), "none", describe(m)); });
}

bool DumpComparison::same(Level level, Word record, Word model) {
    if (record == 0 || model == 0)
        return record == model;
    const Pfn recorded = frameOf(level, record);
    const Pfn modelled = frameOf(level, model);
    if (isDevice(recorded) || isDevice(modelled))
        return record == model;
    frames_.add(recorded, modelled, hw::kFourLevels.pagesPerEntry(level));
    return ((record ^ model) & ~addressMask(level)) == 0;
}

void DumpComparison::leaf(VirtAddr at, Level level, Word record, Word model) {
    if (!same(level, record, model))
        report_(place(level == Level::Pud ? "pud" : "pmd", at), toHex(record), toHex(model));
}

void DumpComparison::pte(const PteTableDump& record, const PteTableDump& model, VirtAddr at) {
    const Entries recorded = expand(record.runs);
    const Entries modelled = expand(model.runs);
    unsigned i = 0;
    const auto differs = [&] { return i < kWordsPerFrame && !same(Level::Pte, recorded[i], modelled[i]); };
    while (i < kWordsPerFrame) {
        const unsigned first = i;
        while (differs())
            ++i;
        if (i == first) {
            ++i;
            continue;
        }
        const auto text = [&](const Entries& words) {
            return i - first == 1 ? entryText(words[first])
                                  : fmt::format("{} .. {}", entryText(words[first]), entryText(words[i - 1]));
        };
        report_(fmt::format("{} ({} entries)", place("pte", at + kPageSize * first), i - first),
                text(recorded), text(modelled));
    }
}

} // namespace pfnscope::scenario
