// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/context.h"

/// Folios with their reference counts and map counts (mm/rmap.c, mm/page_alloc.c), and anon_vma.
namespace pfnscope::mm {

using machine::FolioId;
using machine::FolioKind;

/// vma_alloc_folio() and its like: zeroed memory, refcount 1. Empty: no memory.
std::optional<FolioId> allocFolio(Context& k, FolioKind kind, std::uint8_t order);
/// folio_get() or folio_ref_add(), folio_put_refs(): at 0 the memory is freed.
void folio_get_refs(Context& k, FolioId folio, std::int32_t count);
void folio_put_refs(Context& k, FolioId folio, std::int32_t count);

enum class RmapLevel : std::uint8_t { Pte, Pmd };
/// Pages [first, first + count) of the folio are mapped by PTEs, or all by one PMD.
struct RmapPages {
    RmapLevel level = RmapLevel::Pte;
    unsigned first = 0;
    unsigned count = 1;
};
/// folio_add_anon_rmap_ptes(), folio_add_file_rmap_ptes(), folio_dup_...()
void folio_add_rmap(Context& k, FolioId folio, RmapPages pages);
/// folio_add_new_anon_rmap(): mapped once, exclusively, and on the LRU.
void folio_add_new_anon_rmap(Context& k, FolioId folio, RmapPages pages);
/// folio_remove_rmap_ptes(), folio_remove_rmap_pmd()
void folio_remove_rmap(Context& k, FolioId folio, RmapPages pages);
/// folio_mapcount(): PMD map and PTE maps together.
std::int32_t folio_mapcount(const machine::Folio& folio);
/// PageAnonExclusive() of page `index`; and setting it for a run of pages.
bool isAnonExclusive(const machine::Folio& folio, unsigned index);
void setAnonExclusive(Context& k, FolioId folio, RmapPages pages, bool exclusive);

/// Which counter a folio's pages are in: mm_counter().
Counter mmCounter(const machine::Folio& folio);

/// anon_vma_prepare()
void anon_vma_prepare(Context& k, VmaId vma);

/// clear_huge_page() is what allocation does; this is copy_user_highpage() and its kin: the words of `from`,
/// which may be a device's, go to RAM.
void copyPage(Context& k, Pfn to, Pfn from);
/// What a program reads at word `index` of `frame`: of a device page, its frame number.
Word contentOf(const Context& k, Pfn frame, unsigned index);

} // namespace pfnscope::mm
