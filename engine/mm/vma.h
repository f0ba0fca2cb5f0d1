// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/context.h"

#include <list>
#include <vector>

/// mm/vma.c and the page protection of VMAs (mm/mmap.c, arch/x86/mm/pgprot.c).
namespace pfnscope::mm {

/// Set in the number of an anon_vma that fork made (anon_vma_fork()): a VMA that has it is on the anon_vma of
/// its parent's VMA as well, and so its anon_vma_chain is longer than one.
inline constexpr std::uint32_t kForkedAnonVma = 1U << 31;

/// vm_get_page_prot(): the x86 protection map, without the bits that the CPU does not have
/// (__supported_pte_mask).
Word vm_get_page_prot(const Context& k, std::uint64_t flags);
/// vma_wants_writenotify(): a first write must fault, so vm_page_prot has no RW.
bool vma_wants_writenotify(const Context& k, const Vma& vma, Word pageProt);
/// vma_set_page_prot(): vm_page_prot from vm_flags; the cache type stays.
void vma_set_page_prot(const Context& k, Vma& vma);
/// vma_wants_manual_pte_write_upgrade(): does mprotect() itself make writable again what can be?
bool wantsWriteUpgrade(const Context& k, const Vma& vma);

VmaId newVmaId(Context& k);
/// vma_start_write(): waits until no fault is under way in the VMA and keeps others out, until mmap_lock is
/// given back. mmap_lock is held for writing.
void vma_start_write(Context& k, VmaId vma);
/// The VMA of `mm` that contains `at`.
std::optional<VmaId> vmaAt(const Context& k, MmId mm, VirtAddr at);
/// Every VMA of `mm` that overlaps `range`, in order.
std::vector<VmaId> vmasIn(const Context& k, MmId mm, VirtRange range);
/// The neighbours in address order.
std::optional<VmaId> vmaBefore(const Context& k, MmId mm, VirtAddr at);
std::optional<VmaId> vmaFrom(const Context& k, MmId mm, VirtAddr at);

enum class NewBelow : bool { No, Yes };
/// __split_vma(): cuts `vma` at `at`; the new VMA is the upper part, or the lower one.
VmaId __split_vma(Context& k, VmaId vma, VirtAddr at, NewBelow newBelow);
/// vma_modify_flags(): the VMA of exactly `range` that has these flags: merged with its neighbours where they
/// allow, else cut out. `range` lies in `vma`; the flags of what comes back are set by the caller.
VmaId vma_modify_flags(Context& k, VmaId vma, VirtRange range, std::uint64_t flags);
/// i_mmap_lock_write() of the files of these VMAs for a scope. The kernel unlinks a VMA from its file before
/// its tables go (unlink_file_vma()) and links it when it is ready (vma_link_file()); here the lock is held
/// from the one to the other, so that unmap_mapping_range() sees a VMA when the kernel's would.
class FileLinkScope {
public:
    FileLinkScope(Context& k, const std::vector<VmaId>& vmas);

private:
    std::list<LockScope> locks_;
};
/// vma_merge_new_range(): grows a neighbour over `wanted` instead of making a VMA for it.
std::optional<VmaId> vma_merge_new_range(Context& k, const Vma& wanted);

} // namespace pfnscope::mm
