// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/huge_memory.h"
#include "mm/memory.h"
#include "mm/memtype.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"

namespace pfnscope::mm {
namespace {

struct RangeCopy {
    VmaId dst;
    VmaId src;
    MmId dstMm;
    MmId srcMm;
};

/// copy_present_ptes() of a folio's page: shared from now on, or (a file's) just one more map.
void dupPage(Context& k, const RangeCopy& copy, FolioId id, Pfn frame) {
    const auto page = static_cast<unsigned>(frame - k.folio(id).head);
    folio_get_refs(k, id, 1);
    if (k.folio(id).kind == FolioKind::Anon && isAnonExclusive(k.folio(id), page))
        setAnonExclusive(k, id, {RmapLevel::Pte, page, 1}, false);
    folio_add_rmap(k, id, {RmapLevel::Pte, page, 1});
    k.machine.moveCounter(copy.dstMm, mmCounter(k.folio(id)), 1);
}

/// __copy_present_ptes(): what the child gets; a private map's entry loses RW in both.
Word copyPresent(Context& k, const RangeCopy& copy, const Entry& src, Word value) {
    if (const auto folio = normalFolio(k, Level::Pte, value);
        folio && k.folio(*folio).kind != FolioKind::HugeZero)
        dupPage(k, copy, *folio, entryPfn(k.geometry(), Level::Pte, value));
    const Vma& vma = k.vma(copy.src);
    if (vm::isCow(vma.flags) && isWritable(value)) {
        setWrprotect(k, src);
        value = wrprotect(value);
    }
    if ((vma.flags & vm::kShared) != 0)
        value = mkclean(value);
    return mkold(value);
}

/// A migration entry: read-only in both.
Word copyNonPresent(Context& k, const RangeCopy& copy, const Entry& src, Word value) {
    if (const auto folio = k.state().folioOf(swapPfn(value))) {
        folio_get_refs(k, *folio, 1);
        k.machine.moveCounter(copy.dstMm, mmCounter(k.folio(*folio)), 1);
    }
    if (swapType(value) == SwapType::MigrationRead)
        return value;
    const Word readOnly = makeSwapEntry(SwapType::MigrationRead, swapPfn(value));
    k.write(src, readOnly);
    return readOnly;
}

Errno copy_pte_range(Context& k, const RangeCopy& copy, const Entry& dstPmd, const Entry& srcPmd,
                     VirtRange piece) {
    const auto scope = k.enter("copy_pte_range", {{"addr", piece.start}, {"end", piece.end}});
    if (!pte_alloc(k, copy.dstMm, dstPmd, piece.start))
        return Errno::NoMem;
    const Entry dst = offsetBelow(k, dstPmd, piece.start);
    const Entry src = offsetBelow(k, srcPmd, piece.start);
    const LockScope dstLock(k, pteLock(dst.table));
    const LockScope srcLock(k, pteLock(src.table));
    const auto count = static_cast<unsigned>(piece.size().pages());
    std::array<Word, kWordsPerFrame> values{};
    for (unsigned i = 0; i < count; ++i) {
        const Entry from{src.table, src.index + i, Level::Pte};
        const Word value = k.read(from);
        if (!isNone(value))
            values[dst.index + i] =
                ptePresent(value) ? copyPresent(k, copy, from, value) : copyNonPresent(k, copy, from, value);
    }
    for (const machine::WordRun& run :
         machine::runsOf(hw::PhysicalMemory::ConstFrame(values), dst.index, count))
        k.machine.fillEntries(dst.table, run);
    return Errno::None;
}

Errno copy_pmd_range(Context& k, const RangeCopy& copy, const Entry& dstPud, const Entry& srcPud,
                     VirtRange range) {
    const auto scope = k.enter("copy_pmd_range", {{"addr", range.start}, {"end", range.end}});
    for (VirtAddr at = range.start; at < range.end;) {
        const VirtAddr next = addrEnd(k, at, range.end, Level::Pmd);
        const Entry src = offsetBelow(k, srcPud, at);
        const Entry dst = offsetBelow(k, dstPud, at);
        Word value = k.read(src);
        if (isSwapPmd(value) || pmdTransHuge(value)) {
            const Errno error = copy_huge_pmd(k, copy.dst, copy.src, dst, src, at);
            if (error == Errno::NoMem)
                return error;
            value = error == Errno::Again ? k.read(src) : 0;
        }
        if (!isNone(value))
            if (const Errno error = copy_pte_range(k, copy, dst, src, {at, next}); error != Errno::None)
                return error;
        at = next;
    }
    return Errno::None;
}

Errno copyPud(Context& k, const RangeCopy& copy, const Entry& src, VirtRange piece) {
    const auto dst = allocDown(k, copy.dstMm, piece.start, Level::Pud);
    if (!dst)
        return Errno::NoMem;
    const Word value = k.read(src);
    if (pmdTransHuge(value)) {
        k.vmBugOn(piece.size() != k.pudSize(), "VM_BUG_ON_VMA(next-addr != HPAGE_PUD_SIZE)", piece.start);
        copy_huge_pud(k, copy.dst, copy.src, *dst, src, piece.start);
        return Errno::None;
    }
    if (!isTable(value))
        return Errno::None;
    if (!allocDown(k, copy.dstMm, piece.start, Level::Pmd))
        return Errno::NoMem;
    return copy_pmd_range(k, copy, *dst, src, piece);
}

/// vma_needs_copy(): what faults can bring back from a file is not copied.
bool needsCopy(const Vma& vma) {
    return (vma.flags & (vm::kPfnMap | vm::kMixedMap)) != 0 || vma.anonVma.has_value();
}

} // namespace

Errno copy_page_range(Context& k, VmaId dst, VmaId src) {
    const auto scope = k.enter("copy_page_range", {{"start", k.vma(src).range.start}});
    const Vma& vma = k.vma(src);
    if (!needsCopy(vma))
        return Errno::None;
    Pfn tracked;
    if ((vma.flags & vm::kPfnMap) != 0)
        if (const Errno error = track_pfn_copy(k, dst, src, tracked); error != Errno::None)
            return error;
    std::optional<NotifierRange> notifier;
    if (vm::isCow(vma.flags))
        notifier.emplace(k, vma.mm, vma.range);
    const RangeCopy copy{dst, src, k.vma(dst).mm, vma.mm};
    Errno error = Errno::None;
    // The child gets a PUD table wherever the parent has one, be the entries empty.
    forEachPud(k, vma.mm, vma.range, [&](const Entry& pud, VirtRange piece) {
        if (error == Errno::None)
            error = copyPud(k, copy, pud, piece);
    });
    if (error != Errno::None && (vma.flags & vm::kPfnMap) != 0)
        untrack_pfn_copy(k, dst, tracked);
    return error;
}

} // namespace pfnscope::mm
