// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/fault.h"
#include "mm/mmu_gather.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"

namespace pfnscope::mm {
namespace {

void wp_page_reuse(Context& k, const FaultState& fault) {
    const auto scope = k.enter("wp_page_reuse", {{"address", fault.address}});
    const Word entry = mkdirty(mkyoung(fault.origPte), k.config.softDirty);
    if (setAccessFlags(k, *fault.pte, maybeMkwrite(k.vma(fault.vma), entry)))
        flushTlbRange(k, fault.mm, {fault.address, fault.address + kPageSize}, kPageSize);
}

/// The copied page takes the place of what was mapped; without a folio there is nothing to uncount.
void replacePage(Context& k, FaultState& fault, FolioId copy, std::optional<FolioId> old) {
    const Vma& vma = k.vma(fault.vma);
    const Pfn oldFrame = entryPfn(k.geometry(), Level::Pte, fault.origPte);
    if (!old || k.folio(*old).kind != FolioKind::Anon) {
        if (old)
            k.machine.moveCounter(fault.mm, mmCounter(k.folio(*old)), -1);
        k.machine.moveCounter(fault.mm, Counter::AnonPages, 1);
    }
    const Word entry = makeEntry(k.geometry(), Level::Pte, k.folio(copy).head, vma.pageProt);
    k.write(*fault.pte, 0);
    flushTlbRange(k, fault.mm, {fault.address, fault.address + kPageSize}, kPageSize);
    folio_add_new_anon_rmap(k, copy, {});
    k.write(*fault.pte, maybeMkwrite(vma, mkdirty(mkyoung(entry), k.config.softDirty)));
    if (!old)
        return;
    folio_remove_rmap(k, *old, {RmapLevel::Pte, static_cast<unsigned>(oldFrame - k.folio(*old).head), 1});
    folio_put_refs(k, *old, 1);
}

FaultResult wp_page_copy(Context& k, FaultState& fault, std::optional<FolioId> old) {
    const auto scope = k.enter("wp_page_copy", {{"address", fault.address}});
    if (const FaultResult result = vmfAnonPrepare(k, fault); result != vmfault::kNone)
        return result;
    const auto copy = allocFolio(k, FolioKind::Anon, 0);
    if (!copy)
        return vmfault::kOom;
    const Pfn from = entryPfn(k.geometry(), Level::Pte, fault.origPte);
    if (from != k.state().globals.zeroPage)
        copyPage(k, k.folio(*copy).head, from);
    const NotifierRange notifier(k, fault.mm, {fault.address, fault.address + kPageSize});
    const LockScope lock(k, pteLock(fault.pte->table));
    if (k.read(*fault.pte) != fault.origPte) {
        folio_put_refs(k, *copy, 1);
        return vmfault::kNone;
    }
    replacePage(k, fault, *copy, old);
    return vmfault::kNone;
}

/// wp_can_reuse_anon_folio(): this mapping is the page's only user.
bool canReuse(Context& k, FolioId id, unsigned page) {
    const machine::Folio& folio = k.folio(id);
    if (folio.kind != FolioKind::Anon)
        return false;
    if (isAnonExclusive(folio, page))
        return true;
    if (folio.refcount != 1)
        return false;
    setAnonExclusive(k, id, {RmapLevel::Pte, page, 1}, true);
    return true;
}

} // namespace

FaultResult do_wp_page(Context& k, FaultState& fault) {
    const auto scope = k.enter("do_wp_page", {{"address", fault.address}});
    LockScope lock(k, pteLock(fault.pte->table));
    if (k.read(*fault.pte) != fault.origPte)
        return vmfault::kNone;
    const auto folio = normalFolio(k, Level::Pte, fault.origPte);
    if (isMaybeShared(k.vma(fault.vma))) {
        wp_page_reuse(k, fault);
        return vmfault::kNone;
    }
    if (folio) {
        const Pfn frame = entryPfn(k.geometry(), Level::Pte, fault.origPte);
        if (canReuse(k, *folio, static_cast<unsigned>(frame - k.folio(*folio).head))) {
            wp_page_reuse(k, fault);
            return vmfault::kNone;
        }
    }
    lock.release();
    return wp_page_copy(k, fault, folio);
}

} // namespace pfnscope::mm
