// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/file_fault.h"

/// mm/filemap.c: the page cache.
namespace pfnscope::mm {

/// The folio that holds page `index` of the file, or the first one behind it up to page `last`
/// (next_uptodate_folio()). No reference is taken.
std::optional<FolioId> nextFolio(const Context& k, machine::MappingId mapping, std::uint64_t index,
                                 std::uint64_t last);
/// filemap_get_folio(): the folio that holds page `index`, with a reference for the caller.
std::optional<FolioId> filemap_get_folio(Context& k, machine::MappingId mapping, std::uint64_t index);
/// filemap_add_folio(): the cache holds one reference a page.
void filemap_add_folio(Context& k, machine::MappingId mapping, FolioId folio, std::uint64_t index);
/// filemap_remove_folio(), and the cache's references are dropped.
void filemap_remove_folio(Context& k, machine::MappingId mapping, FolioId folio);

/// ->fault of a regular file: from the cache, or a page read into it (readahead is not modelled: it decides
/// how many pages are cached, not how they are mapped).
std::optional<FolioId> filemap_fault(Context& k, machine::MappingId mapping, std::uint64_t index);

/// ->map_pages: maps what is cached of file pages [first, last] around the fault, by a leaf if that is
/// possible. True if the page at the fault is mapped now.
bool filemap_map_pages(Context& k, FaultState& fault, std::uint64_t first, std::uint64_t last);

} // namespace pfnscope::mm
