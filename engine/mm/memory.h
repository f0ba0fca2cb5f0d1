// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/mmu_gather.h"

/// mm/memory.c: mapping, unmapping and copying ranges of page tables, and inserting frames.
namespace pfnscope::mm {

// memory_zap.cpp

/// The VMAs of [first, last] lose what lies in `range`; untrack_pfn() included. `vmas` in address order.
void unmap_vmas(Context& k, MmuGather& tlb, const std::vector<VmaId>& vmas, VirtRange range);
void unmap_page_range(Context& k, MmuGather& tlb, VmaId vma, VirtRange range);
/// Takes down the tables that only these VMAs needed: what lies between `floor` and `ceiling` and is theirs.
void free_pgtables(Context& k, MmuGather& tlb, const std::vector<VmaId>& vmas, VirtAddr floor,
                   VirtAddr ceiling);
/// The same from plain numbers, as mremap and stack moves use it.
void zap_page_range_single(Context& k, VmaId vma, VirtRange range);
/// -EINVAL unless the range lies in the VMA and the VMA shows frames (zap_vma_ptes() does nothing then).
void zap_vma_ptes(Context& k, VmaId vma, VirtRange range);
/// Revokes file pages [first, end) in every VMA that shows them.
void unmap_mapping_range(Context& k, machine::MappingId mapping, std::uint64_t first, std::uint64_t end,
                         bool evenCows);

// memory_remap.cpp

/// Maps [at, at + size) to frames from `frame` on. `prot`: a 4K page protection.
Errno remap_pfn_range(Context& k, VmaId vma, VirtAddr at, Pfn frame, Bytes size, Word prot);

// memory_copy.cpp

/// What fork copies of one VMA into the child's.
Errno copy_page_range(Context& k, VmaId dst, VmaId src);

} // namespace pfnscope::mm
