// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/shmem.h"

#include "mm/filemap.h"

namespace pfnscope::mm {
namespace {

std::optional<FolioId> shmem_alloc_and_add_folio(Context& k, machine::MappingId mapping, VmaId vma,
                                                 std::uint64_t index) {
    const auto scope = k.enter("shmem_alloc_and_add_folio");
    const std::uint64_t pages = k.hpagePmdNr();
    const std::uint64_t head = index / pages * pages;
    const bool huge = k.config.transparentHugepage && (k.vma(vma).flags & vm::kNoHugePage) == 0 &&
                      !nextFolio(k, mapping, head, head + pages - 1);
    const auto order = static_cast<std::uint8_t>(k.geometry().bitsPerLevel);
    auto folio = huge ? allocFolio(k, FolioKind::Shmem, order) : std::nullopt;
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
