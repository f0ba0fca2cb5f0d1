// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/huge_memory.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"

namespace pfnscope::mm {

void zap_deposited_table(Context& k, MmId mm, const Entry& pmd, VirtAddr at) {
    const auto scope = k.enter("zap_deposited_table", {{"address", at}});
    const Pfn table = pgtable_trans_huge_withdraw(k, mm, pmd, at);
    freeTable(k, table);
    countTable(k, mm, -1);
}

namespace {

/// The part of zap_huge_pmd() for an entry with a folio: counters, map count, the reference at the flush.
void zapFolio(Context& k, MmuGather& tlb, Word entry, VirtAddr at) {
    const bool migration = isSwapPmd(entry);
    const auto id = migration ? k.state().folioOf(swapPfn(entry)) : normalFolio(k, Level::Pmd, entry);
    if (!id || k.folio(*id).kind == FolioKind::HugeZero)
        return;
    machine::Folio folio = k.folio(*id);
    const auto pages = static_cast<std::int64_t>(k.hpagePmdNr());
    k.machine.moveCounter(tlb.mm(), mmCounter(folio), -pages);
    if (migration) {
        folio_put_refs(k, *id, 1);
        return;
    }
    if (folio.kind != FolioKind::Anon) {
        folio.dirty |= isDirty(entry);
        folio.referenced |= (entry & bits::kA) != 0;
        k.machine.put(*id, folio);
    }
    folio_remove_rmap(k, *id, {RmapLevel::Pmd, 0, static_cast<unsigned>(pages)});
    tlb.removePages(*id, 1, at);
}

} // namespace

bool zap_huge_pmd(Context& k, MmuGather& tlb, VmaId id, const Entry& pmd, VirtAddr at) {
    const auto scope = k.enter("zap_huge_pmd", {{"addr", at}});
    const Vma& vma = k.vma(id);
    const LockScope lock(k, pmdLock(k, tlb.mm(), pmd));
    if (const Word value = k.read(pmd); !pmdTransHuge(value) && !isSwapPmd(value))
        return false;
    const Word before = pmdp_huge_get_and_clear(k, pmd);
    if (!isSwapPmd(before))
        tlb.cover({at, at + k.pmdSize()}, Level::Pmd);
    if (k.option.zapDeposited.holds(factsOf(k, vma, before)))
        zap_deposited_table(k, tlb.mm(), pmd, at);
    if (!vmaIsSpecialHuge(k, vma))
        zapFolio(k, tlb, before, at);
    return true;
}

void zap_huge_pud(Context& k, MmuGather& tlb, VmaId id, const Entry& pud, VirtAddr at) {
    const auto scope = k.enter("zap_huge_pud", {{"addr", at}});
    const LockScope lock(k, pudLock(tlb.mm()));
    pmdp_huge_get_and_clear(k, pud);
    tlb.cover({at, at + k.pudSize()}, Level::Pud);
    // No support for anonymous 1 GiB pages yet, says the kernel, and stops.
    k.bugOn(!vmaIsSpecialHuge(k, k.vma(id)), "BUG() in zap_huge_pud", at);
}

} // namespace pfnscope::mm
