// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/page_table.h"

/// mm/pgtable-generic.c: the deposit list, and clearing huge entries.
namespace pfnscope::mm {

/// Where the tables deposited for `pmd` are kept.
machine::DepositOwner depositOwner(const Context& k, MmId mm, const Entry& pmd);

/// The PMD lock must be held. Neither of the two counts: mm_inc_nr_ptes() is the caller's.
void pgtable_trans_huge_deposit(Context& k, MmId mm, const Entry& pmd, VirtAddr at, Pfn table);
/// From an empty list the kernel takes NULL for a table and dies reading its list node.
Pfn pgtable_trans_huge_withdraw(Context& k, MmId mm, const Entry& pmd, VirtAddr at);

/// Is any table deposited at this PMD page?
bool hasDeposits(const Context& k, MmId mm, Pfn pmdTable);

/// Clears the entry and says what it was. The flushing one is for callers without an mmu_gather.
Word pmdp_huge_get_and_clear(Context& k, const Entry& pmd);
Word pmdp_huge_clear_flush(Context& k, const Vma& vma, VirtAddr at, const Entry& pmd);
Word pudp_huge_clear_flush(Context& k, const Vma& vma, VirtAddr at, const Entry& pud);
/// P goes, PSE stays: hardware sees nothing, software still sees a huge entry. Flushes.
Word pmdp_invalidate(Context& k, const Vma& vma, VirtAddr at, const Entry& pmd);
/// pmdp_set_wrprotect(), ptep_set_wrprotect(): the caller flushes.
void setWrprotect(Context& k, const Entry& entry);
/// ptep_set_access_flags(), pmdp_set_access_flags(): true if the entry changed.
bool setAccessFlags(Context& k, const Entry& entry, Word value);
/// pud_clear_bad() and pmd_clear_bad(): what is no table where one is due is reported and cleared.
void clearBad(Context& k, const Entry& entry, VirtAddr at, std::string_view function);

/// flush_tlb_range() and flush_tlb_page(): every CPU that runs `mm` drops what it remembers of the range.
void flushTlbRange(Context& k, MmId mm, VirtRange range, Bytes stride);
/// flush_tlb_mm()
void flushTlbMm(Context& k, MmId mm);

} // namespace pfnscope::mm
