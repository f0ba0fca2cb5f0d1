// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/huge_memory.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"
#include "mm/vma.h"

namespace pfnscope::mm {
namespace {

struct Copy {
    MmId dst;
    MmId src;
    Entry dstPmd;
    Entry srcPmd;
    VirtAddr at;
};

void deposit(Context& k, const Copy& copy, Pfn table) {
    countTable(k, copy.dst, 1);
    pgtable_trans_huge_deposit(k, copy.dst, copy.dstPmd, copy.at, table);
}

/// A PFN map's leaf is copied at once; whether a deposit comes with it is the option's choice. The value was
/// read before the locks and is not looked at again: "it can't change with write mmap lock held" says the
/// kernel's comment, but unmap_mapping_range() comes without mmap_lock.
Errno copySpecial(Context& k, const Copy& copy, const Vma& src, Word value) {
    std::optional<Pfn> table;
    if (k.option.forkDeposit.holds(factsOf(k, src, value))) {
        table = allocTable(k, copy.dst, Level::Pte);
        if (!table)
            return Errno::NoMem;
    }
    const LockScope dstLock(k, pmdLock(k, copy.dst, copy.dstPmd));
    const LockScope srcLock(k, pmdLock(k, copy.src, copy.srcPmd));
    if (k.config.debugVm && vm::isCow(src.flags) && isWritable(value))
        k.warn("VM_WARN_ON_ONCE(is_cow_mapping(src_vma->vm_flags) && pmd_write(pmd))", copy.at);
    if (table)
        deposit(k, copy, *table);
    k.write(copy.dstPmd, mkold(value));
    return Errno::None;
}

/// A migration entry: read-only in both, and it counts for the child as the page it stands for.
void copyMigration(Context& k, const Copy& copy, Word value, Pfn table) {
    if (swapType(value) == SwapType::MigrationWrite)
        k.write(copy.srcPmd, makeSwapEntry(SwapType::MigrationRead, swapPfn(value)));
    if (const auto folio = k.state().folioOf(swapPfn(value)))
        folio_get_refs(k, *folio, 1);
    k.machine.moveCounter(copy.dst, Counter::AnonPages, static_cast<std::int64_t>(k.hpagePmdNr()));
    deposit(k, copy, table);
    k.write(copy.dstPmd, makeSwapEntry(SwapType::MigrationRead, swapPfn(value)));
}

/// folio_try_dup_anon_rmap_pmd() and the reference: nobody has the page for itself any more.
void dupAnon(Context& k, const Copy& copy, FolioId folio) {
    const auto pages = static_cast<unsigned>(k.hpagePmdNr());
    folio_get_refs(k, folio, 1);
    setAnonExclusive(k, folio, {RmapLevel::Pmd, 0, pages}, false);
    folio_add_rmap(k, folio, {RmapLevel::Pmd, 0, pages});
    k.machine.moveCounter(copy.dst, Counter::AnonPages, pages);
}

Errno copyAnonymous(Context& k, const Copy& copy) {
    const auto table = allocTable(k, copy.dst, Level::Pte);
    if (!table)
        return Errno::NoMem;
    const LockScope dstLock(k, pmdLock(k, copy.dst, copy.dstPmd));
    const LockScope srcLock(k, pmdLock(k, copy.src, copy.srcPmd));
    const Word value = k.read(copy.srcPmd);
    if (!isSwapPmd(value) && !pmdTransHuge(value)) {
        freeTable(k, *table);
        return Errno::Again;
    }
    if (isSwapPmd(value)) {
        copyMigration(k, copy, value, *table);
        return Errno::None;
    }
    if (isHugeZeroPmd(k, value)) {
        mm_get_huge_zero_folio(k, copy.dst);
    } else {
        const auto folio = normalFolio(k, Level::Pmd, value);
        if (!folio)
            k.die(k.currentFunction(), k.structPage(entryPfn(k.geometry(), Level::Pmd, value)));
        dupAnon(k, copy, *folio);
    }
    deposit(k, copy, *table);
    setWrprotect(k, copy.srcPmd);
    k.write(copy.dstPmd, mkold(wrprotect(value)));
    return Errno::None;
}

} // namespace

Errno copy_huge_pmd(Context& k, VmaId dst, VmaId src, const Entry& dstPmd, const Entry& srcPmd, VirtAddr at) {
    const auto scope = k.enter("copy_huge_pmd", {{"addr", at}});
    const Vma& vma = k.vma(src);
    const Word value = k.read(srcPmd);
    const Copy copy{k.vma(dst).mm, vma.mm, dstPmd, srcPmd, at};
    if (pmdPresent(value) && isSpecial(value) && !isHugeZeroPmd(k, value))
        return copySpecial(k, copy, vma, value);
    if (!vmaIsAnonymous(k.vma(dst)))
        return Errno::None; // the child faults it in from the file
    return copyAnonymous(k, copy);
}

void copy_huge_pud(Context& k, VmaId dst, VmaId src, const Entry& dstPud, const Entry& srcPud, VirtAddr at) {
    const auto scope = k.enter("copy_huge_pud", {{"addr", at}});
    const LockScope dstLock(k, pudLock(k.vma(dst).mm));
    const LockScope srcLock(k, pudLock(k.vma(src).mm));
    Word value = k.read(srcPud);
    if (vm::isCow(k.vma(src).flags) && isWritable(value)) {
        setWrprotect(k, srcPud);
        value = wrprotect(value);
    }
    k.write(dstPud, mkold(value));
}

bool move_huge_pmd(Context& k, VmaId id, VirtAddr from, VirtAddr to, const Entry& oldPmd,
                   const Entry& newPmd) {
    const auto scope = k.enter("move_huge_pmd", {{"old_addr", from}, {"new_addr", to}});
    const Vma& vma = k.vma(id);
    if (!isNone(k.read(newPmd))) {
        k.vmBugOn(pmdTransHuge(k.read(newPmd)), "VM_BUG_ON(pmd_trans_huge(*new_pmd))", to);
        return false;
    }
    const LockId oldLock = pmdLock(k, vma.mm, oldPmd);
    const LockId newLock = pmdLock(k, vma.mm, newPmd);
    const LockScope first(k, oldLock);
    std::optional<LockScope> second;
    if (newLock != oldLock)
        second.emplace(k, newLock);
    if (const Word now = k.read(oldPmd); !pmdTransHuge(now) && !isSwapPmd(now))
        return false;
    const Word value = pmdp_huge_get_and_clear(k, oldPmd);
    option::Facts facts = factsOf(k, vma, value);
    facts.set(option::Fact::PmdLocksDiffer, newLock != oldLock);
    if (k.option.moveDeposited.holds(facts)) {
        const Pfn table = pgtable_trans_huge_withdraw(k, vma.mm, oldPmd, from);
        pgtable_trans_huge_deposit(k, vma.mm, newPmd, to, table);
    }
    const bool softDirty = k.config.softDirty && pmdPresent(value);
    k.write(newPmd, softDirty ? value | bits::kSoftDirty : value);
    if (pmdPresent(value))
        flushTlbRange(k, vma.mm, {from, from + k.pmdSize()}, k.pmdSize());
    return true;
}

namespace {

/// can_change_pmd_writable()
bool canBecomeWritable(const Context& k, const Vma& vma, Word entry) {
    if ((vma.flags & vm::kWrite) == 0 || isProtnone(entry))
        return false;
    if ((vma.flags & vm::kShared) != 0)
        return isDirty(entry);
    const auto folio = normalFolio(k, Level::Pmd, entry);
    return folio && k.folio(*folio).kind == FolioKind::Anon && isAnonExclusive(k.folio(*folio), 0);
}

} // namespace

bool change_huge_pmd(Context& k, MmuGather& tlb, VmaId id, const Entry& pmd, VirtAddr at, Word newProt) {
    const auto scope = k.enter("change_huge_pmd", {{"addr", at}});
    const Vma& vma = k.vma(id);
    const LockScope lock(k, pmdLock(k, vma.mm, pmd));
    const Word before = k.read(pmd);
    if (!pmdTransHuge(before) && !isSwapPmd(before))
        return false;
    if (isSwapPmd(before)) {
        if (swapType(before) == SwapType::MigrationWrite)
            k.write(pmd, makeSwapEntry(SwapType::MigrationRead, swapPfn(before)));
        return true;
    }
    Word entry = modify(k.geometry(), Level::Pmd, before, newProt);
    if (!isWritable(entry) && wantsWriteUpgrade(k, vma) && canBecomeWritable(k, vma, entry))
        entry = mkwrite(entry);
    // pmdp_invalidate_ad(), then set_pmd_at(): between the two nothing can be seen here.
    k.write(pmd, entry);
    tlb.cover({at, at + k.pmdSize()}, Level::Pmd);
    return true;
}

bool change_huge_pud(Context& k, MmuGather& tlb, VmaId id, const Entry& pud, VirtAddr at, Word newProt) {
    const auto scope = k.enter("change_huge_pud", {{"addr", at}});
    const LockScope lock(k, pudLock(k.vma(id).mm));
    const Word before = k.read(pud);
    if (!pmdTransHuge(before))
        return false;
    {
        const auto inner = k.enter("pudp_invalidate", {{"address", at}});
        // pud_present() knows P alone, so a PROT_NONE leaf is not present to it.
        if (k.config.debugVm && (before & bits::kP) == 0)
            k.warn("VM_WARN_ON_ONCE(!pud_present(*pudp))", at);
    }
    k.write(pud, modify(k.geometry(), Level::Pud, before, newProt));
    tlb.cover({at, at + k.pudSize()}, Level::Pud);
    return true;
}

} // namespace pfnscope::mm
