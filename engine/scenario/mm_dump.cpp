// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/mm_dump.h"

#include "hw/x86_64.h"

#include <algorithm>

namespace pfnscope::scenario {
namespace {

using hw::Level;

constexpr Word kAddressBits =
    0x000ffffffffff000; // SDM table 4-15: bits 51 to 12 of an entry that links a table
constexpr Word kPresent = 1U << 0;
constexpr Word kPageSize = 1U << 7; // PS; Linux keeps it in a huge entry that is not present (PROT_NONE) too

/// Linux tells a huge entry from a table by PS, and an entry that is not present never leads to a table.
bool isTable(Word entry) {
    return (entry & kPresent) != 0 && (entry & kPageSize) == 0;
}
Pfn tableOf(Word entry) {
    return PhysAddr(entry & kAddressBits).frame();
}

/// The entries that are not zero, as runs that count up by one step.
std::vector<machine::WordRun> nonzeroRuns(hw::PhysicalMemory::ConstFrame words, unsigned end) {
    std::vector<machine::WordRun> runs;
    for (unsigned i = 0; i < end; ++i) {
        if (words[i] == 0)
            continue;
        machine::WordRun* last = runs.empty() ? nullptr : &runs.back();
        if (last != nullptr && last->first + last->count == i) {
            if (last->count == 1)
                last->step = words[i] - last->value;
            if (words[i] == last->value + last->step * last->count) {
                ++last->count;
                continue;
            }
            if (last->count == 1)
                last->step = 0;
        }
        runs.push_back({static_cast<std::uint16_t>(i), 1, words[i], 0});
    }
    return runs;
}

class Dumper {
public:
    Dumper(const machine::State& state, TableNames& names) : state_(state), names_(names) {}

    std::vector<PgdEntryDump> pgd(Pfn table) {
        std::vector<PgdEntryDump> found;
        forEachEntry(table, Level::Pgd, VirtAddr(0), [&](VirtAddr at, Word entry) {
            found.push_back({at, {named(entry, Level::Pud), entry & ~kAddressBits, pud(tableOf(entry), at)}});
        });
        return found;
    }

private:
    template <class Each> void forEachEntry(Pfn table, Level level, VirtAddr base, Each&& each) {
        const auto words = state_.memory.frame(table);
        const hw::Geometry& geometry = state_.geometry();
        for (unsigned i = 0; i < geometry.entriesPerTable(); ++i)
            if (words[i] != 0)
                each(base + geometry.entrySpan(level) * i, words[i]);
    }

    std::string named(Word entry, Level level) { return names_.nameOf(tableOf(entry), level); }

    std::vector<PudEntryDump> pud(Pfn table, VirtAddr base) {
        std::vector<PudEntryDump> found;
        forEachEntry(table, Level::Pud, base, [&](VirtAddr at, Word entry) {
            if (isTable(entry))
                found.push_back({at, 0, pmdTable(entry, at)});
            else
                found.push_back({at, entry, {}});
        });
        return found;
    }

    PmdTableDump pmdTable(Word link, VirtAddr base) {
        const Pfn table = tableOf(link);
        PmdTableDump found{named(link, Level::Pmd), link & ~kAddressBits, {}, {}};
        forEachEntry(table, Level::Pmd, base, [&](VirtAddr at, Word entry) {
            if (isTable(entry))
                found.entries.push_back({at, 0, pteTable(entry)});
            else
                found.entries.push_back({at, entry, {}});
        });
        for (const auto& [owner, ring] : state_.deposits)
            if (owner.pmdTable == table)
                for (const Pfn deposited : ring)
                    found.deposits.push_back(names_.nameOf(deposited, Level::Pte));
        return found;
    }

    PteTableDump pteTable(Word link) {
        const Pfn table = tableOf(link);
        return {named(link, Level::Pte), link & ~kAddressBits,
                nonzeroRuns(state_.memory.frame(table), state_.geometry().entriesPerTable())};
    }

    const machine::State& state_;
    TableNames& names_;
};

} // namespace

void TableNames::follow(const machine::Journal& journal, machine::Position from) {
    for (machine::Position i = from; i < journal.end(); ++i)
        if (const auto* made = std::get_if<machine::TableAllocated>(&journal.deltas()[i]))
            names_.erase(made->frame);
}

const std::string& TableNames::nameOf(Pfn frame, Level level) {
    std::string& name = names_[frame];
    if (name.empty()) {
        const char letter = level == Level::Pud ? 'U' : level == Level::Pmd ? 'M' : 'P';
        name = letter + std::to_string(++count_[level]);
    }
    return name;
}

MmDump dump(const machine::State& state, machine::MmId id, TableNames& names) {
    using machine::Counter;
    const machine::Mm& mm = state.mms.at(id);
    MmDump found;
    found.pgt = mm.counter(Counter::PgtablesBytes);
    found.rss = RssDump{mm.counter(Counter::FilePages), mm.counter(Counter::AnonPages),
                        mm.counter(Counter::ShmemPages)};
    for (const machine::VmaId vmaId : state.vmasOf(id)) {
        const machine::Vma& vma = state.vmas.at(vmaId);
        found.vmas.push_back(
            {vma.range, vma.flags | (vma.marked ? kRecordedMark : 0), vma.pageProt, vma.pgoff});
    }
    found.entries = Dumper(state, names).pgd(mm.pgd);
    return found;
}

TableCounts count(const MmDump& dump) {
    TableCounts n;
    for (const PgdEntryDump& pgd : dump.entries) {
        ++n.tablePages;
        for (const PudEntryDump& pud : pgd.table.entries) {
            if (!pud.table) {
                ++n.hugePud;
                continue;
            }
            n.deposits += static_cast<std::int64_t>(pud.table->deposits.size());
            n.tablePages += 1 + static_cast<std::int64_t>(pud.table->deposits.size());
            for (const PmdEntryDump& pmd : pud.table->entries) {
                if (!pmd.table) {
                    ++n.hugePmd;
                    continue;
                }
                ++n.pteTables;
                ++n.tablePages;
                for (const machine::WordRun& run : pmd.table->runs)
                    n.ptes += run.count;
            }
        }
    }
    return n;
}

} // namespace pfnscope::scenario
