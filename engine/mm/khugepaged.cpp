// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/khugepaged.h"

#include "mm/file_fault.h"
#include "mm/filemap.h"
#include "mm/huge_memory.h"
#include "mm/mmu_gather.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"
#include "mm/vma.h"

namespace pfnscope::mm {
namespace {

/// enum scan_result, as far as callers tell them apart.
enum class Scan : std::uint8_t { Succeed, PmdMapped, NoMemory, Busy, Refused };

/// Who asks: khugepaged leaves more alone than MADV_COLLAPSE does.
enum class Collapser : std::uint8_t { Khugepaged, Madvise };

struct Collapse1 {
    VmaId vma;
    MmId mm;
    Entry pmd;
    VirtAddr at; ///< aligned
};

Errno errnoOf(Scan result) {
    switch (result) {
    case Scan::Succeed:
    case Scan::PmdMapped:
        return Errno::None;
    case Scan::NoMemory:
        return Errno::NoMem;
    case Scan::Busy:
        return Errno::Again;
    case Scan::Refused:
        break;
    }
    return Errno::Inval;
}

/// hpage_collapse_scan_pmd(): is every page anonymous memory of ours, and one of them writable?
bool scanPtes(Context& k, const Collapse1& one, Collapser who) {
    const auto scope = k.enter("hpage_collapse_scan_pmd", {{"address", one.at}});
    bool writable = false;
    bool referenced = false;
    const Pfn table = offsetBelow(k, one.pmd, one.at).table;
    for (unsigned i = 0; i < k.geometry().entriesPerTable(); ++i) {
        const Word pte = k.read({table, i, Level::Pte});
        const bool zero =
            isSpecial(pte) && entryPfn(k.geometry(), Level::Pte, pte) == k.state().globals.zeroPage;
        if (isNone(pte) || zero)
            continue;
        const auto folio = ptePresent(pte) ? normalFolio(k, Level::Pte, pte) : std::nullopt;
        if (!folio || k.folio(*folio).kind != FolioKind::Anon)
            return false;
        writable |= isWritable(pte);
        referenced |= (pte & bits::kA) != 0;
    }
    return writable && (who == Collapser::Madvise || referenced);
}

/// One page into the new folio; the old one loses a map and a reference.
void copyPte(Context& k, const Collapse1& one, Pfn table, unsigned index, Pfn to) {
    const Word pte = k.read({table, index, Level::Pte});
    const auto folio = ptePresent(pte) ? normalFolio(k, Level::Pte, pte) : std::nullopt;
    if (!folio || k.folio(*folio).kind != FolioKind::Anon) {
        k.machine.moveCounter(one.mm, Counter::AnonPages, 1); // none, or the zero page
        return;
    }
    const Pfn from = entryPfn(k.geometry(), Level::Pte, pte);
    copyPage(k, to, from);
    folio_remove_rmap(k, *folio, {RmapLevel::Pte, static_cast<unsigned>(from - k.folio(*folio).head), 1});
    folio_put_refs(k, *folio, 1);
}

void __collapse_huge_page_copy(Context& k, const Collapse1& one, Pfn table, Pfn to) {
    const auto scope = k.enter("__collapse_huge_page_copy", {{"address", one.at}});
    const unsigned count = k.geometry().entriesPerTable();
    const LockScope lock(k, pteLock(table));
    for (unsigned i = 0; i < count; ++i)
        copyPte(k, one, table, i, to + i);
    k.machine.fillEntries(table, {0, static_cast<std::uint16_t>(count), 0, 0});
}

/// The PTE table is taken off, its pages are copied into one huge page, and the emptied table is what the new
/// leaf has deposited.
Scan collapse_huge_page(Context& k, const Collapse1& one) {
    const auto scope = k.enter("collapse_huge_page", {{"address", one.at}});
    const auto folio = allocFolio(k, FolioKind::Anon, k.geometry().bitsPerLevel);
    if (!folio)
        return Scan::NoMemory;
    vma_start_write(k, one.vma);
    const LockScope anonVma(k, {LockKind::AnonVmaLock, *k.vma(one.vma).anonVma});
    const Pfn table = offsetBelow(k, one.pmd, one.at).table;
    {
        const NotifierRange notifier(k, one.mm, {one.at, one.at + k.pmdSize()});
        const LockScope lock(k, pmdLock(k, one.mm, one.pmd));
        const auto collapse = k.enter("pmdp_collapse_flush", {{"address", one.at}});
        k.write(one.pmd, 0);
        unlinkTable(k, table);
        flushTlbRange(k, one.mm, {one.at, one.at + k.pmdSize()}, kPageSize);
    }
    __collapse_huge_page_copy(k, one, table, k.folio(*folio).head);
    const Vma& vma = k.vma(one.vma);
    const LockScope lock(k, pmdLock(k, one.mm, one.pmd));
    folio_add_new_anon_rmap(k, *folio, {RmapLevel::Pmd, 0, static_cast<unsigned>(k.hpagePmdNr())});
    pgtable_trans_huge_deposit(k, one.mm, one.pmd, one.at, table);
    const Word entry = makeEntry(k.geometry(), Level::Pmd, k.folio(*folio).head, vma.pageProt) | bits::kPse;
    k.write(one.pmd, maybeMkwrite(vma, mkdirty(entry, k.config.softDirty)));
    return Scan::Succeed;
}

/// A file's huge folio that is mapped by PTEs: the table goes and is freed, its maps with it. Nothing is
/// deposited, and the counters follow the pages. The next touch, or MADV_COLLAPSE itself, maps the leaf.
Scan collapse_pte_mapped_thp(Context& k, const Collapse1& one, FolioId folio, Collapser who) {
    const auto scope = k.enter("collapse_pte_mapped_thp", {{"addr", one.at}});
    vma_start_write(k, one.vma);
    const Pfn table = offsetBelow(k, one.pmd, one.at).table;
    const machine::Folio before = k.folio(folio);
    for (unsigned i = 0; i < k.geometry().entriesPerTable(); ++i) {
        const Word pte = k.read({table, i, Level::Pte});
        if (!isNone(pte) && (!ptePresent(pte) || entryPfn(k.geometry(), Level::Pte, pte) != before.head + i))
            return Scan::Refused;
    }
    const NotifierRange notifier(k, one.mm, {one.at, one.at + k.pmdSize()});
    std::int32_t mapped = 0;
    {
        const LockScope pml(k, pmdLock(k, one.mm, one.pmd));
        const LockScope ptl(k, pteLock(table));
        for (unsigned i = 0; i < k.geometry().entriesPerTable(); ++i)
            if (!isNone(k.read({table, i, Level::Pte}))) {
                folio_remove_rmap(k, folio, {RmapLevel::Pte, i, 1});
                ++mapped;
            }
        k.machine.fillEntries(table, {0, static_cast<std::uint16_t>(k.geometry().entriesPerTable()), 0, 0});
        const auto collapse = k.enter("pmdp_collapse_flush", {{"address", one.at}});
        k.write(one.pmd, 0);
        unlinkTable(k, table);
        flushTlbRange(k, one.mm, {one.at, one.at + k.pmdSize()}, kPageSize);
    }
    k.machine.moveCounter(one.mm, mmCounter(before), -mapped);
    if (mapped != 0)
        folio_put_refs(k, folio, mapped);
    countTable(k, one.mm, -1);
    freeTable(k, table); // pte_free_defer(): after a grace period
    if (who == Collapser::Khugepaged)
        return Scan::Succeed;
    FaultState fault;
    fault.vma = one.vma;
    fault.mm = one.mm;
    fault.address = one.at;
    fault.pmd = one.pmd;
    folio_get_refs(k, folio, 1);
    if (do_set_pmd(k, fault, folio))
        return Scan::Succeed;
    folio_put_refs(k, folio, 1);
    return Scan::Refused;
}

Scan collapseFile(Context& k, const Collapse1& one, Collapser who) {
    const Vma& vma = k.vma(one.vma);
    const std::uint64_t index = linearPageIndex(vma, one.at);
    const auto folio = nextFolio(k, *vma.file, index, index);
    if (!folio || (std::uint64_t{1} << k.folio(*folio).order) != k.hpagePmdNr())
        return Scan::Refused;
    return collapse_pte_mapped_thp(k, one, *folio, who);
}

/// thp_vma_allowable_order() outside of a fault: never for device memory.
bool isAllowable(const Context& k, const Vma& vma, VirtAddr at, Collapser who) {
    const std::uint64_t refused = vm::kSpecial | (who == Collapser::Khugepaged ? vm::kNoHugePage : 0);
    return k.config.transparentHugepage && (vma.flags & refused) == 0 && thp_vma_suitable_pmd(k, vma, at) &&
           (vmaIsAnonymous(vma) ||
            (vma.file && k.state().mappings.at(*vma.file).kind != machine::MappingKind::Device));
}

Scan collapseAt(Context& k, VmaId vma, VirtAddr at, Collapser who) {
    const MmId mm = k.vma(vma).mm;
    if (!isAllowable(k, k.vma(vma), at, who))
        return Scan::Refused;
    const auto pmd = lookup(k, mm, at, Level::Pmd);
    if (!pmd || isNone(k.read(*pmd)))
        return Scan::Refused;
    if (isLeaf(k.read(*pmd)))
        return Scan::PmdMapped;
    if (!isTable(k.read(*pmd)))
        return Scan::Busy;
    const Collapse1 one{vma, mm, *pmd, at};
    if (!vmaIsAnonymous(k.vma(vma)))
        return collapseFile(k, one, who);
    if (!k.vma(vma).anonVma || !scanPtes(k, one, who))
        return Scan::Refused;
    return collapse_huge_page(k, one);
}

} // namespace

Errno madvise_collapse(Context& k, VmaId vma, VirtRange range) {
    const auto scope = k.enter("madvise_collapse", {{"start", range.start}, {"end", range.end}});
    // The last 2 MiB of the VMA stand for it: is there a place for a huge page at all?
    const VirtRange area = k.vma(vma).range;
    const VirtAddr lastPlace = area.end.alignedDown(k.pmdSize()) - k.pmdSize();
    const bool neverFaulted = vmaIsAnonymous(k.vma(vma)) && !k.vma(vma).anonVma;
    if (neverFaulted || area.size() < k.pmdSize() ||
        !isAllowable(k, k.vma(vma), lastPlace, Collapser::Madvise))
        return Errno::Inval;
    const VirtAddr start = range.start.alignedUp(k.pmdSize());
    const VirtAddr end = range.end.alignedDown(k.pmdSize());
    // Of a range that ends in the huge page it begins in, fewer than no pages are asked for, which is a
    // failure.
    Errno last = end < start ? Errno::Inval : Errno::None;
    for (VirtAddr at = start; at < end; at += k.pmdSize())
        if (const Errno error = errnoOf(collapseAt(k, vma, at, Collapser::Madvise)); error != Errno::None)
            last = error;
    return last;
}

Errno khugepaged_scan(Context& k, VirtAddr at) {
    const auto scope = k.enter("khugepaged_scan_mm_slot", {{"address", at}});
    const LockScope lock(k, mmapLock(k.currentMm()));
    const auto vma = vmaAt(k, k.currentMm(), at);
    return vma ? errnoOf(collapseAt(k, *vma, at.alignedDown(k.pmdSize()), Collapser::Khugepaged))
               : Errno::Inval;
}

} // namespace pfnscope::mm
