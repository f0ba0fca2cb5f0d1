// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/page_table.h"

/// struct vm_fault and what handlers answer (include/linux/mm_types.h).
namespace pfnscope::mm {

/// VM_FAULT_*: a bit set, with the kernel's values.
using FaultResult = std::uint32_t;
namespace vmfault {
inline constexpr FaultResult kNone = 0;
inline constexpr FaultResult kOom = 0x1;
inline constexpr FaultResult kSigbus = 0x2;
inline constexpr FaultResult kSigsegv = 0x40;
inline constexpr FaultResult kNoPage = 0x100;
inline constexpr FaultResult kRetry = 0x400;
inline constexpr FaultResult kFallback = 0x800;
inline constexpr FaultResult kError = kOom | kSigbus | kSigsegv;
} // namespace vmfault

struct FaultState {
    VmaId vma;
    MmId mm;
    VirtAddr address; ///< of the page
    bool write = false;
    bool underVmaLock = false; ///< FAULT_FLAG_VMA_LOCK: ->fault may not be called, the fault is retried
    Entry pud;
    Entry pmd;
    std::optional<Entry> pte; ///< empty: there is no PTE table
    Word origPmd = 0;
    Word origPte = 0;
    std::optional<Pfn> preallocatedPte;
};

/// File offset of the faulting page, in pages: vmf->pgoff.
inline std::uint64_t linearPageIndex(const Vma& vma, VirtAddr at) {
    return vma.pgoff + (at - vma.range.start).pages();
}

// memory_fault.cpp

FaultResult handle_mm_fault(Context& k, FaultState& fault);
/// maybe_mkwrite()
inline Word maybeMkwrite(const Vma& vma, Word entry) {
    return (vma.flags & vm::kWrite) != 0 ? mkwrite(entry) : entry;
}
inline bool isMaybeShared(const Vma& vma) {
    return (vma.flags & (vm::kShared | vm::kMayShare)) != 0;
}
FaultResult vmf_insert_pfn(Context& k, FaultState& fault, Pfn frame);
/// __vmf_anon_prepare(): VM_FAULT_RETRY if mmap_lock cannot be had at once.
FaultResult vmfAnonPrepare(Context& k, FaultState& fault);

// memory_wp.cpp

/// A write to a present PTE without RW.
FaultResult do_wp_page(Context& k, FaultState& fault);

// driver.cpp: the drivers of scenarios and records

/// vm_ops->huge_fault with the order of `level`.
FaultResult callHugeFault(Context& k, FaultState& fault, Level level);
/// vm_ops->fault
FaultResult callFault(Context& k, FaultState& fault);

// x86_fault.cpp

/// One access of the running process, with all the faults it takes; fills in the outcome.
void touch(Context& k, const Touch& op);

} // namespace pfnscope::mm
