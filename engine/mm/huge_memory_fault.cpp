// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/huge_memory.h"
#include "mm/memtype.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"

namespace pfnscope::mm {

Word hugeEntry(const Context& k, Level level, Pfn frame, Word prot) {
    if (k.option.leafProt == option::LeafProt::Converted)
        prot = prot4kToLarge(prot);
    return makeEntry(k.geometry(), level, frame, prot) | bits::kPse;
}

namespace {

/// A present leaf is not replaced. A write of the same frame sets the access flags.
void touchLeaf(Context& k, const Vma& vma, const Entry& at, Pfn frame, bool write) {
    if (!write)
        return;
    const Word entry = k.read(at);
    if (entryPfn(k.geometry(), at.level, entry) != frame) {
        if (!isHugeZeroPmd(k, entry))
            k.warn("WARN_ON_ONCE(!is_huge_zero_pmd(*pmd))");
        return;
    }
    setAccessFlags(k, at, maybeMkwrite(vma, mkdirty(mkyoung(entry), k.config.softDirty)));
}

Word newLeaf(const Context& k, const Vma& vma, Word entry, bool write) {
    return write ? maybeMkwrite(vma, mkdirty(mkyoung(entry), k.config.softDirty)) : entry;
}

void checkInsert(Context& k, const Vma& vma, VirtAddr at) {
    const std::uint64_t kind = vma.flags & (vm::kPfnMap | vm::kMixedMap);
    k.bugOn(kind == 0, "BUG_ON(!(vma->vm_flags & (VM_PFNMAP|VM_MIXEDMAP)))", at);
    k.bugOn(kind == (vm::kPfnMap | vm::kMixedMap), "BUG_ON(VM_PFNMAP and VM_MIXEDMAP)", at);
    k.bugOn((vma.flags & vm::kPfnMap) != 0 && vm::isCow(vma.flags),
            "BUG_ON((vma->vm_flags & VM_PFNMAP) && is_cow_mapping(vma->vm_flags))", at);
}

} // namespace

FaultResult vmf_insert_pfn_pmd(Context& k, FaultState& fault, Pfn frame, bool write) {
    const VirtAddr at = fault.address.alignedDown(k.pmdSize());
    const auto scope = k.enter("vmf_insert_pfn_pmd", {{"address", at}, {"pfn", frame}});
    const Vma& vma = k.vma(fault.vma);
    checkInsert(k, vma, at);
    const option::Facts facts = factsOf(k, vma);
    std::optional<Pfn> table;
    if (k.option.insertDeposit.holds(facts)) {
        table = allocTable(k, fault.mm, Level::Pte);
        if (!table)
            return vmfault::kOom;
    }
    Word prot = vma.pageProt;
    track_pfn_insert(k, prot, frame);
    {
        const LockScope lock(k, pmdLock(k, fault.mm, fault.pmd));
        if (isNone(k.read(fault.pmd))) {
            Word entry = newLeaf(k, vma, hugeEntry(k, Level::Pmd, frame, prot) | bits::kSpecial, write);
            if (table) {
                pgtable_trans_huge_deposit(k, fault.mm, fault.pmd, at, *table);
                countTable(k, fault.mm, 1);
                table.reset();
                entry |= k.option.leafMark.holds(facts) ? bits::kMarked : 0;
            }
            k.write(fault.pmd, entry);
        } else {
            touchLeaf(k, vma, fault.pmd, frame, write);
        }
    }
    if (table)
        freeTable(k, *table);
    return vmfault::kNoPage;
}

FaultResult vmf_insert_pfn_pud(Context& k, FaultState& fault, Pfn frame, bool write) {
    const VirtAddr at = fault.address.alignedDown(k.pudSize());
    const auto scope = k.enter("vmf_insert_pfn_pud", {{"address", at}, {"pfn", frame}});
    const Vma& vma = k.vma(fault.vma);
    checkInsert(k, vma, at);
    // insert_pfn_pud() takes vm_page_prot as it is: the type looked up for the frame is not used.
    const LockScope lock(k, pudLock(fault.mm));
    if (isNone(k.read(fault.pud)))
        k.write(fault.pud,
                newLeaf(k, vma, hugeEntry(k, Level::Pud, frame, vma.pageProt) | bits::kSpecial, write));
    else
        touchLeaf(k, vma, fault.pud, frame, write);
    return vmfault::kNoPage;
}

FaultResult vmf_insert_folio_pmd(Context& k, FaultState& fault, FolioId folio, bool write) {
    const VirtAddr at = fault.address.alignedDown(k.pmdSize());
    const Pfn frame = k.folio(folio).head;
    const auto scope = k.enter("vmf_insert_folio_pmd", {{"address", at}, {"pfn", frame}});
    std::optional<Pfn> table;
    if (k.config.archNeedsDeposit && !(table = allocTable(k, fault.mm, Level::Pte)))
        return vmfault::kOom;
    const Vma& vma = k.vma(fault.vma);
    const LockScope lock(k, pmdLock(k, fault.mm, fault.pmd));
    if (!isNone(k.read(fault.pmd))) {
        touchLeaf(k, vma, fault.pmd, frame, write);
        if (table)
            freeTable(k, *table);
        return vmfault::kNoPage;
    }
    const auto pages = static_cast<unsigned>(k.hpagePmdNr());
    folio_get_refs(k, folio, 1);
    folio_add_rmap(k, folio, {RmapLevel::Pmd, 0, pages});
    k.machine.moveCounter(fault.mm, mmCounter(k.folio(folio)), pages);
    if (table) {
        pgtable_trans_huge_deposit(k, fault.mm, fault.pmd, at, *table);
        countTable(k, fault.mm, 1);
    }
    k.write(fault.pmd, newLeaf(k, vma, hugeEntry(k, Level::Pmd, frame, vma.pageProt), write));
    return vmfault::kNoPage;
}

std::optional<FolioId> mm_get_huge_zero_folio(Context& k, MmId mm) {
    machine::KernelGlobals globals = k.state().globals;
    if (!globals.hugeZeroFolio) {
        const auto folio = allocFolio(k, FolioKind::HugeZero, k.geometry().bitsPerLevel);
        if (!folio)
            return std::nullopt;
        globals = k.state().globals;
        globals.hugeZeroFolio = folio;
    }
    if (!k.mm(mm).hugeZero) {
        ++globals.hugeZeroUsers;
        machine::Mm record = k.mm(mm);
        record.hugeZero = true;
        k.machine.put(mm, record);
    }
    k.machine.put(globals);
    return k.state().globals.hugeZeroFolio;
}

void mm_put_huge_zero_folio(Context& k, MmId mm) {
    if (!k.mm(mm).hugeZero)
        return;
    machine::Mm record = k.mm(mm);
    record.hugeZero = false;
    k.machine.put(mm, record);
    machine::KernelGlobals globals = k.state().globals;
    --globals.hugeZeroUsers;
    k.machine.put(globals);
}

bool thp_vma_allowable_order(const Context& k, const Vma& vma, Level level) {
    if (!k.config.transparentHugepage && vmaIsAnonymous(vma))
        return false;
    if (level == Level::Pud && !vmaIsSpecialHuge(k, vma))
        return false;
    if ((vma.flags & vm::kNoHugePage) != 0)
        return false;
    if (vmaIsAnonymous(vma) || vmaIsDax(k, vma))
        return true;
    return opsOf(k, vma)->hugeFault.present;
}

namespace {

/// set_huge_zero_folio(): the table is deposited, the leaf is read-only.
FaultResult mapHugeZero(Context& k, FaultState& fault, VirtAddr at) {
    const auto table = allocTable(k, fault.mm, Level::Pte);
    if (!table)
        return vmfault::kOom;
    const auto zero = mm_get_huge_zero_folio(k, fault.mm);
    if (!zero) {
        freeTable(k, *table);
        return vmfault::kFallback;
    }
    const auto scope = k.enter("set_huge_zero_folio", {{"haddr", at}});
    const LockScope lock(k, pmdLock(k, fault.mm, fault.pmd));
    if (!isNone(k.read(fault.pmd))) {
        freeTable(k, *table);
        return vmfault::kNone;
    }
    const Word prot = k.vma(fault.vma).pageProt;
    const Word special = k.config.version7 ? bits::kSpecial : 0;
    pgtable_trans_huge_deposit(k, fault.mm, fault.pmd, at, *table);
    k.write(fault.pmd, makeEntry(k.geometry(), Level::Pmd, k.folio(*zero).head, prot) | bits::kPse | special);
    countTable(k, fault.mm, 1);
    return vmfault::kNone;
}

/// __do_huge_pmd_anonymous_page(): a fresh, exclusive huge page, writable where the VMA is.
FaultResult mapHugePage(Context& k, FaultState& fault, VirtAddr at) {
    const auto scope = k.enter("__do_huge_pmd_anonymous_page", {{"haddr", at}});
    const auto folio = allocFolio(k, FolioKind::Anon, k.geometry().bitsPerLevel);
    if (!folio)
        return vmfault::kFallback;
    const auto table = allocTable(k, fault.mm, Level::Pte);
    if (!table) {
        folio_put_refs(k, *folio, 1);
        return vmfault::kOom;
    }
    const auto pages = static_cast<unsigned>(k.hpagePmdNr());
    const Vma& vma = k.vma(fault.vma);
    const LockScope lock(k, pmdLock(k, fault.mm, fault.pmd));
    if (!isNone(k.read(fault.pmd))) {
        freeTable(k, *table);
        folio_put_refs(k, *folio, 1);
        return vmfault::kNone;
    }
    const Word entry = makeEntry(k.geometry(), Level::Pmd, k.folio(*folio).head, vma.pageProt) | bits::kPse;
    folio_add_new_anon_rmap(k, *folio, {RmapLevel::Pmd, 0, pages});
    pgtable_trans_huge_deposit(k, fault.mm, fault.pmd, at, *table);
    k.write(fault.pmd, maybeMkwrite(vma, mkdirty(entry, k.config.softDirty)));
    k.machine.moveCounter(fault.mm, Counter::AnonPages, pages);
    countTable(k, fault.mm, 1);
    return vmfault::kNone;
}

} // namespace

FaultResult do_huge_pmd_anonymous_page(Context& k, FaultState& fault) {
    const VirtAddr at = fault.address.alignedDown(k.pmdSize());
    const auto scope = k.enter("do_huge_pmd_anonymous_page", {{"address", fault.address}});
    if (!k.vma(fault.vma).range.contains(VirtRange{at, at + k.pmdSize()}))
        return vmfault::kFallback;
    if (const FaultResult result = vmfAnonPrepare(k, fault); result != vmfault::kNone)
        return result;
    return fault.write ? mapHugePage(k, fault, at) : mapHugeZero(k, fault, at);
}

namespace {

/// do_huge_zero_wp_pmd() of 7.x: a huge zero leaf is replaced at once, its deposit stays.
FaultResult do_huge_zero_wp_pmd(Context& k, FaultState& fault) {
    const VirtAddr at = fault.address.alignedDown(k.pmdSize());
    const auto scope = k.enter("do_huge_zero_wp_pmd", {{"haddr", at}});
    const auto folio = allocFolio(k, FolioKind::Anon, k.geometry().bitsPerLevel);
    if (!folio)
        return vmfault::kFallback;
    const auto pages = static_cast<unsigned>(k.hpagePmdNr());
    const LockScope lock(k, pmdLock(k, fault.mm, fault.pmd));
    if (k.read(fault.pmd) != fault.origPmd) {
        folio_put_refs(k, *folio, 1);
        return vmfault::kNone;
    }
    pmdp_huge_clear_flush(k, k.vma(fault.vma), at, fault.pmd);
    const Word prot = k.vma(fault.vma).pageProt;
    const Word entry = makeEntry(k.geometry(), Level::Pmd, k.folio(*folio).head, prot) | bits::kPse;
    folio_add_new_anon_rmap(k, *folio, {RmapLevel::Pmd, 0, pages});
    k.write(fault.pmd, maybeMkwrite(k.vma(fault.vma), mkdirty(entry, k.config.softDirty)));
    k.machine.moveCounter(fault.mm, Counter::AnonPages, pages);
    return vmfault::kNone;
}

/// Nobody else holds the page: it is written in place.
bool reuseHugePage(Context& k, FaultState& fault) {
    const LockScope lock(k, pmdLock(k, fault.mm, fault.pmd));
    const Word entry = k.read(fault.pmd);
    if (entry != fault.origPmd)
        return true;
    const auto id = normalFolio(k, Level::Pmd, entry);
    if (!id)
        k.die(k.currentFunction(), k.structPage(entryPfn(k.geometry(), Level::Pmd, entry)));
    const machine::Folio& folio = k.folio(*id);
    if (!isAnonExclusive(folio, 0)) {
        if (folio.refcount != 1)
            return false;
        setAnonExclusive(k, *id, {RmapLevel::Pmd, 0, static_cast<unsigned>(k.hpagePmdNr())}, true);
    }
    setAccessFlags(k, fault.pmd, maybeMkwrite(k.vma(fault.vma), mkdirty(mkyoung(entry), k.config.softDirty)));
    return true;
}

} // namespace

FaultResult do_huge_pmd_wp_page(Context& k, FaultState& fault) {
    const auto scope = k.enter("do_huge_pmd_wp_page", {{"address", fault.address}});
    if (isHugeZeroPmd(k, fault.origPmd)) {
        if (k.config.version7) {
            const FaultResult result = do_huge_zero_wp_pmd(k, fault);
            if ((result & vmfault::kFallback) == 0)
                return result;
        }
    } else if (reuseHugePage(k, fault)) {
        return vmfault::kNone;
    }
    __split_huge_pmd(k, fault.vma, fault.pmd, fault.address);
    return vmfault::kFallback;
}

} // namespace pfnscope::mm
