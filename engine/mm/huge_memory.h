// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/fault.h"
#include "mm/mmu_gather.h"

/// mm/huge_memory.c: everything about PMD and PUD leaves.
namespace pfnscope::mm {

// huge_memory_zap.cpp

/// False: there is no leaf any more (__pmd_trans_huge_lock()).
bool zap_huge_pmd(Context& k, MmuGather& tlb, VmaId vma, const Entry& pmd, VirtAddr at);
void zap_huge_pud(Context& k, MmuGather& tlb, VmaId vma, const Entry& pud, VirtAddr at);
/// Withdraws, frees and uncounts one deposited table.
void zap_deposited_table(Context& k, MmId mm, const Entry& pmd, VirtAddr at);

// huge_memory_split.cpp

void __split_huge_pmd(Context& k, VmaId vma, const Entry& pmd, VirtAddr at);
void __split_huge_pud(Context& k, VmaId vma, const Entry& pud, VirtAddr at);
/// Splits the leaf, if any, that holds `at`.
void split_huge_pmd_address(Context& k, VmaId vma, VirtAddr at);
/// The VMA is about to begin or end at `boundary`: a leaf that reaches over it must be split.
void vma_adjust_trans_huge(Context& k, VmaId vma, VirtAddr start, VirtAddr end);

// huge_memory_copy.cpp

Errno copy_huge_pmd(Context& k, VmaId dst, VmaId src, const Entry& dstPmd, const Entry& srcPmd, VirtAddr at);
void copy_huge_pud(Context& k, VmaId dst, VmaId src, const Entry& dstPud, const Entry& srcPud, VirtAddr at);
/// False: the destination is occupied, or the leaf has gone.
bool move_huge_pmd(Context& k, VmaId vma, VirtAddr from, VirtAddr to, const Entry& oldPmd,
                   const Entry& newPmd);
/// False: no leaf any more.
bool change_huge_pmd(Context& k, MmuGather& tlb, VmaId vma, const Entry& pmd, VirtAddr at, Word newProt);
bool change_huge_pud(Context& k, MmuGather& tlb, VmaId vma, const Entry& pud, VirtAddr at, Word newProt);

// huge_memory_fault.cpp

FaultResult vmf_insert_pfn_pmd(Context& k, FaultState& fault, Pfn frame, bool write);
FaultResult vmf_insert_pfn_pud(Context& k, FaultState& fault, Pfn frame, bool write);
/// 7.x: a leaf that is a map of its folio, with a reference, a map count and rss.
FaultResult vmf_insert_folio_pmd(Context& k, FaultState& fault, machine::FolioId folio, bool write);
FaultResult do_huge_pmd_anonymous_page(Context& k, FaultState& fault);
FaultResult do_huge_pmd_wp_page(Context& k, FaultState& fault);
/// thp_vma_allowable_order() in a page fault.
bool thp_vma_allowable_order(const Context& k, const Vma& vma, Level level);
/// mm_get_huge_zero_folio(): empty: no memory.
std::optional<machine::FolioId> mm_get_huge_zero_folio(Context& k, MmId mm);
void mm_put_huge_zero_folio(Context& k, MmId mm);

/// The leaf for `frame` as the option builds it from a 4K page protection: PSE added, PAT converted or lost.
Word hugeEntry(const Context& k, Level level, Pfn frame, Word prot);

} // namespace pfnscope::mm
