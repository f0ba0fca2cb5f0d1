// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/huge_memory.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"
#include "mm/syscalls.h"
#include "mm/vma.h"

namespace pfnscope::mm {
namespace {

/// can_change_pte_writable()
bool canBecomeWritable(const Context& k, const Vma& vma, Word pte) {
    if ((vma.flags & vm::kWrite) == 0 || isProtnone(pte))
        return false;
    if ((vma.flags & vm::kShared) != 0)
        return isDirty(pte);
    const auto folio = normalFolio(k, Level::Pte, pte);
    return folio && k.folio(*folio).kind == FolioKind::Anon &&
           isAnonExclusive(k.folio(*folio), static_cast<unsigned>(entryPfn(k.geometry(), Level::Pte, pte) -
                                                                  k.folio(*folio).head));
}

Word changed(const Context& k, const Vma& vma, bool upgrade, Word pte) {
    if (isNone(pte))
        return pte;
    if (!ptePresent(pte))
        return swapType(pte) == SwapType::MigrationWrite
                   ? makeSwapEntry(SwapType::MigrationRead, swapPfn(pte))
                   : pte;
    const Word entry = modify(k.geometry(), Level::Pte, pte, vma.pageProt);
    return upgrade && !isWritable(entry) && canBecomeWritable(k, vma, entry) ? mkwrite(entry) : entry;
}

void change_pte_range(Context& k, MmuGather& tlb, VmaId id, const Entry& pmd, VirtRange piece) {
    const auto scope = k.enter("change_pte_range", {{"addr", piece.start}, {"end", piece.end}});
    const Vma& vma = k.vma(id);
    const Entry first = offsetBelow(k, pmd, piece.start);
    const auto count = static_cast<unsigned>(piece.size().pages());
    const bool upgrade = wantsWriteUpgrade(k, vma);
    const LockScope lock(k, pteLock(first.table));
    std::array<Word, kWordsPerFrame> values{};
    const auto words = k.state().memory.frame(first.table);
    bool any = false;
    for (unsigned i = first.index; i < first.index + count; ++i) {
        values[i] = changed(k, vma, upgrade, words[i]);
        any = any || values[i] != words[i];
    }
    if (!any)
        return;
    for (const machine::WordRun& run :
         machine::runsOf(hw::PhysicalMemory::ConstFrame(values), first.index, count))
        k.machine.fillEntries(first.table, run);
    tlb.cover(piece, Level::Pte);
}

void change_pmd_range(Context& k, MmuGather& tlb, VmaId vma, const Entry& pud, VirtRange range) {
    const auto scope = k.enter("change_pmd_range", {{"addr", range.start}, {"end", range.end}});
    for (VirtAddr at = range.start; at < range.end;) {
        const VirtAddr next = addrEnd(k, at, range.end, Level::Pmd);
        const Entry pmd = offsetBelow(k, pud, at);
        const Word value = k.read(pmd);
        bool done = isNone(value);
        if (isSwapPmd(value) || pmdTransHuge(value)) {
            if (next - at != k.pmdSize())
                __split_huge_pmd(k, vma, pmd, at);
            else
                done = change_huge_pmd(k, tlb, vma, pmd, at, k.vma(vma).pageProt);
        }
        if (!done && isTable(k.read(pmd)))
            change_pte_range(k, tlb, vma, pmd, {at, next});
        at = next;
    }
}

void changePud(Context& k, MmuGather& tlb, VmaId vma, const Entry& pud, VirtRange piece) {
    if (isLeaf(k.read(pud))) {
        if (piece.size() == k.pudSize()) {
            change_huge_pud(k, tlb, vma, pud, piece.start, k.vma(vma).pageProt);
            return;
        }
        __split_huge_pud(k, vma, pud, piece.start);
    }
    if (isTable(k.read(pud)))
        change_pmd_range(k, tlb, vma, pud, piece);
}

void change_protection(Context& k, VmaId vma, VirtRange range) {
    const auto scope = k.enter("change_protection", {{"start", range.start}, {"end", range.end}});
    const MmId mm = k.vma(vma).mm;
    MmuGather tlb(k, mm);
    {
        const NotifierRange notifier(k, mm, range);
        forEachPud(k, mm, range,
                   [&](const Entry& pud, VirtRange piece) { changePud(k, tlb, vma, pud, piece); });
    }
    tlb_finish_mmu(k, tlb);
}

/// VM_ACCOUNT follows what may be written and is not a file's.
std::uint64_t accounted(const Vma& vma, std::uint64_t flags) {
    if ((flags & vm::kWrite) != 0)
        return (vma.flags & (vm::kAccount | vm::kWrite | vm::kShared)) == 0 ? flags | vm::kAccount : flags;
    const bool untouched = (vma.flags & vm::kAccount) != 0 && vmaIsAnonymous(vma) && !vma.anonVma;
    return untouched ? flags & ~vm::kAccount : flags;
}

void mprotect_fixup(Context& k, VmaId id, VirtRange range, std::uint64_t flags) {
    const auto scope = k.enter("mprotect_fixup", {{"start", range.start}, {"end", range.end}});
    const std::uint64_t newFlags = accounted(k.vma(id), flags);
    if (newFlags == k.vma(id).flags)
        return;
    const VmaId target = vma_modify_flags(k, id, range, newFlags);
    vma_start_write(k, target);
    Vma vma = k.vma(target);
    vma.flags = newFlags;
    vma_set_page_prot(k, vma);
    k.machine.put(target, std::move(vma));
    change_protection(k, target, range);
}

std::uint64_t protFlags(const Protection& protection) {
    return (protection.read ? vm::kRead : 0) | (protection.write ? vm::kWrite : 0) |
           (protection.exec ? vm::kExec : 0);
}

} // namespace

void sysMprotect(Context& k, const Mprotect& op) {
    const auto sys = k.enter("__x64_sys_mprotect", {{"start", op.at}, {"len", op.size}});
    const auto scope = k.enter("do_mprotect_pkey");
    const VirtRange range{op.at, (op.at + op.size).alignedUp(kPageSize)};
    if (!op.at.isAligned(kPageSize) || range.end < range.start) {
        k.outcome.error = op.at.isAligned(kPageSize) ? Errno::NoMem : Errno::Inval;
        return;
    }
    if (op.size.isZero())
        return;
    const LockScope lock(k, mmapLock(k.currentMm()));
    for (VirtAddr at = range.start; at < range.end;) {
        const auto id = vmaAt(k, k.currentMm(), at);
        if (!id) {
            k.outcome.error = Errno::NoMem;
            return;
        }
        const Vma vma = k.vma(*id);
        const std::uint64_t flags = (vma.flags & ~vm::kAccess) | protFlags(op.protection);
        if (((flags & ~(flags >> 4)) & vm::kAccess) != 0) {
            k.outcome.error = Errno::Acces;
            return;
        }
        const VirtAddr next = std::min(vma.range.end, range.end);
        mprotect_fixup(k, *id, {at, next}, flags);
        at = next;
    }
}

} // namespace pfnscope::mm
