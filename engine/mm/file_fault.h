// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/fault.h"
#include "mm/rmap.h"

/// Faults in maps of files whose pages have a page cache: the file side of do_fault() in mm/memory.c.
namespace pfnscope::mm {

/// do_read_fault(), do_cow_fault() or do_shared_fault() of a VMA on shmem or a regular file.
/// Needs the PMD slot, and an empty PTE or no PTE table.
FaultResult do_file_fault(Context& k, FaultState& fault);

/// Maps the folio of 2 MiB by a leaf. False (VM_FAULT_FALLBACK): the VMA does not cover or is not congruent,
/// the folio is smaller, or something is there already. On success the caller's reference is the map's.
bool do_set_pmd(Context& k, FaultState& fault, FolioId folio);
/// pmd_install(): links the table made beforehand unless somebody was faster.
void pmd_install(Context& k, FaultState& fault);
/// set_pte_range(): `count` pages of the folio from page `first` on, at `at`. Does not count rss.
void set_pte_range(Context& k, const FaultState& fault, FolioId folio, unsigned first, unsigned count,
                   VirtAddr at);

/// thp_vma_suitable_order() for a PMD: the VMA covers all of it, and address and file offset are congruent.
bool thp_vma_suitable_pmd(const Context& k, const Vma& vma, VirtAddr at);

} // namespace pfnscope::mm
