// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/fault.h"
#include "mm/huge_memory.h"
#include "mm/khugepaged.h"
#include "mm/memory.h"
#include "mm/rmap.h"
#include "mm/syscalls.h"
#include "mm/vma.h"

namespace pfnscope::mm {
namespace {

/// madvise_update_vma()
void updateFlags(Context& k, VmaId id, VirtRange range, std::uint64_t set, std::uint64_t clear) {
    const std::uint64_t flags = (k.vma(id).flags & ~clear) | set;
    if (flags == k.vma(id).flags)
        return;
    const VmaId target = vma_modify_flags(k, id, range, flags);
    Vma vma = k.vma(target);
    vma.flags = flags;
    k.machine.put(target, std::move(vma));
}

/// Makes one entry look unused: old, and for MADV_FREE clean too.
void age(Context& k, MmuGather& tlb, const Entry& entry, VirtAddr at, Advice advice) {
    const Word value = k.read(entry);
    const bool present = entry.level == Level::Pte ? ptePresent(value) : pmdPresent(value);
    const auto id = present ? normalFolio(k, entry.level, value) : std::nullopt;
    if (!id || k.folio(*id).kind == FolioKind::HugeZero)
        return;
    machine::Folio folio = k.folio(*id);
    const Word aged = advice == Advice::Free ? mkclean(mkold(value)) : mkold(value);
    k.write(entry, aged);
    if (aged != value)
        tlb.cover({at, at + k.geometry().entrySpan(entry.level)}, entry.level);
    folio.referenced = false;
    if (advice == Advice::Free && folio.kind == FolioKind::Anon) {
        folio.swapBacked = false; // folio_mark_lazyfree()
        folio.dirty = false;
    }
    k.machine.put(*id, std::move(folio));
}

/// 6.12 takes pmd_folio() of any leaf it meets under MADV_COLD and MADV_PAGEOUT; a device's frame has no
/// struct page.
void takeFolioOf(Context& k, MmId mm, const Entry& pmd) {
    const LockScope lock(k, pmdLock(k, mm, pmd));
    const Word value = k.read(pmd);
    const Pfn frame = entryPfn(k.geometry(), Level::Pmd, value);
    if (!k.config.version7 && pmdPresent(value) && isSpecial(value) && !k.isRam(frame))
        k.die("madvise_cold_or_pageout_pte_range", k.structPage(frame));
}

/// madvise_free_huge_pmd() and the PMD part of madvise_cold_or_pageout_pte_range().
void agePmd(Context& k, MmuGather& tlb, VmaId vma, const Entry& pmd, VirtRange piece, Advice advice) {
    if (advice != Advice::Free)
        takeFolioOf(k, tlb.mm(), pmd);
    if (piece.size() == k.pmdSize()) {
        const LockScope lock(k, pmdLock(k, tlb.mm(), pmd));
        age(k, tlb, pmd, piece.start, advice);
    } else {
        __split_huge_pmd(k, vma, pmd, piece.start);
    }
}

void agePtes(Context& k, MmuGather& tlb, const Entry& pmd, VirtRange piece, Advice advice) {
    const LockScope lock(k, pteLock(offsetBelow(k, pmd, piece.start).table));
    for (VirtAddr at = piece.start; at < piece.end; at += kPageSize)
        age(k, tlb, offsetBelow(k, pmd, at), at, advice);
}

/// MADV_FREE, MADV_COLD, MADV_PAGEOUT. Nothing is reclaimed here: what is aged stays mapped.
void ageRange(Context& k, VmaId vma, VirtRange range, Advice advice) {
    const auto scope = k.enter(advice == Advice::Free ? "madvise_free_single_vma" : "madvise_cold_or_pageout",
                               {{"start", range.start}, {"end", range.end}});
    MmuGather tlb(k, k.vma(vma).mm);
    forEachPud(k, tlb.mm(), range, [&](const Entry& pud, VirtRange wide) {
        if (!isTable(k.read(pud)))
            return;
        for (VirtAddr at = wide.start; at < wide.end;) {
            const VirtAddr next = addrEnd(k, at, wide.end, Level::Pmd);
            const Entry pmd = offsetBelow(k, pud, at);
            if (pmdTransHuge(k.read(pmd)))
                agePmd(k, tlb, vma, pmd, {at, next}, advice);
            if (isTable(k.read(pmd)))
                agePtes(k, tlb, pmd, {at, next}, advice);
            at = next;
        }
    });
    tlb_finish_mmu(k, tlb);
}

/// faultin_page_range(): every page that is not there as asked is faulted in.
Errno populateRange(Context& k, VmaId id, VirtRange range, bool write) {
    const auto scope = k.enter("faultin_page_range", {{"start", range.start}, {"end", range.end}});
    for (VirtAddr at = range.start; at < range.end; at += kPageSize) {
        FaultState fault;
        fault.vma = id;
        fault.mm = k.vma(id).mm;
        fault.address = at;
        fault.write = write;
        if ((handle_mm_fault(k, fault) & vmfault::kError) != 0)
            return Errno::Fault;
    }
    return Errno::None;
}

Errno populate(Context& k, VmaId id, VirtRange range, bool write) {
    const std::uint64_t flags = k.vma(id).flags;
    const std::uint64_t needed = write ? vm::kWrite : vm::kRead;
    if ((flags & (vm::kIo | vm::kPfnMap)) != 0 || (flags & needed) == 0)
        return Errno::Inval;
    return populateRange(k, id, range, write);
}

bool mayBeDropped(const Vma& vma, bool pfnMapsToo) {
    return (vma.flags & (vm::kLocked | (pfnMapsToo ? 0 : vm::kPfnMap))) == 0;
}

/// madvise_vma_behavior()
Errno advise(Context& k, VmaId id, VirtRange range, Advice advice) {
    const Vma& vma = k.vma(id);
    switch (advice) {
    case Advice::DontNeed:
        if (!mayBeDropped(vma, false))
            return Errno::Inval;
        zap_page_range_single(k, id, range);
        return Errno::None;
    case Advice::Free:
        if (!mayBeDropped(vma, false) || !vmaIsAnonymous(vma))
            return Errno::Inval;
        ageRange(k, id, range, advice);
        return Errno::None;
    case Advice::Cold:
    case Advice::PageOut:
        if (!mayBeDropped(vma, false))
            return Errno::Inval;
        ageRange(k, id, range, advice);
        return Errno::None;
    case Advice::PopulateRead:
    case Advice::PopulateWrite:
        return populate(k, id, range, advice == Advice::PopulateWrite);
    case Advice::Collapse:
        return madvise_collapse(k, id, range);
    case Advice::HugePage:
        updateFlags(k, id, range, vm::kHugePage, vm::kNoHugePage);
        return Errno::None;
    case Advice::NoHugePage:
        updateFlags(k, id, range, vm::kNoHugePage, vm::kHugePage);
        return Errno::None;
    case Advice::DontFork:
        updateFlags(k, id, range, vm::kDontCopy, 0);
        return Errno::None;
    case Advice::DoFork:
        if ((vma.flags & vm::kIo) != 0)
            return Errno::Inval;
        updateFlags(k, id, range, 0, vm::kDontCopy);
        return Errno::None;
    }
    return Errno::Inval;
}

} // namespace

void sysMadvise(Context& k, const Madvise& op) {
    const auto sys = k.enter("__x64_sys_madvise", {{"start", op.at}, {"len_in", op.size}});
    const auto scope = k.enter("do_madvise");
    const VirtRange range{op.at, (op.at + op.size).alignedUp(kPageSize)};
    if (!op.at.isAligned(kPageSize) || range.end < range.start) {
        k.outcome.error = Errno::Inval;
        return;
    }
    const bool reads = op.advice == Advice::DontNeed || op.advice == Advice::Free ||
                       op.advice == Advice::Cold || op.advice == Advice::PageOut ||
                       op.advice == Advice::PopulateRead || op.advice == Advice::PopulateWrite ||
                       op.advice == Advice::Collapse;
    const LockScope lock(k, mmapLock(k.currentMm()), reads ? LockMode::Read : LockMode::Write);
    bool hole = false;
    for (VirtAddr at = range.start; at < range.end;) {
        const auto id = k.state().findVma(k.currentMm(), at);
        if (!id || k.vma(*id).range.start >= range.end) {
            hole = true;
            break;
        }
        hole = hole || k.vma(*id).range.start > at;
        at = std::max(at, k.vma(*id).range.start);
        const VirtAddr next = std::min(k.vma(*id).range.end, range.end);
        k.outcome.error = advise(k, *id, {at, next}, op.advice);
        if (k.outcome.error != Errno::None)
            return;
        at = next;
    }
    if (hole)
        k.outcome.error = Errno::NoMem;
}

void sysMsync(Context& k, const Msync& op) {
    const auto scope = k.enter("__x64_sys_msync", {{"start", op.at}, {"len", op.size}});
    const VirtRange range{op.at, (op.at + op.size).alignedUp(kPageSize)};
    const LockScope lock(k, mmapLock(k.currentMm()), LockMode::Read);
    for (VirtAddr at = range.start; at < range.end;) {
        const auto id = vmaAt(k, k.currentMm(), at);
        if (!id) {
            k.outcome.error = Errno::NoMem;
            return;
        }
        const Vma& vma = k.vma(*id);
        // vfs_fsync_range() of a device without ->fsync
        if (vma.file && (vma.flags & vm::kShared) != 0 &&
            k.state().mappings.at(*vma.file).kind == machine::MappingKind::Device) {
            k.outcome.error = Errno::Inval;
            return;
        }
        at = vma.range.end;
    }
}

void sysMlock(Context& k, const Mlock& op) {
    const auto scope = k.enter("__x64_sys_mlock", {{"start", op.at}, {"len", op.size}});
    const VirtRange range{op.at.alignedDown(kPageSize), (op.at + op.size).alignedUp(kPageSize)};
    const LockScope lock(k, mmapLock(k.currentMm()));
    for (VirtAddr at = range.start; at < range.end;) {
        const auto id = vmaAt(k, k.currentMm(), at);
        if (!id) {
            k.outcome.error = Errno::NoMem;
            return;
        }
        const VirtAddr next = std::min(k.vma(*id).range.end, range.end);
        if ((k.vma(*id).flags & vm::kSpecial) == 0) {
            updateFlags(k, *id, {at, next}, vm::kLocked, 0);
            const auto locked = vmaAt(k, k.currentMm(), at);
            const bool write = (k.vma(*locked).flags & (vm::kWrite | vm::kShared)) == vm::kWrite;
            populateRange(k, *locked, {at, next}, write);
        }
        at = next;
    }
}

} // namespace pfnscope::mm
