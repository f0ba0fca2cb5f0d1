// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/khugepaged.h"

#include "mm/huge_memory.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"

#include <algorithm>

namespace pfnscope::mm {
namespace {

/// thp_vma_allowable_order() outside faults: special VMAs never.
bool mayCollapse(const Context& k, const Vma& vma) {
    return k.config.transparentHugepage && vmaIsAnonymous(vma) &&
           (vma.flags & (vm::kSpecial | vm::kNoHugePage)) == 0;
}

/// __collapse_huge_page_copy(): contents, and the small pages lose their maps. Says how many were counted.
std::int64_t takePages(Context& k, Pfn table, Pfn target) {
    std::int64_t counted = 0;
    for (unsigned i = 0; i < k.geometry().entriesPerTable(); ++i) {
        const Word pte = k.read({table, i, Level::Pte});
        const auto id = isNone(pte) ? std::nullopt : normalFolio(k, Level::Pte, pte);
        if (!id)
            continue;
        const Pfn frame = entryPfn(k.geometry(), Level::Pte, pte);
        copyPage(k, target + i, frame);
        folio_remove_rmap(k, *id, {RmapLevel::Pte, static_cast<unsigned>(frame - k.folio(*id).head), 1});
        folio_put_refs(k, *id, 1);
        ++counted;
    }
    return counted;
}

/// The TLB holds the small pages that the table mapped, so it is flushed page by page.
void pmdp_collapse_flush(Context& k, const Vma& vma, VirtAddr start, const Entry& pmd) {
    const auto scope = k.enter("pmdp_collapse_flush", {{"address", start}});
    pmdp_huge_get_and_clear(k, pmd);
    flushTlbRange(k, vma.mm, {start, start + k.pmdSize()}, kPageSize);
}

} // namespace

Errno collapse_huge_page(Context& k, VmaId id, VirtAddr at) {
    const VirtAddr start = at.alignedDown(k.pmdSize());
    const auto scope = k.enter("collapse_huge_page", {{"address", start}});
    const Vma& vma = k.vma(id);
    if (!mayCollapse(k, vma) || !vma.range.contains(VirtRange{start, start + k.pmdSize()}))
        return Errno::Inval;
    const auto pmd = lookup(k, vma.mm, start, Level::Pmd);
    if (!pmd || !isTable(k.read(*pmd)))
        return pmd && pmdTransHuge(k.read(*pmd)) ? Errno::None : Errno::Inval;
    anon_vma_prepare(k, id);
    const auto folio = allocFolio(k, FolioKind::Anon, k.geometry().bitsPerLevel);
    if (!folio)
        return Errno::NoMem;
    const NotifierRange notifier(k, vma.mm, {start, start + k.pmdSize()});
    const LockScope anonLock(k, {LockKind::AnonVmaLock, *k.vma(id).anonVma});
    const Pfn table = entryPfn(k.geometry(), Level::Pte, k.read(*pmd));
    const auto pages = static_cast<unsigned>(k.hpagePmdNr());
    {
        const LockScope lock(k, pmdLock(k, vma.mm, *pmd));
        pmdp_collapse_flush(k, vma, start, *pmd);
    }
    const std::int64_t counted = takePages(k, table, k.folio(*folio).head);
    k.machine.fillEntries(table, {0, static_cast<std::uint16_t>(k.geometry().entriesPerTable()), 0, 0});
    unlinkTable(k, table);
    const LockScope lock(k, pmdLock(k, vma.mm, *pmd));
    const Word entry = makeEntry(k.geometry(), Level::Pmd, k.folio(*folio).head, vma.pageProt) | bits::kPse;
    folio_add_new_anon_rmap(k, *folio, {RmapLevel::Pmd, 0, pages});
    pgtable_trans_huge_deposit(k, vma.mm, *pmd, start, table);
    k.write(*pmd, maybeMkwrite(vma, mkdirty(entry, k.config.softDirty)));
    k.machine.moveCounter(vma.mm, Counter::AnonPages, static_cast<std::int64_t>(pages) - counted);
    return Errno::None;
}

Errno madvise_collapse(Context& k, VmaId id, VirtRange range) {
    const auto scope = k.enter("madvise_collapse", {{"start", range.start}, {"end", range.end}});
    if (!mayCollapse(k, k.vma(id)))
        return Errno::Inval;
    for (VirtAddr at = range.start.alignedUp(k.pmdSize()); at + k.pmdSize() <= range.end; at += k.pmdSize())
        if (const Errno error = collapse_huge_page(k, id, at); error != Errno::None)
            return error;
    return Errno::None;
}

} // namespace pfnscope::mm
