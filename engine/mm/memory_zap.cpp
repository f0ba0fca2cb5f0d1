// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/huge_memory.h"
#include "mm/memory.h"
#include "mm/memtype.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"

namespace pfnscope::mm {
namespace {

/// A run of PTEs that map consecutive pages of one folio.
struct FolioRun {
    FolioId folio;
    unsigned first = 0; ///< page of the folio
    unsigned count = 0;
    bool dirty = false;
    bool young = false;
};

class PteZapper {
public:
    PteZapper(Context& k, MmuGather& tlb, MmId mm) : k_(k), tlb_(tlb), mm_(mm) {}

    /// One entry that is not none.
    void add(Word pte, VirtAddr at) {
        if (!ptePresent(pte)) {
            finishRun();
            zapNonPresent(pte);
            return;
        }
        const auto folio = normalFolio(k_, Level::Pte, pte);
        if (!folio) {
            finishRun();
            return;
        }
        const auto page =
            static_cast<unsigned>(entryPfn(k_.geometry(), Level::Pte, pte) - k_.folio(*folio).head);
        if (!run_ || run_->folio != *folio || run_->first + run_->count != page) {
            finishRun();
            run_ = FolioRun{*folio, page, 0, false, false};
            start_ = at;
        }
        ++run_->count;
        run_->dirty |= isDirty(pte);
        run_->young |= (pte & bits::kA) != 0;
    }

    /// zap_present_folio_ptes(): counters, the folio's state, its map count, and the reference at the flush.
    void finishRun() {
        if (!run_)
            return;
        const FolioRun run = *run_;
        run_.reset();
        machine::Folio folio = k_.folio(run.folio);
        if (folio.kind == FolioKind::HugeZero)
            return;
        if (folio.kind != FolioKind::Anon && (run.dirty || run.young)) {
            folio.dirty |= run.dirty;
            folio.referenced |= run.young;
            k_.machine.put(run.folio, folio);
        }
        k_.machine.moveCounter(mm_, mmCounter(folio), -static_cast<std::int64_t>(run.count));
        folio_remove_rmap(k_, run.folio, {RmapLevel::Pte, run.first, run.count});
        tlb_.removePages(run.folio, static_cast<std::int32_t>(run.count), start_);
    }

private:
    /// A migration entry counts like the page it stands for, but holds no map count.
    void zapNonPresent(Word pte) {
        const auto folio = k_.state().folioOf(swapPfn(pte));
        if (!folio)
            return;
        k_.machine.moveCounter(mm_, mmCounter(k_.folio(*folio)), -1);
        folio_put_refs(k_, *folio, 1);
    }

    Context& k_;
    MmuGather& tlb_;
    MmId mm_;
    std::optional<FolioRun> run_;
    VirtAddr start_;
};

/// False: pte_offset_map_lock() finds no table, since another CPU has changed the PMD meanwhile.
bool zap_pte_range(Context& k, MmuGather& tlb, const Entry& pmd, VirtRange piece) {
    const auto scope = k.enter("zap_pte_range", {{"addr", piece.start}, {"end", piece.end}});
    const Word value = k.read(pmd);
    if (isNone(value) || isSwapPmd(value) || pmdTransHuge(value))
        return false;
    if (!isTable(value)) {
        clearBad(k, pmd, piece.start, "pmd_clear_bad");
        return true;
    }
    const Entry first = offsetBelow(k, pmd, piece.start);
    const auto count = static_cast<unsigned>(piece.size().pages());
    const LockScope lock(k, pteLock(first.table));
    if (k.read(pmd) != value)
        return false;
    const auto words = k.state().memory.frame(first.table);
    PteZapper zapper(k, tlb, tlb.mm());
    unsigned low = first.index + count;
    unsigned high = first.index;
    for (unsigned i = first.index; i < first.index + count; ++i) {
        if (isNone(words[i])) {
            zapper.finishRun();
            continue;
        }
        low = std::min(low, i);
        high = i + 1;
        zapper.add(words[i], piece.start + kPageSize * (i - first.index));
    }
    zapper.finishRun();
    if (low >= high)
        return true;
    const VirtAddr start = piece.start + kPageSize * (low - first.index);
    tlb.cover({start, start + kPageSize * (high - low)}, Level::Pte);
    k.machine.fillEntries(first.table,
                          {static_cast<std::uint16_t>(low), static_cast<std::uint16_t>(high - low), 0, 0});
    return true;
}

void zap_pmd_range(Context& k, MmuGather& tlb, VmaId vma, const Entry& pud, VirtRange range) {
    const auto scope = k.enter("zap_pmd_range", {{"addr", range.start}, {"end", range.end}});
    for (VirtAddr at = range.start; at < range.end;) {
        const VirtAddr next = addrEnd(k, at, range.end, Level::Pmd);
        const Entry pmd = offsetBelow(k, pud, at);
        const Word value = k.read(pmd);
        if (isSwapPmd(value) || pmdTransHuge(value)) {
            if (next - at != k.pmdSize())
                __split_huge_pmd(k, vma, pmd, at);
            else if (zap_huge_pmd(k, tlb, vma, pmd, at)) {
                at = next;
                continue;
            }
        }
        if (isNone(k.read(pmd)) || zap_pte_range(k, tlb, pmd, {at, next}))
            at = next;
    }
}

/// The PUD level of unmap_page_range().
void zapPud(Context& k, MmuGather& tlb, VmaId vma, const Entry& pud, VirtRange piece) {
    if (pmdTransHuge(k.read(pud))) {
        if (piece.size() == k.pudSize()) {
            zap_huge_pud(k, tlb, vma, pud, piece.start);
            return;
        }
        if (!k.machine.holdsLock(mmapLock(tlb.mm()), k.cpu))
            k.warn("mmap_assert_locked(tlb->mm)", piece.start);
        __split_huge_pud(k, vma, pud, piece.start);
    }
    const Word value = k.read(pud);
    if (isNone(value))
        return;
    if (!isTable(value))
        clearBad(k, pud, piece.start, "pud_clear_bad");
    else
        zap_pmd_range(k, tlb, vma, pud, piece);
}

// free_pgd_range() and what it calls. A table goes when all it spans lies in [floor, ceiling).

struct FreeLimits {
    VirtAddr floor;
    VirtAddr ceiling; ///< 0: the end of the address space
    /// Is everything in the `span` around [range.start, range.end) ours?
    bool allow(VirtRange range, Bytes span) const {
        if (range.start.alignedDown(span) < floor)
            return false;
        const VirtAddr limit = ceiling.alignedDown(span);
        if (ceiling != VirtAddr(0) && limit == VirtAddr(0))
            return false;
        return limit == VirtAddr(0) || range.end <= limit;
    }
};

std::string_view freeName(Level level) {
    switch (level) {
    case Level::Pte:
        return "free_pte_range";
    case Level::Pmd:
        return "free_pmd_range";
    case Level::Pud:
        return "free_pud_range";
    default:
        return "free_p4d_range";
    }
}

/// ___pmd_free_tlb() with pmd_ptlock_free(): a PMD page goes, and with it the head of its deposit list.
void pmd_ptlock_free(Context& k, MmId mm, Pfn table, VirtAddr at) {
    const auto scope = k.enter("___pmd_free_tlb", {{"addr", at}});
    k.vmBugOn(hasDeposits(k, mm, table), "VM_BUG_ON_PAGE(ptdesc->pmd_huge_pte)", at);
}

/// Frees the table that `upper` references: pte_free_tlb(), pmd_free_tlb(), pud_free_tlb(), and
/// mm_dec_nr_*().
void freeLinkedTable(Context& k, MmuGather& tlb, const Entry& upper, VirtAddr at) {
    const Level level = k.geometry().below(upper.level);
    const auto scope = k.enter(freeName(level), {{"addr", at}});
    const Pfn table = entryPfn(k.geometry(), Level::Pte, k.read(upper));
    k.write(upper, 0);
    if (level == Level::Pmd)
        pmd_ptlock_free(k, tlb.mm(), table, at);
    unlinkTable(k, table);
    tlb.removeTable(table, at);
    if (level != Level::P4d)
        countTable(k, tlb.mm(), -1);
}

/// Everything below `upper` in `range`, then the table under it if nothing else can need it.
void freeBelow(Context& k, MmuGather& tlb, const Entry& upper, VirtRange range, const FreeLimits& limits) {
    const Level level = k.geometry().below(upper.level);
    if (level != Level::Pte) {
        for (VirtAddr at = range.start; at < range.end;) {
            const VirtAddr next = addrEnd(k, at, range.end, level);
            const Entry entry = offsetBelow(k, upper, at);
            const Word value = k.read(entry);
            if (isTable(value))
                freeBelow(k, tlb, entry, {at, next}, limits);
            else if (!isNone(value))
                clearBad(k, entry, at, level == Level::Pmd ? "pmd_clear_bad" : "pud_clear_bad");
            at = next;
        }
    }
    if (level == Level::Pte || limits.allow(range, k.geometry().entrySpan(upper.level)))
        freeLinkedTable(k, tlb, upper, range.start);
}

void free_pgd_range(Context& k, MmuGather& tlb, VirtRange range, FreeLimits limits) {
    const auto scope = k.enter("free_pgd_range", {{"addr", range.start}, {"end", range.end}});
    // What floor and ceiling rule out at the PMD level need not be looked at.
    const Bytes span = k.pmdSize();
    range.start = range.start.alignedDown(span);
    if (range.start < limits.floor)
        range.start += span;
    if (limits.ceiling != VirtAddr(0)) {
        limits.ceiling = limits.ceiling.alignedDown(span);
        if (limits.ceiling == VirtAddr(0))
            return;
        if (range.end > limits.ceiling)
            range.end = range.end - span;
    }
    for (VirtAddr at = range.start; at < range.end;) {
        const VirtAddr next = addrEnd(k, at, range.end, k.geometry().top());
        const Entry pgd = pgdOffset(k, tlb.mm(), at);
        if (isTable(k.read(pgd)))
            freeBelow(k, tlb, pgd, {at, next}, limits);
        at = next;
    }
}

} // namespace

void unmap_page_range(Context& k, MmuGather& tlb, VmaId vma, VirtRange range) {
    const auto scope = k.enter("unmap_page_range", {{"addr", range.start}, {"end", range.end}});
    forEachPud(k, tlb.mm(), range,
               [&](const Entry& pud, VirtRange piece) { zapPud(k, tlb, vma, pud, piece); });
}

namespace {
void unmap_single_vma(Context& k, MmuGather& tlb, VmaId id, VirtRange range) {
    const Vma& vma = k.vma(id);
    const VirtRange part{std::max(range.start, vma.range.start), std::min(range.end, vma.range.end)};
    if (part.start >= part.end)
        return;
    const auto scope = k.enter("unmap_single_vma", {{"start", part.start}, {"end", part.end}});
    if ((vma.flags & vm::kPfnMap) != 0)
        untrack_pfn(k, id);
    unmap_page_range(k, tlb, id, part);
}
} // namespace

void unmap_vmas(Context& k, MmuGather& tlb, const std::vector<VmaId>& vmas, VirtRange range) {
    const auto scope = k.enter("unmap_vmas", {{"start", range.start}, {"end", range.end}});
    const NotifierRange notifier(k, tlb.mm(), range);
    for (const VmaId vma : vmas)
        unmap_single_vma(k, tlb, vma, range);
}

void free_pgtables(Context& k, MmuGather& tlb, const std::vector<VmaId>& vmas, VirtAddr floor,
                   VirtAddr ceiling) {
    const auto scope = k.enter("free_pgtables");
    for (std::size_t i = 0; i < vmas.size();) {
        const VirtAddr start = k.vma(vmas[i]).range.start;
        VirtAddr end = k.vma(vmas[i]).range.end;
        // VMAs close together share tables, so they are taken down as one.
        for (++i; i < vmas.size() && k.vma(vmas[i]).range.start <= end + k.pmdSize(); ++i)
            end = k.vma(vmas[i]).range.end;
        const VirtAddr limit = i < vmas.size() ? k.vma(vmas[i]).range.start : ceiling;
        free_pgd_range(k, tlb, {start, end}, {floor, limit});
    }
}

void zap_page_range_single(Context& k, VmaId id, VirtRange range) {
    const auto scope = k.enter("zap_page_range_single", {{"address", range.start}, {"size", range.size()}});
    const NotifierRange notifier(k, k.vma(id).mm, range);
    MmuGather tlb(k, k.vma(id).mm);
    unmap_single_vma(k, tlb, id, range);
    tlb_finish_mmu(k, tlb);
}

void zap_vma_ptes(Context& k, VmaId id, VirtRange range) {
    const auto scope = k.enter("zap_vma_ptes", {{"address", range.start}, {"size", range.size()}});
    const Vma& vma = k.vma(id);
    if (vma.range.contains(range) && (vma.flags & vm::kPfnMap) != 0)
        zap_page_range_single(k, id, range);
}

void unmap_mapping_range(Context& k, machine::MappingId mapping, std::uint64_t first, std::uint64_t end,
                         bool evenCows) {
    const auto scope = k.enter("unmap_mapping_range", {{"first", machine::ArgumentKind::Number, first},
                                                       {"end", machine::ArgumentKind::Number, end}});
    const LockScope lock(k, iMmapRwsem(mapping), LockMode::Read);
    std::vector<VmaId> shown;
    for (const auto& [id, vma] : k.state().vmas)
        if (vma.file == mapping)
            shown.push_back(id);
    for (const VmaId id : shown) {
        const Vma& vma = k.vma(id);
        const std::uint64_t from = std::max(first, vma.pgoff);
        const std::uint64_t to = std::min(end, vma.pgoff + vma.range.size().pages());
        if (from >= to || (!evenCows && vm::isCow(vma.flags)))
            continue;
        const VirtAddr start = vma.range.start + kPageSize * (from - vma.pgoff);
        zap_page_range_single(k, id, {start, start + kPageSize * (to - from)});
    }
}

} // namespace pfnscope::mm
