// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/page_table.h"

#include <vector>

/// mm/mmu_gather.c: unmapping collects what it unmapped; the flush comes before the pages and tables are
/// freed.
namespace pfnscope::mm {

class MmuGather {
public:
    /// tlb_gather_mmu()
    MmuGather(Context& k, MmId mm) : k_(k), mm_(mm) {}

    MmId mm() const { return mm_; }
    /// tlb_flush_pmd_range() and its like: [start, end) was mapped by entries of `level`.
    void cover(VirtRange range, Level level);
    /// tlb_remove_page(), tlb_remove_folio_pages(): `count` references to the folio are dropped at the flush.
    void removePages(machine::FolioId folio, std::int32_t count, VirtAddr at);
    /// pte_free_tlb() and its like
    void removeTable(Pfn table, VirtAddr at);
    /// tlb_flush_mmu(): may be called any number of times; tlb_finish_mmu() is the last.
    void flush();

private:
    struct Pages {
        machine::FolioId folio;
        std::int32_t count;
    };
    Context& k_;
    MmId mm_;
    VirtAddr start_{~0ULL};
    VirtAddr end_;
    Level smallest_ = Level::Pgd;
    std::vector<Pages> pages_;
    std::vector<Pfn> tables_;
};

/// tlb_finish_mmu()
void tlb_finish_mmu(Context& k, MmuGather& tlb);

/// mmu_notifier_invalidate_range_start and _end around a scope. A dying kernel does not call the end.
class NotifierRange {
public:
    NotifierRange(Context& k, MmId mm, VirtRange range);
    ~NotifierRange();
    NotifierRange(const NotifierRange&) = delete;
    NotifierRange& operator=(const NotifierRange&) = delete;

private:
    Context& k_;
    MmId mm_;
    VirtRange range_;
    int unwinding_;
};

} // namespace pfnscope::mm
