// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/madvise_lru.h"

#include "mm/huge_memory.h"
#include "mm/mmu_gather.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"

#include <algorithm>
#include <set>

namespace pfnscope::mm {
namespace {

enum class Age : std::uint8_t { Free, Cold, PageOut };

std::int32_t pageMapcount(const machine::Folio& folio, unsigned page) {
    return folio.entireMapcount + (page < folio.pageMapcount.size() ? folio.pageMapcount[page] : 0);
}

/// folio_likely_mapped_shared(): a guess by the first page, unless the counts say more.
bool isMappedByOthers(const machine::Folio& folio) {
    const std::int32_t mapcount = folio_mapcount(folio);
    if (folio.order == 0 || mapcount <= 1)
        return mapcount > 1;
    return folio.entireMapcount != 0 || mapcount > (std::int32_t{1} << folio.order) ||
           pageMapcount(folio, 0) > 1;
}

void markFolio(Context& k, FolioId id, Age age) {
    machine::Folio folio = k.folio(id);
    folio.referenced = false;
    if (age == Age::Free) {
        folio.dirty = false;
        folio.swapBacked = false; // folio_mark_lazyfree()
    }
    k.machine.put(id, std::move(folio));
}

class Ager {
public:
    Ager(Context& k, VmaId vma, Age age) : k_(k), vma_(vma), mm_(k.vma(vma).mm), age_(age), tlb_(k, mm_) {}

    void walk(VirtRange range) {
        forEachPud(k_, mm_, range, [&](const Entry& pud, VirtRange piece) {
            if (!isTable(k_.read(pud)))
                return;
            for (VirtAddr at = piece.start; at < piece.end;) {
                const VirtAddr next = addrEnd(k_, at, piece.end, Level::Pmd);
                pmd(offsetBelow(k_, pud, at), {at, next});
                at = next;
            }
        });
        tlb_finish_mmu(k_, tlb_);
        reclaim();
    }

private:
    void pmd(const Entry& pmd, VirtRange range) {
        if (pmdTransHuge(k_.read(pmd)) && !splitForPart(pmd, range))
            return leaf(pmd, range);
        if (isTable(k_.read(pmd)))
            ptes(pmd, range);
    }

    /// A folio of which only a part is meant is split, unless others map it too. False: it is still a leaf.
    bool splitForPart(const Entry& pmd, VirtRange range) {
        if (range.size() == k_.pmdSize())
            return false;
        const auto folio = normalFolio(k_, Level::Pmd, k_.read(pmd));
        if (!folio || isHugeZeroPmd(k_, k_.read(pmd)) || isMappedByOthers(k_.folio(*folio)))
            return false;
        __split_huge_pmd(k_, vma_, pmd, range.start);
        if (k_.folio(*folio).kind == FolioKind::Anon && isTable(k_.read(pmd)))
            mapUnusedToZeropage(*folio, pmd, range.start.alignedDown(k_.pmdSize()));
        return true;
    }

    /// try_to_map_unused_to_zeropage(): where a folio is split, pages that hold nothing but zeros are given
    /// up.
    void mapUnusedToZeropage(FolioId folio, const Entry& pmd, VirtAddr start) {
        const auto scope = k_.enter("remap_page", {{"address", start}});
        flushTlbRange(k_, mm_, {start, start + k_.pmdSize()},
                      kPageSize); // unmap_folio(), before the pages change
        const Word zero =
            makeEntry(k_.geometry(), Level::Pte, k_.state().globals.zeroPage, k_.vma(vma_).pageProt) |
            bits::kSpecial;
        for (unsigned i = 0; i < k_.hpagePmdNr(); ++i) {
            const Entry pte = offsetBelow(k_, pmd, start + kPageSize * i);
            const Pfn frame = k_.folio(folio).head + i;
            const Word mapped = k_.read(pte);
            if (!ptePresent(mapped) || entryPfn(k_.geometry(), Level::Pte, mapped) != frame)
                continue;
            const auto words = k_.state().memory.frame(frame);
            if (std::any_of(words.begin(), words.end(), [](Word word) { return word != 0; }))
                continue;
            k_.write(pte, zero);
            k_.machine.moveCounter(mm_, Counter::AnonPages, -1);
            folio_remove_rmap(k_, folio, {RmapLevel::Pte, i, 1});
            folio_put_refs(k_, folio, 1);
            if (k_.state().folios.count(folio) == 0)
                return;
        }
    }

    void leaf(const Entry& pmd, VirtRange range) {
        const LockScope lock(k_, pmdLock(k_, mm_, pmd));
        const Word entry = k_.read(pmd);
        // In 6.12 pmd_folio() of a special entry in a MIXEDMAP VMA reads a struct page that is not there.
        const Pfn frame = entryPfn(k_.geometry(), Level::Pmd, entry);
        if (age_ != Age::Free && isSpecial(entry) && !k_.config.version7 && !k_.isRam(frame))
            k_.die("madvise_cold_or_pageout_pte_range", k_.structPage(frame));
        const auto folio = normalFolio(k_, Level::Pmd, entry);
        if (isHugeZeroPmd(k_, entry) || !folio || range.size() != k_.pmdSize() ||
            isMappedByOthers(k_.folio(*folio)))
            return;
        const Word aged = age_ == Age::Free   ? mkclean(mkold(entry))
                          : age_ == Age::Cold ? mkold(entry)
                                              : entry;
        if (aged != entry) {
            pmdp_invalidate(k_, k_.vma(vma_), range.start, pmd);
            k_.write(pmd, aged);
            tlb_.cover(range, Level::Pmd);
        }
        markFolio(k_, *folio, age_);
        toReclaim_.insert(*folio);
    }

    void ptes(const Entry& pmd, VirtRange range) {
        splitPartlyMeant(pmd, range);
        const LockScope lock(k_, pteLock(offsetBelow(k_, pmd, range.start).table));
        for (VirtAddr at = range.start; at < range.end; at += kPageSize)
            if (const auto folio = folioAt(offsetBelow(k_, pmd, at)); folio && mayAge(*folio, pmd, at, range))
                agePte(*folio, offsetBelow(k_, pmd, at), at);
    }

    std::optional<FolioId> folioAt(const Entry& pte) const {
        const Word entry = k_.read(pte);
        const auto folio = ptePresent(entry) ? normalFolio(k_, Level::Pte, entry) : std::nullopt;
        return folio && k_.folio(*folio).kind != FolioKind::HugeZero ? folio : std::nullopt;
    }

    /// folio_pte_batch(): do the PTEs of the range map all pages of the folio?
    bool mapsWhole(FolioId folio, const Entry& pmd, VirtRange range) const {
        std::uint64_t found = 0;
        for (VirtAddr at = range.start; at < range.end; at += kPageSize)
            found += folioAt(offsetBelow(k_, pmd, at)) == folio ? 1 : 0;
        return found == std::uint64_t{1} << k_.folio(folio).order;
    }

    /// split_folio() of every large folio of which the range holds a part, unless others map it too.
    void splitPartlyMeant(const Entry& pmd, VirtRange range) {
        std::set<FolioId> seen;
        for (VirtAddr at = range.start; at < range.end; at += kPageSize) {
            const auto folio = folioAt(offsetBelow(k_, pmd, at));
            if (!folio || !seen.insert(*folio).second || k_.folio(*folio).order == 0 ||
                isMappedByOthers(k_.folio(*folio)) || mapsWhole(*folio, pmd, range))
                continue;
            if (k_.folio(*folio).kind != FolioKind::Anon) {
                unmapFile(*folio, pmd, at.alignedDown(k_.pmdSize()));
                continue;
            }
            const auto page =
                static_cast<unsigned>(entryPfn(k_.geometry(), Level::Pte, k_.read(offsetBelow(k_, pmd, at))) -
                                      k_.folio(*folio).head);
            if (offsetBelow(k_, pmd, at).index == page)
                mapUnusedToZeropage(*folio, pmd, at.alignedDown(k_.pmdSize()));
        }
    }

    /// unmap_folio() before the split of a file's folio: later faults find its pages in the page cache.
    void unmapFile(FolioId id, const Entry& pmd, VirtAddr start) {
        const auto scope = k_.enter("unmap_folio", {{"address", start}});
        for (unsigned i = 0; i < k_.hpagePmdNr(); ++i) {
            const VirtAddr at = start + kPageSize * i;
            const Entry pte = offsetBelow(k_, pmd, at);
            if (folioAt(pte) != id)
                continue;
            const Word entry = k_.read(pte);
            k_.write(pte, 0);
            flushTlbRange(k_, mm_, {at, at + kPageSize}, kPageSize);
            machine::Folio folio = k_.folio(id);
            folio.dirty |= isDirty(entry);
            const Pfn head = folio.head;
            k_.machine.moveCounter(mm_, mmCounter(folio), -1);
            k_.machine.put(id, std::move(folio));
            const auto page = static_cast<unsigned>(entryPfn(k_.geometry(), Level::Pte, entry) - head);
            folio_remove_rmap(k_, id, {RmapLevel::Pte, page, 1});
            folio_put_refs(k_, id, 1);
        }
    }

    /// MADV_COLD and MADV_PAGEOUT leave alone what somebody else maps.
    bool mayAge(FolioId id, const Entry& pmd, VirtAddr at, VirtRange range) const {
        const machine::Folio& folio = k_.folio(id);
        if (folio.order == 0)
            return age_ == Age::Free || folio_mapcount(folio) == 1;
        if (mapsWhole(id, pmd, range))
            return age_ == Age::Free || folio_mapcount(folio) == std::int32_t{1} << folio.order;
        const Pfn frame = entryPfn(k_.geometry(), Level::Pte, k_.read(offsetBelow(k_, pmd, at)));
        return !isMappedByOthers(folio) &&
               (age_ == Age::Free || pageMapcount(folio, static_cast<unsigned>(frame - folio.head)) == 1);
    }

    void agePte(FolioId folio, const Entry& pte, VirtAddr at) {
        const Word entry = k_.read(pte);
        const Word aged = age_ == Age::Free   ? mkclean(mkold(entry))
                          : age_ == Age::Cold ? mkold(entry)
                                              : entry;
        if (aged != entry) {
            k_.write(pte, aged);
            tlb_.cover({at, at + kPageSize}, Level::Pte);
        }
        markFolio(k_, folio, age_);
        toReclaim_.insert(folio);
    }

    /// reclaim_pages() for MADV_PAGEOUT, after the walk.
    void reclaim();
    void discardPages(VirtRange range);
    void reclaimLeaf(FolioId folio, const Entry& pmd, VirtAddr at);

    Context& k_;
    VmaId vma_;
    MmId mm_;
    Age age_;
    MmuGather tlb_;
    std::set<FolioId> toReclaim_;
};

/// try_to_unmap() of one folio's leaf in this mm. A lazyfree folio is split and its clean pages discarded;
/// the map of a file's folio is dropped; other anonymous memory finds no swap and is only split.
void Ager::reclaimLeaf(FolioId id, const Entry& pmd, VirtAddr at) {
    const auto scope = k_.enter("try_to_unmap_one", {{"address", at}});
    const bool lazyfree = k_.folio(id).kind == FolioKind::Anon && !k_.folio(id).swapBacked;
    const bool anonymous = k_.folio(id).kind == FolioKind::Anon;
    __split_huge_pmd(k_, vma_, pmd, at);
    if (!anonymous || !isTable(k_.read(pmd)))
        return;
    if (!lazyfree)
        return mapUnusedToZeropage(id, pmd, at);
    const Pfn table = offsetBelow(k_, pmd, at).table;
    const auto pages = static_cast<std::uint16_t>(k_.hpagePmdNr());
    {
        const LockScope lock(k_, pteLock(table));
        k_.machine.fillEntries(table, {0, pages, 0, 0});
        flushTlbRange(k_, mm_, {at, at + k_.pmdSize()}, kPageSize);
    }
    k_.machine.moveCounter(mm_, Counter::AnonPages, -static_cast<std::int64_t>(pages));
    folio_remove_rmap(k_, id, {RmapLevel::Pte, 0, pages});
    folio_put_refs(k_, id, pages);
}

/// try_to_unmap_one() of single pages that MADV_FREE gave up and nobody has written to since.
void Ager::discardPages(VirtRange range) {
    for (VirtAddr at = range.start; at < range.end; at += kPageSize) {
        const auto pmd = lookup(k_, mm_, at, Level::Pmd);
        if (!pmd || !isTable(k_.read(*pmd))) {
            at = addrEnd(k_, at, range.end, Level::Pmd) - kPageSize;
            continue;
        }
        const Entry pte = offsetBelow(k_, *pmd, at);
        const auto id = folioAt(pte);
        if (!id || toReclaim_.count(*id) == 0 || isDirty(k_.read(pte)))
            continue;
        const machine::Folio& folio = k_.folio(*id);
        if (folio.order != 0 || folio.kind != FolioKind::Anon || folio.swapBacked)
            continue;
        const auto scope = k_.enter("try_to_unmap_one", {{"address", at}});
        const LockScope lock(k_, pteLock(pte.table));
        k_.write(pte, 0);
        flushTlbRange(k_, mm_, {at, at + kPageSize}, kPageSize);
        k_.machine.moveCounter(mm_, Counter::AnonPages, -1);
        folio_remove_rmap(k_, *id, {RmapLevel::Pte, 0, 1});
        folio_put_refs(k_, *id, 1);
    }
}

void Ager::reclaim() {
    if (age_ != Age::PageOut || toReclaim_.empty())
        return;
    const auto scope = k_.enter("reclaim_pages");
    const VirtRange range = k_.vma(vma_).range;
    forEachPud(k_, mm_, range, [&](const Entry&, VirtRange piece) { discardPages(piece); });
    for (VirtAddr at = range.start.alignedUp(k_.pmdSize()); at + k_.pmdSize() <= range.end;
         at += k_.pmdSize()) {
        const auto pmd = lookup(k_, mm_, at, Level::Pmd);
        if (!pmd || !pmdTransHuge(k_.read(*pmd)) || isHugeZeroPmd(k_, k_.read(*pmd)))
            continue;
        const auto folio = normalFolio(k_, Level::Pmd, k_.read(*pmd));
        if (folio && toReclaim_.count(*folio) != 0)
            reclaimLeaf(*folio, *pmd, at);
    }
}

Errno age(Context& k, VmaId vma, VirtRange range, Age how) {
    const NotifierRange notifier(k, k.vma(vma).mm, range);
    Ager(k, vma, how).walk(range);
    return Errno::None;
}

bool can_madv_lru_vma(const Vma& vma) {
    return (vma.flags & (vm::kLocked | vm::kPfnMap)) == 0;
}

} // namespace

Errno madvise_free_single_vma(Context& k, VmaId vma, VirtRange range) {
    const auto scope = k.enter("madvise_free_single_vma", {{"start", range.start}, {"end", range.end}});
    if (!vmaIsAnonymous(k.vma(vma)))
        return Errno::Inval;
    return age(k, vma, range, Age::Free);
}

Errno madvise_cold(Context& k, VmaId vma, VirtRange range) {
    const auto scope = k.enter("madvise_cold", {{"start", range.start}, {"end", range.end}});
    if (!can_madv_lru_vma(k.vma(vma)))
        return Errno::Inval;
    return age(k, vma, range, Age::Cold);
}

Errno madvise_pageout(Context& k, VmaId vma, VirtRange range) {
    const auto scope = k.enter("madvise_pageout", {{"start", range.start}, {"end", range.end}});
    if (!can_madv_lru_vma(k.vma(vma)))
        return Errno::Inval;
    return age(k, vma, range, Age::PageOut);
}

} // namespace pfnscope::mm
