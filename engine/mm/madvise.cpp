// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/madvise.h"

#include "mm/gup.h"
#include "mm/khugepaged.h"
#include "mm/madvise_lru.h"
#include "mm/memory.h"
#include "mm/syscalls.h"
#include "mm/vma.h"

#include <algorithm>

namespace pfnscope::mm {
namespace {

bool needsMmapWrite(Advice advice) {
    switch (advice) {
    case Advice::HugePage:
    case Advice::NoHugePage:
    case Advice::DontFork:
    case Advice::DoFork:
        return true;
    default:
        return false;
    }
}

/// MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_DONTFORK, MADV_DOFORK: the flags change, the entries stay.
Errno changeFlags(Context& k, VmaId id, VirtRange range, Advice advice) {
    std::uint64_t flags = k.vma(id).flags;
    if (advice == Advice::DoFork && (flags & vm::kIo) != 0)
        return Errno::Inval;
    switch (advice) {
    case Advice::HugePage:
        flags = (flags & ~vm::kNoHugePage) | vm::kHugePage;
        break;
    case Advice::NoHugePage:
        flags = (flags & ~vm::kHugePage) | vm::kNoHugePage;
        break;
    case Advice::DontFork:
        flags |= vm::kDontCopy;
        break;
    default:
        flags &= ~vm::kDontCopy;
        break;
    }
    if (flags == k.vma(id).flags)
        return Errno::None;
    Vma changed = k.vma(id = vma_modify_flags(k, id, range, flags));
    changed.flags = flags;
    k.machine.put(id, std::move(changed));
    return Errno::None;
}

Errno madvise_dontneed_free(Context& k, VmaId vma, VirtRange range, Advice advice) {
    const auto scope = k.enter("madvise_dontneed_free", {{"start", range.start}, {"end", range.end}});
    if ((k.vma(vma).flags & (vm::kPfnMap | vm::kLocked)) != 0)
        return Errno::Inval;
    if (advice == Advice::Free)
        return madvise_free_single_vma(k, vma, range);
    zap_page_range_single(k, vma, range);
    return Errno::None;
}

Errno madvise_vma_behavior(Context& k, VmaId vma, VirtRange range, Advice advice) {
    const auto scope = k.enter("madvise_vma_behavior", {{"start", range.start}, {"end", range.end}});
    switch (advice) {
    case Advice::DontNeed:
    case Advice::Free:
        return madvise_dontneed_free(k, vma, range, advice);
    case Advice::Cold:
        return madvise_cold(k, vma, range);
    case Advice::PageOut:
        return madvise_pageout(k, vma, range);
    case Advice::Collapse:
        return madvise_collapse(k, vma, range);
    default:
        return changeFlags(k, vma, range, advice);
    }
}

/// madvise_walk_vmas(): what is mapped is advised; a hole makes it -ENOMEM in the end.
Errno madvise_walk_vmas(Context& k, VirtRange range, Advice advice) {
    const MmId mm = k.currentMm();
    Errno unmapped = Errno::None;
    VirtAddr at = range.start;
    while (at < range.end) {
        const auto next = k.state().findVma(mm, at);
        if (!next || k.vma(*next).range.start >= range.end)
            return Errno::NoMem;
        if (k.vma(*next).range.start > at) {
            unmapped = Errno::NoMem;
            at = k.vma(*next).range.start;
        }
        const VirtAddr end = std::min(k.vma(*next).range.end, range.end);
        if (const Errno error = madvise_vma_behavior(k, *next, {at, end}, advice); error != Errno::None)
            return error;
        at = end;
    }
    return unmapped;
}

/// madvise_populate(): faults every page in as a read or a write would.
Errno madvise_populate(Context& k, VirtRange range, GupAccess access) {
    const auto scope = k.enter("madvise_populate", {{"start", range.start}, {"end", range.end}});
    VirtAddr at = range.start;
    while (at < range.end) {
        const auto vma = vmaAt(k, k.currentMm(), at);
        if (!vma)
            return Errno::NoMem;
        const VirtAddr end = std::min(k.vma(*vma).range.end, range.end);
        if (const Errno error = faultin_page_range(k, *vma, {at, end}, access); error != Errno::None)
            return error;
        at = end;
    }
    return Errno::None;
}

} // namespace

Errno do_madvise(Context& k, const Madvise& call) {
    const auto scope = k.enter("do_madvise", {{"start", call.at}, {"len_in", call.size}});
    if (!call.at.isAligned(kPageSize))
        return Errno::Inval;
    const VirtRange range{call.at, (call.at + call.size).alignedUp(kPageSize)};
    if (range.end < range.start)
        return Errno::Inval;
    if (range.start == range.end)
        return Errno::None;
    const LockScope lock(k, mmapLock(k.currentMm()),
                         needsMmapWrite(call.advice) || call.advice == Advice::Collapse ? LockMode::Write
                                                                                        : LockMode::Read);
    if (call.advice == Advice::PopulateRead || call.advice == Advice::PopulateWrite)
        return madvise_populate(k, range,
                                call.advice == Advice::PopulateWrite ? GupAccess::Write : GupAccess::Read);
    return madvise_walk_vmas(k, range, call.advice);
}

void sysMadvise(Context& k, const Madvise& op) {
    k.outcome.error = do_madvise(k, op);
}

} // namespace pfnscope::mm
