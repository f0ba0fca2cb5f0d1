// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/filemap.h"

#include "mm/huge_memory.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"

#include <algorithm>

namespace pfnscope::mm {
namespace {

/// fault_around_bytes: 64 KiB.
constexpr std::uint64_t kFaultAroundPages = 16;

/// The folio of the page cache that holds file page `index`.
std::optional<FolioId> filemap_get_folio(const Context& k, const Vma& vma, std::uint64_t index) {
    const auto& folios = k.state().mappings.at(*vma.file).folios;
    auto above = folios.upper_bound(index);
    if (above == folios.begin())
        return std::nullopt;
    const auto& [start, id] = *std::prev(above);
    return index - start < (std::uint64_t{1} << k.folio(id).order) ? std::optional(id) : std::nullopt;
}

/// shmem_get_folio_gfp() on a tmpfs with huge=always, and reading in for other files: one page at a time.
std::optional<FolioId> addToCache(Context& k, const Vma& vma, std::uint64_t index) {
    const machine::MappingId mappingId = *vma.file;
    const bool shmem = k.state().mappings.at(mappingId).kind == machine::MappingKind::Shmem;
    const bool huge = shmem && k.config.transparentHugepage;
    const std::uint8_t order = huge ? k.geometry().bitsPerLevel : std::uint8_t{0};
    auto id = allocFolio(k, shmem ? FolioKind::Shmem : FolioKind::File, order);
    if (!id)
        return std::nullopt;
    machine::Folio folio = k.folio(*id);
    folio.mapping = mappingId;
    folio.index = index & ~((std::uint64_t{1} << order) - 1);
    folio.onLru = true;
    machine::Mapping mapping = k.state().mappings.at(mappingId);
    mapping.folios.emplace(folio.index, *id);
    k.machine.put(*id, std::move(folio)); // the reference of allocFolio() is the page cache's
    k.machine.put(mappingId, std::move(mapping));
    return id;
}

/// do_set_pmd(): a file's huge folio by one leaf.
bool do_set_pmd(Context& k, FaultState& fault, FolioId id) {
    const VirtAddr at = fault.address.alignedDown(k.pmdSize());
    const Vma& vma = k.vma(fault.vma);
    const machine::Folio& folio = k.folio(id);
    const bool fits = vma.range.contains(VirtRange{at, at + k.pmdSize()}) &&
                      folio.order == k.geometry().bitsPerLevel && linearPageIndex(vma, at) == folio.index;
    if (!fits || !isNone(k.read(fault.pmd)) || (vma.flags & vm::kNoHugePage) != 0)
        return false;
    const auto scope = k.enter("do_set_pmd", {{"haddr", at}});
    std::optional<Pfn> table;
    if (k.config.archNeedsDeposit) {
        table = allocTable(k, fault.mm, Level::Pte);
        if (!table)
            return false;
    }
    const LockScope lock(k, pmdLock(k, fault.mm, fault.pmd));
    Word entry = makeEntry(k.geometry(), Level::Pmd, folio.head, vma.pageProt) | bits::kPse;
    if (fault.write)
        entry = maybeMkwrite(vma, mkdirty(entry, k.config.softDirty));
    k.machine.moveCounter(fault.mm, mmCounter(folio), static_cast<std::int64_t>(k.hpagePmdNr()));
    folio_get_refs(k, id, 1);
    folio_add_rmap(k, id, {RmapLevel::Pmd, 0, static_cast<unsigned>(k.hpagePmdNr())});
    if (table) {
        pgtable_trans_huge_deposit(k, fault.mm, fault.pmd, at, *table);
        countTable(k, fault.mm, 1);
    }
    k.write(fault.pmd, entry);
    return true;
}

/// set_pte_range() for one page.
void setPte(Context& k, const FaultState& fault, const Entry& pte, FolioId id, std::uint64_t index,
            bool write) {
    const Vma& vma = k.vma(fault.vma);
    const machine::Folio& folio = k.folio(id);
    const auto page = static_cast<unsigned>(index - folio.index);
    Word entry = makeEntry(k.geometry(), Level::Pte, folio.head + page, vma.pageProt);
    if (write)
        entry = maybeMkwrite(vma, mkdirty(entry, k.config.softDirty));
    k.write(pte, entry);
    k.machine.moveCounter(fault.mm, mmCounter(folio), 1);
    folio_get_refs(k, id, 1);
    folio_add_rmap(k, id, {RmapLevel::Pte, page, 1});
}

/// do_fault_around(): the pages of the cache in an aligned window of 16, cut to the VMA and the table.
VirtRange aroundWindow(const Context& k, const FaultState& fault) {
    const Vma& vma = k.vma(fault.vma);
    const VirtAddr tableStart = fault.address.alignedDown(k.pmdSize());
    const std::uint64_t perTable = k.geometry().entriesPerTable();
    const std::uint64_t pages = std::min(kFaultAroundPages, perTable);
    const std::uint64_t pteOffset = (fault.address - tableStart).pages();
    const std::uint64_t vmaOffset = (fault.address - vma.range.start).pages();
    const std::uint64_t aligned = pteOffset & ~(pages - 1);
    const std::uint64_t from = std::max(aligned, pteOffset - std::min(pteOffset, vmaOffset));
    const std::uint64_t vmaEnd = pteOffset + (vma.range.end - fault.address).pages();
    const std::uint64_t to = std::min({from + pages, perTable, vmaEnd});
    return {tableStart + kPageSize * from, tableStart + kPageSize * to};
}

FaultResult filemap_map_pages(Context& k, FaultState& fault, VirtRange window) {
    const auto scope = k.enter("filemap_map_pages", {{"start", window.start}, {"end", window.end}});
    if (!pte_alloc(k, fault.mm, fault.pmd, fault.address))
        return vmfault::kOom;
    const Entry first = offsetBelow(k, fault.pmd, window.start);
    const LockScope lock(k, pteLock(first.table));
    FaultResult result = vmfault::kNone;
    for (VirtAddr at = window.start; at < window.end; at += kPageSize) {
        const Entry pte = offsetBelow(k, fault.pmd, at);
        const std::uint64_t index = linearPageIndex(k.vma(fault.vma), at);
        const auto id = filemap_get_folio(k, k.vma(fault.vma), index);
        if (!id || !isNone(k.read(pte)))
            continue;
        setPte(k, fault, pte, *id, index, false);
        if (at == fault.address)
            result = vmfault::kNoPage;
    }
    return result;
}

/// finish_fault(): the page, or its whole huge folio.
FaultResult finish_fault(Context& k, FaultState& fault, FolioId id) {
    if (do_set_pmd(k, fault, id))
        return vmfault::kNone;
    if (!pte_alloc(k, fault.mm, fault.pmd, fault.address))
        return vmfault::kOom;
    const Entry pte = offsetBelow(k, fault.pmd, fault.address);
    const LockScope lock(k, pteLock(pte.table));
    if (isNone(k.read(pte)))
        setPte(k, fault, pte, id, linearPageIndex(k.vma(fault.vma), fault.address), fault.write);
    return vmfault::kNone;
}

/// do_cow_fault(): a private map's write gets its own copy at once.
FaultResult do_cow_fault(Context& k, FaultState& fault, FolioId source) {
    const auto scope = k.enter("do_cow_fault", {{"address", fault.address}});
    vmfAnonPrepare(k, fault);
    const auto copy = allocFolio(k, FolioKind::Anon, 0);
    if (!copy)
        return vmfault::kOom;
    const std::uint64_t index = linearPageIndex(k.vma(fault.vma), fault.address);
    copyPage(k, k.folio(*copy).head, k.folio(source).head + (index - k.folio(source).index));
    if (!pte_alloc(k, fault.mm, fault.pmd, fault.address))
        return vmfault::kOom;
    const Entry pte = offsetBelow(k, fault.pmd, fault.address);
    const LockScope lock(k, pteLock(pte.table));
    const Vma& vma = k.vma(fault.vma);
    const Word entry = makeEntry(k.geometry(), Level::Pte, k.folio(*copy).head, vma.pageProt);
    k.machine.moveCounter(fault.mm, Counter::AnonPages, 1);
    folio_add_new_anon_rmap(k, *copy, {});
    k.write(pte, maybeMkwrite(vma, mkdirty(entry, k.config.softDirty)));
    return vmfault::kNone;
}

} // namespace

FaultResult do_file_fault(Context& k, FaultState& fault) {
    const std::uint64_t index = linearPageIndex(k.vma(fault.vma), fault.address);
    auto id = filemap_get_folio(k, k.vma(fault.vma), index);
    if (!fault.write && id) {
        if (do_set_pmd(k, fault, *id))
            return vmfault::kNoPage;
        const FaultResult result = filemap_map_pages(k, fault, aroundWindow(k, fault));
        if (result != vmfault::kNone)
            return result;
    }
    if (!id)
        id = addToCache(k, k.vma(fault.vma), index);
    if (!id)
        return vmfault::kOom;
    if (fault.write && !isMaybeShared(k.vma(fault.vma)))
        return do_cow_fault(k, fault, *id);
    return finish_fault(k, fault, *id);
}

} // namespace pfnscope::mm
