// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/context.h"

/// arch/x86/mm/pat/memtype.c: which physical range is used with which cache type, and VM_PAT.
namespace pfnscope::mm {

/// cachemode2protval()
Word cacheBits(CacheMode mode);

/// Reserves the type of a whole VMA (VM_PAT), or looks it up for a part; `prot` gets the type that holds.
/// EINVAL: the type asked for cannot be had.
Errno track_pfn_remap(Context& k, VmaId vma, Word& prot, Pfn frame, VirtAddr at, Bytes size);
/// The type of a frame that a fault handler inserts: UC- unless somebody reserved another.
void track_pfn_insert(const Context& k, Word& prot, Pfn frame);
/// Gives the reservation back and clears VM_PAT; without VM_PAT nothing. The range is found through the VMA's
/// first page, and if that is not mapped, not at all.
void untrack_pfn(Context& k, VmaId vma);
/// After a failed remap, which knows its range.
void untrack_pfn(Context& k, VmaId vma, Pfn frame, Bytes size);
/// For fork: reserves again for the child. EINVAL: the first page is not mapped. `frame`: what was reserved.
Errno track_pfn_copy(Context& k, VmaId dst, VmaId src, Pfn& frame);
void untrack_pfn_copy(Context& k, VmaId dst, Pfn frame);
/// The source of a move keeps nothing.
void untrack_pfn_clear(Context& k, VmaId vma);

} // namespace pfnscope::mm
