// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/page_table.h"

namespace pfnscope::mm {
namespace {

/// should_fail_alloc_page(), for tables.
bool allocationFails(Context& k) {
    const std::uint32_t countdown = k.state().globals.failAllocationIn;
    if (countdown == 0)
        return false;
    machine::KernelGlobals globals = k.state().globals;
    --globals.failAllocationIn;
    k.machine.put(globals);
    return countdown == 1;
}

std::string_view allocName(Level level) {
    switch (level) {
    case Level::Pte:
        return "__pte_alloc";
    case Level::Pmd:
        return "__pmd_alloc";
    case Level::Pud:
        return "__pud_alloc";
    default:
        return "__p4d_alloc";
    }
}

/// pagetable_pmd_ctor() sets pmd_huge_pte to NULL: what an earlier life of the page left on the list is lost
/// for good.
void forgetDeposits(Context& k, MmId mm, Pfn pmdTable) {
    for (auto next = k.state().deposits.lower_bound({pmdTable, mm, std::nullopt});
         next != k.state().deposits.end() && next->first.pmdTable == pmdTable && next->first.mm == mm;
         next = k.state().deposits.lower_bound({pmdTable, mm, std::nullopt})) {
        const Pfn table = next->second.front();
        k.machine.commit(machine::TableWithdrawn{next->first, table, {}, *k.state().tableAt(table)});
    }
}

/// Makes the table that `upper` lacks and links it, under the lock that guards `upper`.
bool allocBelow(Context& k, MmId mm, const Entry& upper, VirtAddr at) {
    const Level level = k.geometry().below(upper.level);
    const auto scope = k.enter(allocName(level), {{"address", at}});
    const auto table = allocTable(k, mm, level);
    if (!table)
        return false;
    const LockScope lock(k, level == Level::Pte ? pmdLock(k, mm, upper) : pudLock(mm));
    if (!isNone(k.read(upper))) { // another CPU has made one meanwhile
        freeTable(k, *table);
        return true;
    }
    countTable(k, mm, level == Level::P4d ? 0 : 1);
    populate(k, upper, at, *table);
    return true;
}

} // namespace

Entry pgdOffset(const Context& k, MmId mm, VirtAddr at) {
    return {k.mm(mm).pgd, k.geometry().index(at, Level::Pgd), Level::Pgd};
}

Entry offsetBelow(const Context& k, const Entry& upper, VirtAddr at) {
    const Level level = k.geometry().below(upper.level);
    return {entryPfn(k.geometry(), Level::Pte, k.read(upper)), k.geometry().index(at, level), level};
}

std::optional<Entry> lookup(const Context& k, MmId mm, VirtAddr at, Level level) {
    Entry entry = pgdOffset(k, mm, at);
    while (entry.level != level) {
        if (!isTable(k.read(entry)))
            return std::nullopt;
        entry = offsetBelow(k, entry, at);
    }
    return entry;
}

std::optional<Entry> mm_find_pmd(const Context& k, MmId mm, VirtAddr at) {
    Entry entry = pgdOffset(k, mm, at);
    while (entry.level != Level::Pmd) {
        const Word value = k.read(entry);
        if ((value & bits::kP) == 0)
            return std::nullopt;
        const Level level = k.geometry().below(entry.level);
        const Pfn table = isLeaf(value) ? entryPfn(k.geometry(), entry.level, value)
                                        : entryPfn(k.geometry(), Level::Pte, value);
        entry = {table, k.geometry().index(at, level), level};
    }
    return entry;
}

std::optional<Pfn> allocTable(Context& k, MmId mm, Level level) {
    const auto frame = allocationFails(k) ? std::nullopt : k.machine.allocateFrames(0);
    if (!frame) {
        k.happen(HappeningKind::AllocationFailed, mm);
        return std::nullopt;
    }
    machine::PageTable table;
    table.level = level;
    table.mm = mm;
    k.machine.commit(machine::TableAllocated{*frame, table});
    if (level == Level::Pmd)
        forgetDeposits(k, mm, *frame);
    return frame;
}

void freeTable(Context& k, Pfn table) {
    k.machine.commit(machine::TableFreed{table, *k.state().tableAt(table)});
    k.machine.freeFrames(table, 0);
}

void populate(Context& k, const Entry& upper, VirtAddr at, Pfn table) {
    const machine::PageTable before = *k.state().tableAt(table);
    machine::PageTable after = before;
    after.state = machine::TableState::Linked;
    after.base = at.alignedDown(k.geometry().entrySpan(upper.level));
    after.parent = upper.table;
    after.index = static_cast<std::uint16_t>(upper.index);
    k.machine.commit(machine::TableLinked{table, before, after});
    k.write(upper, PhysAddr(table).raw() | bits::kTable);
}

void countTable(Context& k, MmId mm, int sign) {
    k.machine.moveCounter(mm, Counter::PgtablesBytes, sign * static_cast<std::int64_t>(kPageSize.raw()));
}

void unlinkTable(Context& k, Pfn table) {
    const machine::PageTable before = *k.state().tableAt(table);
    machine::PageTable after = before;
    after.state = machine::TableState::Detached;
    after.parent = Pfn();
    after.index = 0;
    after.base = VirtAddr();
    k.machine.commit(machine::TableLinked{table, before, after});
}

std::optional<Entry> allocDown(Context& k, MmId mm, VirtAddr at, Level level) {
    Entry entry = pgdOffset(k, mm, at);
    while (entry.level != level) {
        if (k.read(entry) == 0 && !allocBelow(k, mm, entry, at))
            return std::nullopt;
        entry = offsetBelow(k, entry, at);
    }
    return entry;
}

bool pte_alloc(Context& k, MmId mm, const Entry& pmd, VirtAddr at) {
    return !isNone(k.read(pmd)) || allocBelow(k, mm, pmd, at);
}

} // namespace pfnscope::mm
