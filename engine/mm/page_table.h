// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/context.h"

#include <optional>

/// Walking down a process's tables, and making and freeing them.
namespace pfnscope::mm {

/// pgd_offset()
Entry pgdOffset(const Context& k, MmId mm, VirtAddr at);
/// The entry of the table below that spans `at`: p4d_offset() to pte_offset(). `upper` must reference a
/// table; what a leaf references is read as if it were one.
Entry offsetBelow(const Context& k, const Entry& upper, VirtAddr at);
/// The entry of `level` for `at`; empty when a table on the way is missing or a leaf is in the way.
std::optional<Entry> lookup(const Context& k, MmId mm, VirtAddr at, Level level);
/// mm_find_pmd() of mm/rmap.c: tests every upper entry for presence only, so that below a leaf of 1 GiB it
/// finds a "PMD" in the device's frames.
std::optional<Entry> mm_find_pmd(const Context& k, MmId mm, VirtAddr at);

/// A zeroed table of `level`, not linked and not counted (pte_alloc_one() and its like); empty: no memory.
std::optional<Pfn> allocTable(Context& k, MmId mm, Level level);
/// pte_free(): of a table that is neither linked nor deposited. Does not count.
void freeTable(Context& k, Pfn table);
/// pmd_populate() and its like: lets `upper` reference `table`.
void populate(Context& k, const Entry& upper, VirtAddr at, Pfn table);
/// mm_inc_nr_ptes() and its like.
void countTable(Context& k, MmId mm, int sign);
/// Takes the tables' record out of the tree; the entry above is written by the caller.
void unlinkTable(Context& k, Pfn table);

/// The entry of `level` for `at`, all tables above it made: pud_alloc(), pmd_alloc(), and the PTE level with
/// pte_alloc(). Empty: no memory. What is present is not looked at any further: __pmd_alloc() and its like
/// are entered only when a table is missing.
std::optional<Entry> allocDown(Context& k, MmId mm, VirtAddr at, Level level);
/// __pte_alloc() if `pmd` is none. False: no memory.
bool pte_alloc(Context& k, MmId mm, const Entry& pmd, VirtAddr at);

/// pgd_addr_end() and its like: the end of what `entry`'s level spans around `at`, or `end`.
inline VirtAddr addrEnd(const Context& k, VirtAddr at, VirtAddr end, Level level) {
    const Bytes span = k.geometry().entrySpan(level);
    const VirtAddr next = at.alignedDown(span) + span;
    return next - VirtAddr(1) < end - VirtAddr(1) ? next : end;
}

/// each(Entry pud, VirtRange piece) for every PUD entry in `range` whose table exists, in order. Upper
/// entries never map pages.
template <class Each> void forEachPud(const Context& k, MmId mm, VirtRange range, Each&& each) {
    for (VirtAddr at = range.start; at < range.end;) {
        const auto pud = lookup(k, mm, at, Level::Pud);
        const VirtAddr next = addrEnd(k, at, range.end, pud ? Level::Pud : k.geometry().top());
        if (pud) {
            each(*pud, VirtRange{at, next});
            at = next;
            continue;
        }
        // Skips what a missing table spans: with five levels that is a P4D entry's span.
        const Level missing = k.geometry().hasLevel(Level::P4d) && lookup(k, mm, at, Level::P4d)
                                  ? Level::P4d
                                  : k.geometry().top();
        at = addrEnd(k, at, range.end, missing);
    }
}

} // namespace pfnscope::mm
