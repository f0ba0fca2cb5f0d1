// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/gup.h"

#include "mm/fault.h"
#include "mm/page_table.h"

namespace pfnscope::mm {
namespace {

bool isMapped(const Context& k, MmId mm, VirtAddr at, bool write) {
    Entry entry = pgdOffset(k, mm, at);
    for (;;) {
        const Word value = k.read(entry);
        if (entry.level == Level::Pte || !isTable(value))
            return ptePresent(value) && (entry.level == Level::Pte || isLeaf(value)) &&
                   (!write || isWritable(value));
        entry = offsetBelow(k, entry, at);
    }
}

/// touch_pmd(): get_user_pages() with FOLL_TOUCH sets the bits that the hardware would have set, of a leaf.
void touch_pmd(Context& k, MmId mm, VirtAddr at, bool write) {
    const auto pmd = lookup(k, mm, at, Level::Pmd);
    if (!pmd || !pmdTransHuge(k.read(*pmd)))
        return;
    const Word entry = mkyoung(k.read(*pmd));
    k.write(*pmd, write ? mkdirty(entry, k.config.softDirty) : entry);
}

/// faultin_page(), until the page is there.
Errno faultin_page(Context& k, VmaId vma, VirtAddr at, bool write) {
    const MmId mm = k.vma(vma).mm;
    while (!isMapped(k, mm, at, write)) {
        FaultState fault;
        fault.vma = vma;
        fault.mm = mm;
        fault.address = at;
        fault.write = write;
        const FaultResult result = handle_mm_fault(k, fault);
        if ((result & vmfault::kOom) != 0)
            return Errno::NoMem;
        if ((result & vmfault::kError) != 0)
            return Errno::Fault;
        if ((result & vmfault::kRetry) != 0)
            return Errno::Again;
    }
    touch_pmd(k, mm, at, write);
    return Errno::None;
}

} // namespace

Errno faultin_page_range(Context& k, VmaId vma, VirtRange range, GupAccess access) {
    const auto scope = k.enter("faultin_page_range", {{"start", range.start}, {"end", range.end}});
    const bool write = access == GupAccess::Write;
    const std::uint64_t flags = k.vma(vma).flags;
    if ((flags & (vm::kIo | vm::kPfnMap)) != 0 || (flags & (write ? vm::kWrite : vm::kRead)) == 0)
        return Errno::Inval;
    for (VirtAddr at = range.start; at < range.end; at += kPageSize)
        if (const Errno error = faultin_page(k, vma, at, write); error != Errno::None)
            return error;
    return Errno::None;
}

} // namespace pfnscope::mm
