// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/dax.h"
#include "mm/filemap.h"
#include "mm/huge_memory.h"
#include "mm/memory.h"
#include "mm/memtype.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"

namespace pfnscope::mm {
namespace {

/// get_locked_pte() without the lock: the PTE's place, its table made if need be.
std::optional<Entry> pteFor(Context& k, MmId mm, VirtAddr at) {
    const auto pmd = allocDown(k, mm, at, Level::Pmd);
    if (!pmd || !pte_alloc(k, mm, *pmd, at))
        return std::nullopt;
    return isTable(k.read(*pmd)) ? std::optional(offsetBelow(k, *pmd, at)) : std::nullopt;
}

} // namespace

FaultResult vmf_insert_pfn(Context& k, FaultState& fault, Pfn frame) {
    const auto scope = k.enter("vmf_insert_pfn", {{"addr", fault.address}, {"pfn", frame}});
    const Vma& vma = k.vma(fault.vma);
    const std::uint64_t kind = vma.flags & (vm::kPfnMap | vm::kMixedMap);
    k.bugOn(kind == 0, "BUG_ON(!(vma->vm_flags & (VM_PFNMAP|VM_MIXEDMAP)))", fault.address);
    k.bugOn((vma.flags & vm::kPfnMap) != 0 && vm::isCow(vma.flags),
            "BUG_ON((vma->vm_flags & VM_PFNMAP) && is_cow_mapping(vma->vm_flags))", fault.address);
    Word prot = vma.pageProt;
    track_pfn_insert(k, prot, frame);
    const auto pte = pteFor(k, fault.mm, fault.address);
    if (!pte)
        return vmfault::kOom;
    const LockScope lock(k, pteLock(pte->table));
    if (isNone(k.read(*pte)))
        k.write(*pte, makeEntry(k.geometry(), Level::Pte, frame, prot) | bits::kSpecial);
    return vmfault::kNoPage;
}

FaultResult vmfAnonPrepare(Context& k, FaultState& fault) {
    if (k.vma(fault.vma).anonVma)
        return vmfault::kNone;
    std::optional<LockScope> lock;
    if (fault.underVmaLock) {
        lock.emplace(k, mmapLock(fault.mm), LockMode::Read, LockWait::Try);
        if (!lock->isHeld())
            return vmfault::kRetry;
    }
    anon_vma_prepare(k, fault.vma);
    return vmfault::kNone;
}

namespace {

/// alloc_anon_folio() of one page, mapped and counted.
FaultResult do_anonymous_page(Context& k, FaultState& fault) {
    const auto scope = k.enter("do_anonymous_page", {{"address", fault.address}});
    const Vma& vma = k.vma(fault.vma);
    if ((vma.flags & vm::kShared) != 0)
        return vmfault::kSigbus;
    if (!pte_alloc(k, fault.mm, fault.pmd, fault.address))
        return vmfault::kOom;
    if (!isTable(k.read(fault.pmd))) // pte_offset_map_lock() finds none: another fault was faster
        return vmfault::kNone;
    const Entry pte = offsetBelow(k, fault.pmd, fault.address);
    if (!fault.write) {
        const LockScope lock(k, pteLock(pte.table));
        if (isNone(k.read(pte)))
            k.write(pte, makeEntry(k.geometry(), Level::Pte, k.state().globals.zeroPage, vma.pageProt) |
                             bits::kSpecial);
        return vmfault::kNone;
    }
    if (const FaultResult result = vmfAnonPrepare(k, fault); result != vmfault::kNone)
        return result;
    const auto folio = allocFolio(k, FolioKind::Anon, 0);
    if (!folio)
        return vmfault::kOom;
    const LockScope lock(k, pteLock(pte.table));
    if (!isNone(k.read(pte))) { // vmf_pte_changed()
        folio_put_refs(k, *folio, 1);
        return vmfault::kNone;
    }
    k.machine.moveCounter(fault.mm, Counter::AnonPages, 1);
    folio_add_new_anon_rmap(k, *folio, {});
    const Word entry = makeEntry(k.geometry(), Level::Pte, k.folio(*folio).head, vma.pageProt);
    k.write(pte, maybeMkwrite(vma, mkdirty(entry, k.config.softDirty)));
    return vmfault::kNone;
}

/// __do_fault(): a table is made ready before the driver is asked, so that it need not be made under locks.
FaultResult __do_fault(Context& k, FaultState& fault) {
    const auto scope = k.enter("__do_fault", {{"address", fault.address}});
    if (isNone(k.read(fault.pmd)) && !fault.preallocatedPte) {
        fault.preallocatedPte = allocTable(k, fault.mm, Level::Pte);
        if (!fault.preallocatedPte)
            return vmfault::kOom;
    }
    return callFault(k, fault);
}

/// The VMA has no ->fault: what is not mapped stays so.
FaultResult faultWithoutHandler(Context& k, const FaultState& fault) {
    if (!isTable(k.read(fault.pmd)))
        return vmfault::kSigbus;
    return isNone(k.read(offsetBelow(k, fault.pmd, fault.address))) ? vmfault::kSigbus : vmfault::kNoPage;
}

FaultResult do_fault(Context& k, FaultState& fault) {
    const auto scope = k.enter("do_fault", {{"address", fault.address}});
    const Vma& vma = k.vma(fault.vma);
    if (vma.file && k.state().mappings.at(*vma.file).kind != machine::MappingKind::Device)
        return do_file_fault(k, fault);
    if (opsOf(k, vma)->fault == machine::FaultHandler::None)
        return faultWithoutHandler(k, fault);
    if (fault.underVmaLock)
        return vmfault::kRetry;
    const bool cow = fault.write && !isMaybeShared(vma);
    if (cow)
        if (const FaultResult result = vmfAnonPrepare(k, fault); result != vmfault::kNone)
            return result;
    const FaultResult result = __do_fault(k, fault);
    if (fault.preallocatedPte) {
        freeTable(k, *fault.preallocatedPte);
        fault.preallocatedPte.reset();
    }
    return result;
}

FaultResult handle_pte_fault(Context& k, FaultState& fault) {
    const auto scope = k.enter("handle_pte_fault", {{"address", fault.address}});
    if (isTable(k.read(fault.pmd))) {
        fault.pte = offsetBelow(k, fault.pmd, fault.address);
        fault.origPte = k.read(*fault.pte);
    } else if (!isNone(k.read(fault.pmd))) {
        return vmfault::kNone; // a leaf has come meanwhile
    }
    if (!fault.pte || isNone(fault.origPte)) {
        if (vmaIsAnonymous(k.vma(fault.vma)))
            return do_anonymous_page(k, fault);
        return do_fault(k, fault);
    }
    if (!ptePresent(fault.origPte)) {
        k.message("a task waits for migration to end", fault.address);
        return vmfault::kRetry;
    }
    if (fault.write && !isWritable(fault.origPte))
        return do_wp_page(k, fault);
    const LockScope lock(k, pteLock(fault.pte->table));
    if (k.read(*fault.pte) != fault.origPte)
        return vmfault::kNone;
    Word entry = mkyoung(fault.origPte);
    if (fault.write)
        entry = mkdirty(entry, k.config.softDirty);
    setAccessFlags(k, *fault.pte, entry);
    return vmfault::kNone;
}

FaultResult create_huge_pud(Context& k, FaultState& fault) {
    const Vma& vma = k.vma(fault.vma);
    if (vmaIsAnonymous(vma) || !opsOf(k, vma)->hugeFault.present)
        return vmfault::kFallback;
    return callHugeFault(k, fault, Level::Pud);
}

FaultResult create_huge_pmd(Context& k, FaultState& fault) {
    const Vma& vma = k.vma(fault.vma);
    if (vmaIsAnonymous(vma))
        return do_huge_pmd_anonymous_page(k, fault);
    if (vmaIsDax(k, vma))
        return dax_iomap_fault(k, fault, Level::Pmd);
    if (!opsOf(k, vma)->hugeFault.present)
        return vmfault::kFallback;
    return callHugeFault(k, fault, Level::Pmd);
}

/// A write to a leaf without RW.
FaultResult wp_huge_pmd(Context& k, FaultState& fault) {
    const auto scope = k.enter("wp_huge_pmd", {{"address", fault.address}});
    const Vma& vma = k.vma(fault.vma);
    if (vmaIsAnonymous(vma))
        return do_huge_pmd_wp_page(k, fault);
    if (isMaybeShared(vma) && (opsOf(k, vma)->hugeFault.present || vmaIsDax(k, vma))) {
        const FaultResult result =
            vmaIsDax(k, vma) ? dax_iomap_fault(k, fault, Level::Pmd) : callHugeFault(k, fault, Level::Pmd);
        if ((result & vmfault::kFallback) == 0)
            return result;
    }
    __split_huge_pmd(k, fault.vma, fault.pmd, fault.address);
    return vmfault::kFallback;
}

FaultResult wp_huge_pud(Context& k, FaultState& fault) {
    const auto scope = k.enter("wp_huge_pud", {{"address", fault.address}});
    const Vma& vma = k.vma(fault.vma);
    if (!vmaIsAnonymous(vma) && isMaybeShared(vma) && opsOf(k, vma)->hugeFault.present) {
        const FaultResult result = callHugeFault(k, fault, Level::Pud);
        if ((result & vmfault::kFallback) == 0)
            return result;
    }
    __split_huge_pud(k, fault.vma, fault.pud, fault.address);
    return vmfault::kFallback;
}

/// huge_pmd_set_accessed(), huge_pud_set_accessed()
FaultResult setLeafAccessed(Context& k, const FaultState& fault, const Entry& leaf, Word orig,
                            LockId lockId) {
    const LockScope lock(k, lockId);
    if (k.read(leaf) != orig)
        return vmfault::kNone;
    setAccessFlags(k, leaf, fault.write ? mkdirty(mkyoung(orig), k.config.softDirty) : mkyoung(orig));
    return vmfault::kNone;
}

/// The PUD level; empty: go on below.
std::optional<FaultResult> pudFault(Context& k, FaultState& fault) {
    const Word value = k.read(fault.pud);
    if (isNone(value)) {
        if (!thp_vma_allowable_order(k, k.vma(fault.vma), Level::Pud))
            return std::nullopt;
        const FaultResult result = create_huge_pud(k, fault);
        return (result & vmfault::kFallback) == 0 ? std::optional(result) : std::nullopt;
    }
    if (!pmdTransHuge(value))
        return std::nullopt;
    if (fault.write && !isWritable(value)) {
        const FaultResult result = wp_huge_pud(k, fault);
        return (result & vmfault::kFallback) == 0 ? std::optional(result) : std::nullopt;
    }
    return setLeafAccessed(k, fault, fault.pud, value, pudLock(fault.mm));
}

/// The PMD level; empty: go on below.
std::optional<FaultResult> pmdFault(Context& k, FaultState& fault) {
    fault.origPmd = k.read(fault.pmd);
    if (isNone(fault.origPmd)) {
        if (!thp_vma_allowable_order(k, k.vma(fault.vma), Level::Pmd))
            return std::nullopt;
        const FaultResult result = create_huge_pmd(k, fault);
        return (result & vmfault::kFallback) == 0 ? std::optional(result) : std::nullopt;
    }
    if (isSwapPmd(fault.origPmd)) {
        k.message("a task waits for migration to end", fault.address);
        return vmfault::kRetry;
    }
    if (!pmdTransHuge(fault.origPmd))
        return std::nullopt;
    if (fault.write && !isWritable(fault.origPmd)) {
        const FaultResult result = wp_huge_pmd(k, fault);
        return (result & vmfault::kFallback) == 0 ? std::optional(result) : std::nullopt;
    }
    return setLeafAccessed(k, fault, fault.pmd, fault.origPmd, pmdLock(k, fault.mm, fault.pmd));
}

} // namespace

FaultResult handle_mm_fault(Context& k, FaultState& fault) {
    const auto scope = k.enter("handle_mm_fault", {{"address", fault.address}});
    const auto pud = allocDown(k, fault.mm, fault.address, Level::Pud);
    if (!pud)
        return vmfault::kOom;
    fault.pud = *pud;
    if (const auto result = pudFault(k, fault))
        return *result;
    const auto pmd = allocDown(k, fault.mm, fault.address, Level::Pmd);
    if (!pmd)
        return vmfault::kOom;
    if (pmdTransHuge(k.read(fault.pud)))
        return vmfault::kNone; // pud_trans_unstable(): a leaf has come meanwhile
    fault.pmd = *pmd;
    if (const auto result = pmdFault(k, fault))
        return *result;
    return handle_pte_fault(k, fault);
}

} // namespace pfnscope::mm
