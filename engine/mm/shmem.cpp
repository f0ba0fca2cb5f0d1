// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/shmem.h"

#include "mm/file_fault.h"
#include "mm/filemap.h"

namespace pfnscope::mm {
namespace {

/// shmem_allowable_huge_orders() with shmem_suitable_orders(): a huge folio must fit into the VMA at its
/// place, and no page of it may be in the cache.
bool mayBeHuge(const Context& k, machine::MappingId mapping, const Vma& vma, std::uint64_t index) {
    const std::uint64_t pages = k.hpagePmdNr();
    const std::uint64_t head = index / pages * pages;
    return k.config.transparentHugepage && (vma.flags & vm::kNoHugePage) == 0 &&
           thp_vma_suitable_pmd(k, vma, vma.range.start + kPageSize * (index - vma.pgoff)) &&
           !nextFolio(k, mapping, head, head + pages - 1);
}

std::optional<FolioId> shmem_alloc_and_add_folio(Context& k, machine::MappingId mapping, VmaId vma,
                                                 std::uint64_t index) {
    const auto scope = k.enter("shmem_alloc_and_add_folio");
    const std::uint64_t pages = k.hpagePmdNr();
    const std::uint64_t head = index / pages * pages;
    const auto order = static_cast<std::uint8_t>(k.geometry().bitsPerLevel);
    auto folio =
        mayBeHuge(k, mapping, k.vma(vma), index) ? allocFolio(k, FolioKind::Shmem, order) : std::nullopt;
    const bool gotHuge = folio.has_value();
    if (!folio)
        folio = allocFolio(k, FolioKind::Shmem, 0);
    if (folio)
        filemap_add_folio(k, mapping, *folio, gotHuge ? head : index);
    return folio;
}

} // namespace

std::optional<FolioId> shmem_get_folio(Context& k, machine::MappingId mapping, VmaId vma,
                                       std::uint64_t index) {
    const auto scope = k.enter("shmem_get_folio_gfp");
    if (const auto cached = filemap_get_folio(k, mapping, index))
        return cached;
    return shmem_alloc_and_add_folio(k, mapping, vma, index);
}

std::optional<FolioId> shmem_fault(Context& k, VmaId vma, std::uint64_t index) {
    const auto scope = k.enter("shmem_fault");
    return shmem_get_folio(k, *k.vma(vma).file, vma, index);
}

} // namespace pfnscope::mm
