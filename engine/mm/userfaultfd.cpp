// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/userfaultfd.h"

#include "mm/huge_memory.h"
#include "mm/mmu_gather.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"
#include "mm/vma.h"

namespace pfnscope::mm {
namespace {

struct Move {
    VmaId srcVma;
    VmaId dstVma;
    MmId mm;
};

/// Follows mremap(): what was moved counts as dirty.
Word movedEntry(const Context& k, const Move& move, Level level, Pfn frame, bool exclusive) {
    const Vma& vma = k.vma(move.dstVma);
    Word entry = makeEntry(k.geometry(), level, frame, vma.pageProt);
    if (level == Level::Pmd)
        entry |= bits::kPse;
    return exclusive ? maybeMkwrite(vma, mkdirty(entry, k.config.softDirty)) : entry;
}

/// The leaf moves, and the table that was deposited for it moves with it, always.
Errno move_pages_huge_pmd(Context& k, const Move& move, const Entry& src, const Entry& dst, VirtAddr from,
                          VirtAddr to) {
    const auto scope = k.enter("move_pages_huge_pmd", {{"src_addr", from}, {"dst_addr", to}});
    const Word before = k.read(src);
    const bool zero = isHugeZeroPmd(k, before);
    const auto folio = zero ? std::nullopt : normalFolio(k, Level::Pmd, before);
    if (!zero && (!folio || !isAnonExclusive(k.folio(*folio), 0)))
        return Errno::Busy;
    const NotifierRange notifier(k, move.mm, {from, from + k.pmdSize()});
    const LockId first = pmdLock(k, move.mm, src);
    const LockId second = pmdLock(k, move.mm, dst);
    const LockScope srcLock(k, first);
    std::optional<LockScope> dstLock;
    if (!(first == second))
        dstLock.emplace(k, second);
    pmdp_huge_clear_flush(k, k.vma(move.srcVma), from, src);
    // Since 6.17 the huge zero page is special, and the moved entry has to say so as well.
    const Word special = zero && k.config.version7 ? bits::kSpecial : 0;
    k.write(dst,
            movedEntry(k, move, Level::Pmd, entryPfn(k.geometry(), Level::Pmd, before), !zero) | special);
    const Pfn table = pgtable_trans_huge_withdraw(k, move.mm, src, from);
    pgtable_trans_huge_deposit(k, move.mm, dst, to, table);
    return Errno::None;
}

Errno move_pages_pte(Context& k, const Move& move, const Entry& srcPmd, const Entry& dstPmd, VirtAddr from,
                     VirtAddr to) {
    const auto scope = k.enter("move_pages_pte", {{"src_addr", from}, {"dst_addr", to}});
    if (!isTable(k.read(srcPmd)))
        return Errno::Inval;
    if (!pte_alloc(k, move.mm, dstPmd, to))
        return Errno::NoMem;
    if (!isTable(k.read(dstPmd)))
        return Errno::Exist;
    const Entry src = offsetBelow(k, srcPmd, from);
    const Entry dst = offsetBelow(k, dstPmd, to);
    const Word before = k.read(src);
    if (!isNone(k.read(dst)))
        return Errno::Exist;
    if (!ptePresent(before))
        return Errno::Inval;
    const auto folio = normalFolio(k, Level::Pte, before);
    const Pfn frame = entryPfn(k.geometry(), Level::Pte, before);
    if (folio && !isAnonExclusive(k.folio(*folio), static_cast<unsigned>(frame - k.folio(*folio).head)))
        return Errno::Busy;
    const LockScope srcLock(k, pteLock(src.table));
    std::optional<LockScope> dstLock;
    if (src.table != dst.table)
        dstLock.emplace(k, pteLock(dst.table));
    k.write(src, 0);
    flushTlbRange(k, move.mm, {from, from + kPageSize}, kPageSize);
    const Word special = folio ? 0 : bits::kSpecial; // the page of zeros
    k.write(dst, movedEntry(k, move, Level::Pte, frame, folio.has_value()) | special);
    return Errno::None;
}

/// move_splits_huge_pmd()
bool splits(const Context& k, VirtAddr from, VirtAddr to, VirtAddr end) {
    return !from.isAligned(k.pmdSize()) || !to.isAligned(k.pmdSize()) || end - from < k.pmdSize();
}

/// A leaf, or one page, from `from` to `to`. `moved` says how much.
Errno moveOne(Context& k, const Move& move, VirtAddr from, VirtAddr to, VirtAddr end, Bytes& moved) {
    const auto src = lookup(k, move.mm, from, Level::Pmd);
    if (!src || isNone(k.read(*src)))
        return Errno::Inval;
    const auto dst = allocDown(k, move.mm, to, Level::Pmd);
    if (!dst)
        return Errno::NoMem;
    if (isLeaf(k.read(*dst)))
        return Errno::Exist;
    if (isSwapPmd(k.read(*src)))
        return Errno::Again;
    if (pmdTransHuge(k.read(*src))) {
        if (!splits(k, from, to, end) && isNone(k.read(*dst))) {
            moved = k.pmdSize();
            return move_pages_huge_pmd(k, move, *src, *dst, from, to);
        }
        __split_huge_pmd(k, move.srcVma, *src, from);
    }
    moved = kPageSize;
    return move_pages_pte(k, move, *src, *dst, from, to);
}

bool areMovable(const Context& k, const UserfaultMove& call, std::optional<VmaId> src,
                std::optional<VmaId> dst) {
    if (!src || !dst)
        return false;
    const Vma& s = k.vma(*src);
    const Vma& d = k.vma(*dst);
    return s.range.contains(VirtRange{call.from, call.from + call.size}) &&
           d.range.contains(VirtRange{call.to, call.to + call.size}) && vmaIsAnonymous(s) &&
           vmaIsAnonymous(d) && ((s.flags | d.flags) & (vm::kShared | vm::kSpecial)) == 0 &&
           ((s.flags ^ d.flags) & (vm::kAccess | vm::kLocked)) == 0 && (s.flags & vm::kWrite) != 0;
}

} // namespace

Errno move_pages(Context& k, const UserfaultMove& call) {
    const auto scope =
        k.enter("move_pages", {{"src_start", call.from}, {"dst_start", call.to}, {"len", call.size}});
    const MmId mm = k.currentMm();
    const bool aligned = call.from.isAligned(kPageSize) && call.to.isAligned(kPageSize) &&
                         call.size.isMultipleOf(kPageSize) && !call.size.isZero();
    const LockScope lock(k, mmapLock(mm), LockMode::Read);
    const auto src = vmaAt(k, mm, call.from);
    const auto dst = vmaAt(k, mm, call.to);
    if (!aligned || !areMovable(k, call, src, dst))
        return Errno::Inval;
    if (!k.vma(*src).anonVma)
        return Errno::Inval;
    anon_vma_prepare(k, *dst);
    const Move move{*src, *dst, mm};
    const VirtAddr end = call.from + call.size;
    for (Bytes done; done < call.size;) {
        Bytes moved;
        const Errno error = moveOne(k, move, call.from + done, call.to + done, end, moved);
        if (error != Errno::None)
            return error;
        done += moved;
    }
    return Errno::None;
}

} // namespace pfnscope::mm
