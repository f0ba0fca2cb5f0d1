// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/rmap.h"

#include <numeric>

namespace pfnscope::mm {

std::optional<FolioId> allocFolio(Context& k, FolioKind kind, std::uint8_t order) {
    const auto head = k.machine.allocateFrames(order);
    if (!head) {
        k.happen(HappeningKind::AllocationFailed, {});
        return std::nullopt;
    }
    machine::KernelGlobals globals = k.state().globals;
    const FolioId id(globals.nextFolio++);
    k.machine.put(globals);
    machine::Folio folio;
    folio.kind = kind;
    folio.head = *head;
    folio.order = order;
    folio.refcount = 1;
    k.machine.put(id, folio);
    return id;
}

void folio_get_refs(Context& k, FolioId id, std::int32_t count) {
    machine::Folio folio = k.folio(id);
    folio.refcount += count;
    k.machine.put(id, std::move(folio));
}

void folio_put_refs(Context& k, FolioId id, std::int32_t count) {
    machine::Folio folio = k.folio(id);
    folio.refcount -= count;
    if (folio.refcount > 0) {
        k.machine.put(id, std::move(folio));
        return;
    }
    const Pfn head = folio.head;
    const std::uint8_t order = folio.order;
    k.machine.put(id, std::nullopt);
    k.machine.freeFrames(head, order);
}

void folio_add_rmap(Context& k, FolioId id, RmapPages pages) {
    machine::Folio folio = k.folio(id);
    if (pages.level == RmapLevel::Pmd) {
        ++folio.entireMapcount;
    } else {
        folio.pageMapcount.resize(std::size_t{1} << folio.order);
        for (unsigned i = pages.first; i < pages.first + pages.count; ++i)
            ++folio.pageMapcount[i];
    }
    k.machine.put(id, std::move(folio));
}

void folio_add_new_anon_rmap(Context& k, FolioId id, RmapPages pages) {
    machine::Folio folio = k.folio(id);
    if (pages.level == RmapLevel::Pmd)
        ++folio.entireMapcount;
    else
        folio.pageMapcount.assign(pages.count, 1);
    folio.anonExclusive.assign(1, true);
    folio.onLru = true;
    k.machine.put(id, std::move(folio));
}

void folio_remove_rmap(Context& k, FolioId id, RmapPages pages) {
    machine::Folio folio = k.folio(id);
    if (pages.level == RmapLevel::Pmd) {
        --folio.entireMapcount;
    } else {
        for (unsigned i = pages.first; i < pages.first + pages.count; ++i)
            --folio.pageMapcount.at(i);
    }
    k.machine.put(id, std::move(folio));
}

std::int32_t folio_mapcount(const machine::Folio& folio) {
    return std::accumulate(folio.pageMapcount.begin(), folio.pageMapcount.end(), folio.entireMapcount);
}

bool isAnonExclusive(const machine::Folio& folio, unsigned index) {
    if (folio.anonExclusive.empty())
        return false;
    return folio.anonExclusive[folio.anonExclusive.size() == 1 ? 0 : index];
}

void setAnonExclusive(Context& k, FolioId id, RmapPages pages, bool exclusive) {
    machine::Folio folio = k.folio(id);
    if (pages.level == RmapLevel::Pmd) {
        folio.anonExclusive.assign(1, exclusive);
    } else {
        const bool all = !folio.anonExclusive.empty() && folio.anonExclusive.front();
        const std::size_t pageCount = std::size_t{1} << folio.order;
        if (folio.anonExclusive.size() != pageCount)
            folio.anonExclusive.assign(pageCount, all);
        for (unsigned i = pages.first; i < pages.first + pages.count; ++i)
            folio.anonExclusive[i] = exclusive;
    }
    k.machine.put(id, std::move(folio));
}

Counter mmCounter(const machine::Folio& folio) {
    switch (folio.kind) {
    case FolioKind::Anon:
        return Counter::AnonPages;
    case FolioKind::Shmem:
        return Counter::ShmemPages;
    default:
        return Counter::FilePages;
    }
}

void anon_vma_prepare(Context& k, VmaId id) {
    Vma vma = k.vma(id);
    if (vma.anonVma)
        return;
    const auto scope = k.enter("__anon_vma_prepare");
    machine::KernelGlobals globals = k.state().globals;
    vma.anonVma = globals.nextAnonVma++;
    k.machine.put(globals);
    k.machine.put(id, std::move(vma));
}

Word contentOf(const Context& k, Pfn frame, unsigned index) {
    return k.isRam(frame) ? k.state().memory.read(frame, index) : (index == 0 ? frame.raw() : 0);
}

void copyPage(Context& k, Pfn to, Pfn from) {
    if (!k.isRam(from)) {
        k.machine.writeEntry(to, 0, contentOf(k, from, 0));
        return;
    }
    for (const machine::WordRun& run : machine::runsOf(k.state().memory.frame(from), 0, kWordsPerFrame))
        k.machine.fillEntries(to, run);
}

} // namespace pfnscope::mm
