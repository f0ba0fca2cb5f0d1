// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/filemap.h"

#include "mm/page_table.h"

#include <algorithm>

namespace pfnscope::mm {
namespace {

std::uint64_t pageCount(const machine::Folio& folio) {
    return std::uint64_t{1} << folio.order;
}

/// A leaf, if the slot is empty and the folio is large enough; else the slot gets its table. True if a leaf
/// is there.
bool filemap_map_pmd(Context& k, FaultState& fault, FolioId folio) {
    const auto scope = k.enter("filemap_map_pmd", {{"address", fault.address}});
    if (isLeaf(k.read(fault.pmd)))
        return true;
    if (!isNone(k.read(fault.pmd)))
        return false;
    if (k.folio(folio).order != 0) {
        folio_get_refs(k, folio, 1);
        if (do_set_pmd(k, fault, folio))
            return true;
        folio_put_refs(k, folio, 1);
    }
    if (fault.preallocatedPte)
        pmd_install(k, fault);
    return false;
}

/// filemap_map_folio_range(): the pages [first, first + count) of the folio from `at` on, where nothing is
/// mapped yet. Says how many it mapped.
unsigned mapFolioRange(Context& k, const FaultState& fault, FolioId folio, unsigned first, unsigned count,
                       VirtAddr at) {
    const auto scope = k.enter("filemap_map_folio_range", {{"address", at}});
    unsigned mapped = 0;
    for (unsigned i = 0; i < count;) {
        const Entry pte = offsetBelow(k, fault.pmd, at + kPageSize * i);
        unsigned run = 0;
        while (i + run < count && isNone(k.read({pte.table, pte.index + run, Level::Pte})))
            ++run;
        if (run != 0) {
            set_pte_range(k, fault, folio, first + i, run, at + kPageSize * i);
            folio_get_refs(k, folio, static_cast<std::int32_t>(run));
        }
        mapped += run;
        i += run + 1;
    }
    return mapped;
}

} // namespace

std::optional<FolioId> nextFolio(const Context& k, machine::MappingId mapping, std::uint64_t index,
                                 std::uint64_t last) {
    const auto& folios = k.state().mappings.at(mapping).folios;
    auto found = folios.upper_bound(index);
    if (found != folios.begin()) {
        const auto before = std::prev(found);
        if (before->first + pageCount(k.folio(before->second)) > index)
            found = before;
    }
    return found != folios.end() && found->first <= last ? std::optional(found->second) : std::nullopt;
}

std::optional<FolioId> filemap_get_folio(Context& k, machine::MappingId mapping, std::uint64_t index) {
    const auto folio = nextFolio(k, mapping, index, index);
    if (folio)
        folio_get_refs(k, *folio, 1);
    return folio;
}

void filemap_add_folio(Context& k, machine::MappingId mapping, FolioId id, std::uint64_t index) {
    const auto scope = k.enter("filemap_add_folio");
    machine::Folio folio = k.folio(id);
    folio.mapping = mapping;
    folio.index = index;
    folio.refcount += static_cast<std::int32_t>(pageCount(folio));
    folio.onLru = true;
    k.machine.put(id, std::move(folio));
    machine::Mapping cache = k.state().mappings.at(mapping);
    cache.folios[index] = id;
    k.machine.put(mapping, std::move(cache));
}

void filemap_remove_folio(Context& k, machine::MappingId mapping, FolioId id) {
    const auto scope = k.enter("filemap_remove_folio");
    machine::Mapping cache = k.state().mappings.at(mapping);
    cache.folios.erase(k.folio(id).index);
    k.machine.put(mapping, std::move(cache));
    machine::Folio folio = k.folio(id);
    folio.mapping.reset();
    k.machine.put(id, folio);
    folio_put_refs(k, id, static_cast<std::int32_t>(pageCount(folio)));
}

std::optional<FolioId> filemap_fault(Context& k, machine::MappingId mapping, std::uint64_t index) {
    const auto scope = k.enter("filemap_fault");
    if (const auto cached = filemap_get_folio(k, mapping, index))
        return cached;
    const auto made = allocFolio(k, FolioKind::File, 0);
    if (made)
        filemap_add_folio(k, mapping, *made, index);
    return made;
}

bool filemap_map_pages(Context& k, FaultState& fault, std::uint64_t first, std::uint64_t last) {
    const auto scope = k.enter("filemap_map_pages", {{"address", fault.address}});
    const Vma& vma = k.vma(fault.vma);
    const machine::MappingId mapping = *vma.file;
    auto folio = nextFolio(k, mapping, first, last);
    if (!folio)
        return false;
    if (filemap_map_pmd(k, fault, *folio))
        return true;
    if (!isTable(k.read(fault.pmd)))
        return false;
    const Entry pte = offsetBelow(k, fault.pmd, fault.address);
    const LockScope lock(k, pteLock(pte.table));
    const Counter counter = mmCounter(k.folio(*folio));
    std::int64_t mapped = 0;
    for (std::uint64_t index = first; folio; folio = nextFolio(k, mapping, index, last)) {
        const std::uint64_t head = k.folio(*folio).index;
        const std::uint64_t from = std::max(index, head);
        const std::uint64_t to = std::min(last + 1, head + pageCount(k.folio(*folio)));
        mapped +=
            mapFolioRange(k, fault, *folio, static_cast<unsigned>(from - head),
                          static_cast<unsigned>(to - from), vma.range.start + kPageSize * (from - vma.pgoff));
        index = to;
        if (index > last)
            break;
    }
    k.machine.moveCounter(vma.mm, counter, mapped);
    return !isNone(k.read(pte));
}

} // namespace pfnscope::mm
