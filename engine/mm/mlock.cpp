// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/gup.h"
#include "mm/syscalls.h"
#include "mm/vma.h"

#include <algorithm>

/// mm/mlock.c and mm/msync.c
namespace pfnscope::mm {
namespace {

/// mlock gives up at a hole, msync goes on behind it.
enum class Hole : std::uint8_t { Ends, IsPassed };

/// each(VmaId, VirtRange) for every VMA in the range; -ENOMEM in the end if there was a hole.
template <class Each> Errno forEachVma(Context& k, VirtRange range, Hole hole, Each&& each) {
    VirtAddr at = range.start;
    Errno answer = Errno::None;
    while (at < range.end) {
        const auto vma = k.state().findVma(k.currentMm(), at);
        if (!vma || k.vma(*vma).range.start >= range.end)
            return Errno::NoMem;
        if (k.vma(*vma).range.start > at) {
            if (hole == Hole::Ends)
                return Errno::NoMem;
            answer = Errno::NoMem;
        }
        at = std::max(at, k.vma(*vma).range.start);
        const VirtAddr end = std::min(k.vma(*vma).range.end, range.end);
        if (const Errno error = each(*vma, VirtRange{at, end}); error != Errno::None)
            return error;
        at = end;
    }
    return answer;
}

/// mlock_fixup(): VMAs of devices are left as they are, and that is no error.
Errno mlock_fixup(Context& k, VmaId id, VirtRange range) {
    const auto scope = k.enter("mlock_fixup", {{"start", range.start}, {"end", range.end}});
    const std::uint64_t flags = k.vma(id).flags;
    if ((flags & (vm::kSpecial | vm::kLocked)) != 0 || vmaIsDax(k, k.vma(id)))
        return Errno::None;
    Vma locked = k.vma(id = vma_modify_flags(k, id, range, flags | vm::kLocked));
    locked.flags = flags | vm::kLocked;
    k.machine.put(id, std::move(locked));
    return Errno::None;
}

/// populate_vma_page_range(): private writable memory is made ready for writing, the rest for reading.
Errno populate(Context& k, VmaId vma, VirtRange range) {
    const std::uint64_t flags = k.vma(vma).flags;
    if ((flags & vm::kLocked) == 0 || (flags & vm::kAccess) == 0)
        return Errno::None;
    const bool write = (flags & (vm::kWrite | vm::kShared)) == vm::kWrite;
    return faultin_page_range(k, vma, range, write ? GupAccess::Write : GupAccess::Read);
}

} // namespace

void sysMlock(Context& k, const Mlock& op) {
    const auto scope = k.enter("do_mlock", {{"start", op.at}, {"len", op.size}});
    const VirtRange range{op.at.alignedDown(kPageSize), (op.at + op.size).alignedUp(kPageSize)};
    const LockScope lock(k, mmapLock(k.currentMm()));
    k.outcome.error = forEachVma(k, range, Hole::Ends,
                                 [&](VmaId vma, VirtRange part) { return mlock_fixup(k, vma, part); });
    if (k.outcome.error == Errno::None)
        k.outcome.error = forEachVma(k, range, Hole::Ends,
                                     [&](VmaId vma, VirtRange part) { return populate(k, vma, part); });
}

/// MS_SYNC: writes back what shared maps of files made dirty, which shows in no page table. The drivers have
/// no ->fsync, so that their maps answer -EINVAL.
void sysMsync(Context& k, const Msync& op) {
    const auto scope = k.enter("__do_sys_msync", {{"start", op.at}, {"len", op.size}});
    const LockScope lock(k, mmapLock(k.currentMm()), LockMode::Read);
    const VirtRange range{op.at, (op.at + op.size).alignedUp(kPageSize)};
    if (!op.at.isAligned(kPageSize)) {
        k.outcome.error = Errno::Inval;
        return;
    }
    k.outcome.error = forEachVma(k, range, Hole::IsPassed, [&](VmaId id, VirtRange) {
        const Vma& vma = k.vma(id);
        const bool device = vma.file && k.state().mappings.at(*vma.file).kind == machine::MappingKind::Device;
        return device && (vma.flags & vm::kShared) != 0 ? Errno::Inval : Errno::None;
    });
}

} // namespace pfnscope::mm
