// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/mmu_gather.h"

#include "mm/pgtable_generic.h"
#include "mm/rmap.h"

#include <algorithm>
#include <exception>

namespace pfnscope::mm {

void MmuGather::cover(VirtRange range, Level level) {
    start_ = std::min(start_, range.start);
    end_ = std::max(end_, range.end);
    smallest_ = std::min(smallest_, level);
}

void MmuGather::removePages(machine::FolioId folio, std::int32_t count, VirtAddr at) {
    k_.happen(HappeningKind::GatherQueued, mm_, at, k_.folio(folio).head.raw());
    pages_.push_back({folio, count});
}

void MmuGather::removeTable(Pfn table, VirtAddr at) {
    cover({at, at + kPageSize}, Level::Pte);
    tables_.push_back(table);
}

void MmuGather::flush() {
    if (start_ < end_)
        flushTlbRange(k_, mm_, {start_, end_}, k_.geometry().entrySpan(smallest_));
    for (const Pages& pages : pages_)
        folio_put_refs(k_, pages.folio, pages.count);
    for (const Pfn table : tables_)
        freeTable(k_, table);
    pages_.clear();
    tables_.clear();
    start_ = VirtAddr(~0ULL);
    end_ = VirtAddr();
    smallest_ = Level::Pgd;
}

void tlb_finish_mmu(Context& k, MmuGather& tlb) {
    const auto scope = k.enter("tlb_finish_mmu");
    tlb.flush();
}

NotifierRange::NotifierRange(Context& k, MmId mm, VirtRange range)
    : k_(k), mm_(mm), range_(range), unwinding_(std::uncaught_exceptions()) {
    k.happen(HappeningKind::NotifierStart, mm, range.start, range.size().raw());
}

NotifierRange::~NotifierRange() {
    if (std::uncaught_exceptions() == unwinding_)
        k_.happen(HappeningKind::NotifierEnd, mm_, range_.start, range_.size().raw());
}

} // namespace pfnscope::mm
