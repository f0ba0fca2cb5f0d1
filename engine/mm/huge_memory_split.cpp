// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/huge_memory.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"

namespace pfnscope::mm {
namespace {

/// One split under way.
struct Split {
    VmaId vma;
    MmId mm;
    Entry pmd;
    VirtAddr at; ///< haddr, aligned
};

void fillTable(Context& k, Pfn table, Pfn frame, Word prot, Word step) {
    const auto count = static_cast<std::uint16_t>(k.geometry().entriesPerTable());
    const LockScope lock(k, pteLock(table));
    k.machine.fillEntries(table, {0, count, makeEntry(k.geometry(), Level::Pte, frame, prot), step});
}

/// Takes the leaf away: pmdp_huge_clear_flush(), or with the order turned around without the flush.
Word takeLeaf(Context& k, const Split& split) {
    if (k.config.splitOrder == SplitOrder::PopulateFirst)
        return pmdp_huge_get_and_clear(k, split.pmd);
    return pmdp_huge_clear_flush(k, k.vma(split.vma), split.at, split.pmd);
}

/// Puts the filled table in its place.
void putTable(Context& k, const Split& split, Pfn table) {
    populate(k, split.pmd, split.at, table);
    if (k.config.splitOrder == SplitOrder::PopulateFirst)
        flushTlbRange(k, split.mm, {split.at, split.at + k.pmdSize()}, k.pmdSize());
}

/// The flags of the leaf for its PTEs: PSE off, PAT converted where the option converts.
Word smallProt(const Context& k, Word pmd) {
    const Word prot = entryProt(k.geometry(), Level::Pmd, pmd) & ~(bits::kPse | bits::kMarked);
    return k.option.leafProt == option::LeafProt::Converted ? protLargeTo4k(prot) : prot;
}

/// A special PMD that has a deposit, under the options that refill: its frames go on as PTEs.
void __split_huge_pfnmap_pmd(Context& k, const Split& split) {
    const auto scope = k.enter("__split_huge_pfnmap_pmd", {{"haddr", split.at}});
    const Word before = takeLeaf(k, split);
    const Pfn table = pgtable_trans_huge_withdraw(k, split.mm, split.pmd, split.at);
    const Word prot = smallProt(k, before);
    fillTable(k, table, entryPfn(k.geometry(), Level::Pmd, before), prot, runStep(prot));
    putTable(k, split, table);
}

/// A file's folio loses its PMD map; the next touch finds it in the page cache again.
void dropFileFolio(Context& k, const Split& split, Word before) {
    const bool migration = isSwapPmd(before);
    const auto id = migration ? k.state().folioOf(swapPfn(before)) : normalFolio(k, Level::Pmd, before);
    if (!id)
        return;
    machine::Folio folio = k.folio(*id);
    k.machine.moveCounter(split.mm, mmCounter(folio), -static_cast<std::int64_t>(k.hpagePmdNr()));
    if (!migration) {
        folio.dirty |= isDirty(before);
        folio.referenced |= (before & bits::kA) != 0;
        k.machine.put(*id, folio);
        folio_remove_rmap(k, *id, {RmapLevel::Pmd, 0, static_cast<unsigned>(k.hpagePmdNr())});
    }
    folio_put_refs(k, *id, 1);
}

/// The VMA is not anonymous: the entry goes, and faults bring back what they can.
void dropPmd(Context& k, const Split& split) {
    const Vma& vma = k.vma(split.vma);
    const option::Facts facts = factsOf(k, vma, k.read(split.pmd));
    const Word before = pmdp_huge_clear_flush(k, vma, split.at, split.pmd);
    if (k.option.splitDeposited.holds(facts))
        zap_deposited_table(k, split.mm, split.pmd, split.at);
    if (!vmaIsSpecialHuge(k, vma) && !facts.has(option::Fact::EntryHugeZero))
        dropFileFolio(k, split, before);
}

void __split_huge_zero_page_pmd(Context& k, const Split& split) {
    const auto scope = k.enter("__split_huge_zero_page_pmd", {{"haddr", split.at}});
    const Vma& vma = k.vma(split.vma);
    const Word before = takeLeaf(k, split);
    const Pfn table = pgtable_trans_huge_withdraw(k, split.mm, split.pmd, split.at);
    const Word prot = vma.pageProt | bits::kSpecial | (before & bits::kUffdWp);
    fillTable(k, table, k.state().globals.zeroPage, prot, 0);
    putTable(k, split, table);
}

/// A migration entry becomes as many as there are pages.
void splitMigration(Context& k, const Split& split, Word before) {
    const Pfn table = pgtable_trans_huge_withdraw(k, split.mm, split.pmd, split.at);
    const Word first = makeSwapEntry(swapType(before), swapPfn(before));
    const Word second = makeSwapEntry(swapType(before), swapPfn(before) + 1);
    const auto count = static_cast<std::uint16_t>(k.geometry().entriesPerTable());
    k.machine.fillEntries(table, {0, count, first, second - first});
    if (const auto folio = k.state().folioOf(swapPfn(before)))
        folio_get_refs(k, *folio, count - 1);
    populate(k, split.pmd, split.at, table);
}

/// Every page gets its own reference and map; exclusive pages stay exclusive.
void splitRmap(Context& k, FolioId id, unsigned pages) {
    folio_get_refs(k, id, static_cast<std::int32_t>(pages) - 1);
    const bool exclusive = isAnonExclusive(k.folio(id), 0);
    folio_add_rmap(k, id, {RmapLevel::Pte, 0, pages});
    setAnonExclusive(k, id, {RmapLevel::Pte, 0, pages}, exclusive);
    folio_remove_rmap(k, id, {RmapLevel::Pmd, 0, pages});
}

/// The prot of the PTEs of a split anonymous page: built from the VMA's, with the leaf's state carried over.
Word anonPteProt(const Vma& vma, Word pmd) {
    Word prot = vma.pageProt;
    if (isWritable(pmd))
        prot = mkwrite(prot);
    if ((pmd & bits::kA) == 0)
        prot = mkold(prot);
    if (isDirty(pmd))
        prot = mkdirty(prot);
    return prot | (pmd & (bits::kSoftDirty | bits::kUffdWp));
}

void splitAnonPage(Context& k, const Split& split) {
    const Vma& vma = k.vma(split.vma);
    const Word before = k.config.splitOrder == SplitOrder::FlushFirst
                            ? pmdp_invalidate(k, vma, split.at, split.pmd)
                            : takeLeaf(k, split);
    const Pfn frame = entryPfn(k.geometry(), Level::Pmd, before);
    const auto folio = k.state().folioOf(frame);
    // pmd_page() of a frame without a struct page: nobody told the anonymous branch of special entries.
    if (!folio)
        k.die(k.currentFunction(), k.structPage(frame));
    splitRmap(k, *folio, static_cast<unsigned>(k.hpagePmdNr()));
    const Pfn table = pgtable_trans_huge_withdraw(k, split.mm, split.pmd, split.at);
    const Word prot = anonPteProt(vma, before);
    fillTable(k, table, frame, prot, runStep(prot));
    putTable(k, split, table);
}

void __split_huge_pmd_locked(Context& k, const Split& split) {
    const auto scope = k.enter("__split_huge_pmd_locked", {{"haddr", split.at}});
    const Vma& vma = k.vma(split.vma);
    const Word before = k.read(split.pmd);
    const option::Facts facts = factsOf(k, vma, before);
    k.vmBugOn(vma.range.start > split.at, "VM_BUG_ON_VMA(vma->vm_start > haddr)", split.at);
    k.vmBugOn(vma.range.end < split.at + k.pmdSize(), "VM_BUG_ON_VMA(vma->vm_end < haddr + HPAGE_PMD_SIZE)",
              split.at);
    const bool refill = k.option.splitSpecial == option::SplitSpecial::Refill &&
                        facts.has(option::Fact::EntrySpecial) && !facts.has(option::Fact::EntryHugeZero) &&
                        k.option.splitDeposited.holds(facts);
    if (refill)
        __split_huge_pfnmap_pmd(k, split);
    else if (!vmaIsAnonymous(vma))
        dropPmd(k, split);
    else if (facts.has(option::Fact::EntryHugeZero))
        __split_huge_zero_page_pmd(k, split);
    else if (isSwapPmd(before))
        splitMigration(k, split, before);
    else
        splitAnonPage(k, split);
}

} // namespace

void __split_huge_pmd(Context& k, VmaId id, const Entry& pmd, VirtAddr at) {
    const VirtAddr start = at.alignedDown(k.pmdSize());
    const auto scope = k.enter("__split_huge_pmd", {{"address", at}});
    const MmId mm = k.vma(id).mm;
    const NotifierRange notifier(k, mm, {start, start + k.pmdSize()});
    const LockScope lock(k, pmdLock(k, mm, pmd));
    const Word value = k.read(pmd);
    if (pmdTransHuge(value) || isSwapPmd(value))
        __split_huge_pmd_locked(k, {id, mm, pmd, start});
}

void __split_huge_pud(Context& k, VmaId id, const Entry& pud, VirtAddr at) {
    const VirtAddr start = at.alignedDown(k.pudSize());
    const auto scope = k.enter("__split_huge_pud", {{"address", at}});
    const Vma& vma = k.vma(id);
    const NotifierRange notifier(k, vma.mm, {start, start + k.pudSize()});
    const LockScope lock(k, pudLock(vma.mm));
    if (!pmdTransHuge(k.read(pud)))
        return;
    k.vmBugOn(vma.range.start > start, "VM_BUG_ON_VMA(vma->vm_start > haddr)", start);
    k.vmBugOn(vma.range.end < start + k.pudSize(), "VM_BUG_ON_VMA(vma->vm_end < haddr + HPAGE_PUD_SIZE)",
              start);
    pudp_huge_clear_flush(k, vma, start, pud);
}

void split_huge_pmd_address(Context& k, VmaId id, VirtAddr at) {
    const auto scope = k.enter("split_huge_pmd_address", {{"address", at}});
    if (const auto pmd = mm_find_pmd(k, k.vma(id).mm, at))
        __split_huge_pmd(k, id, *pmd, at);
}

void vma_adjust_trans_huge(Context& k, VmaId id, VirtAddr start, VirtAddr end) {
    const auto scope = k.enter("vma_adjust_trans_huge", {{"start", start}, {"end", end}});
    for (const VirtAddr boundary : {start, end}) {
        const VirtAddr down = boundary.alignedDown(k.pmdSize());
        if (down != boundary && k.vma(id).range.contains(VirtRange{down, down + k.pmdSize()}))
            split_huge_pmd_address(k, id, boundary);
    }
}

} // namespace pfnscope::mm
