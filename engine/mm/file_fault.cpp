// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/file_fault.h"

#include "mm/dax.h"
#include "mm/filemap.h"
#include "mm/page_table.h"
#include "mm/pgtable_generic.h"
#include "mm/shmem.h"

#include <algorithm>

namespace pfnscope::mm {
namespace {

/// fault_around_pages: 64 KiB by default.
constexpr unsigned kFaultAroundPages = 16;

LockId folioLock(FolioId folio) {
    return {LockKind::FolioLock, folio.raw()};
}

/// vm_ops->fault of shmem and of regular files: the folio with a reference for the caller.
std::optional<FolioId> doFault(Context& k, const FaultState& fault) {
    const auto scope = k.enter("__do_fault", {{"address", fault.address}});
    const Vma& vma = k.vma(fault.vma);
    const std::uint64_t index = linearPageIndex(vma, fault.address);
    if (k.state().mappings.at(*vma.file).kind == machine::MappingKind::Shmem)
        return shmem_fault(k, fault.vma, index);
    return filemap_fault(k, *vma.file, index);
}

/// True if the page is mapped now.
bool do_fault_around(Context& k, FaultState& fault) {
    const auto scope = k.enter("do_fault_around", {{"address", fault.address}});
    const Vma& vma = k.vma(fault.vma);
    const unsigned entries = k.geometry().entriesPerTable();
    const unsigned window = std::min(kFaultAroundPages, entries);
    const unsigned slot = k.geometry().index(fault.address, Level::Pte);
    const std::uint64_t pageOfVma = (fault.address - vma.range.start).pages();
    const std::uint64_t before = std::min<std::uint64_t>(slot, pageOfVma);
    const std::uint64_t from = std::max<std::uint64_t>(slot / window * window, slot - before);
    const std::uint64_t to =
        std::min({from + window, std::uint64_t{entries}, slot + vma.range.size().pages() - pageOfVma}) - 1;
    if (isNone(k.read(fault.pmd))) {
        fault.preallocatedPte = allocTable(k, vma.mm, Level::Pte);
        if (!fault.preallocatedPte)
            return false;
    }
    const std::uint64_t index = linearPageIndex(vma, fault.address);
    return filemap_map_pages(k, fault, index + from - slot, index + to - slot);
}

/// Takes over the reference of the folio when it maps it.
FaultResult finish_fault(Context& k, FaultState& fault, FolioId folio) {
    const auto scope = k.enter("finish_fault", {{"address", fault.address}});
    const MmId mm = k.vma(fault.vma).mm;
    if (isNone(k.read(fault.pmd))) {
        if (k.folio(folio).order != 0 && do_set_pmd(k, fault, folio))
            return vmfault::kNone;
        if (fault.preallocatedPte)
            pmd_install(k, fault);
        else if (!pte_alloc(k, mm, fault.pmd, fault.address))
            return vmfault::kOom;
    }
    if (!isTable(k.read(fault.pmd))) { // pte_offset_map_lock() finds none: another fault has mapped a leaf
        folio_put_refs(k, folio, 1);
        return vmfault::kNone;
    }
    const Entry pte = offsetBelow(k, fault.pmd, fault.address);
    const LockScope lock(k, pteLock(pte.table));
    if (!isNone(k.read(pte))) {
        folio_put_refs(k, folio, 1);
        return vmfault::kNone;
    }
    const machine::Folio& page = k.folio(folio);
    const auto first =
        page.kind == FolioKind::Anon
            ? 0U
            : static_cast<unsigned>(linearPageIndex(k.vma(fault.vma), fault.address) - page.index);
    const Counter counter = mmCounter(page);
    set_pte_range(k, fault, folio, first, 1, fault.address);
    k.machine.moveCounter(mm, counter, 1);
    return vmfault::kNone;
}

FaultResult do_read_fault(Context& k, FaultState& fault) {
    const auto scope = k.enter("do_read_fault", {{"address", fault.address}});
    if (do_fault_around(k, fault))
        return vmfault::kNone;
    const auto folio = doFault(k, fault);
    if (!folio)
        return vmfault::kOom;
    const LockScope lock(k, folioLock(*folio));
    return finish_fault(k, fault, *folio);
}

FaultResult do_shared_fault(Context& k, FaultState& fault) {
    const auto scope = k.enter("do_shared_fault", {{"address", fault.address}});
    const auto folio = doFault(k, fault);
    if (!folio)
        return vmfault::kOom;
    const LockScope lock(k, folioLock(*folio));
    const FaultResult answer = finish_fault(k, fault, *folio);
    machine::Folio dirtied = k.folio(*folio); // fault_dirty_shared_page()
    dirtied.dirty = true;
    k.machine.put(*folio, std::move(dirtied));
    return answer;
}

FaultResult do_cow_fault(Context& k, FaultState& fault) {
    const auto scope = k.enter("do_cow_fault", {{"address", fault.address}});
    anon_vma_prepare(k, fault.vma);
    const auto copy = allocFolio(k, FolioKind::Anon, 0);
    if (!copy)
        return vmfault::kOom;
    const auto source = doFault(k, fault);
    if (!source) {
        folio_put_refs(k, *copy, 1);
        return vmfault::kOom;
    }
    const machine::Folio& page = k.folio(*source);
    const std::uint64_t index = linearPageIndex(k.vma(fault.vma), fault.address);
    copyPage(k, k.folio(*copy).head, page.head + (index - page.index));
    const FaultResult answer = finish_fault(k, fault, *copy);
    folio_put_refs(k, *source, 1);
    return answer;
}

} // namespace

bool thp_vma_suitable_pmd(const Context& k, const Vma& vma, VirtAddr at) {
    const VirtAddr start = at.alignedDown(k.pmdSize());
    const bool congruent =
        vmaIsAnonymous(vma) || ((vma.range.start.raw() >> kPageShift) - vma.pgoff) % k.hpagePmdNr() == 0;
    return congruent && vma.range.contains(VirtRange{start, start + k.pmdSize()});
}

bool do_set_pmd(Context& k, FaultState& fault, FolioId id) {
    const auto scope = k.enter("do_set_pmd", {{"address", fault.address}});
    const Vma& vma = k.vma(fault.vma);
    const machine::Folio& folio = k.folio(id);
    const VirtAddr start = fault.address.alignedDown(k.pmdSize());
    if (!k.config.transparentHugepage || (vma.flags & vm::kNoHugePage) != 0 ||
        !thp_vma_suitable_pmd(k, vma, fault.address) || (std::uint64_t{1} << folio.order) != k.hpagePmdNr())
        return false;
    const bool deposits = k.option.fileDeposit.holds(factsOf(k, vma));
    if (deposits && !fault.preallocatedPte && !(fault.preallocatedPte = allocTable(k, vma.mm, Level::Pte)))
        return false;
    const LockScope lock(k, pmdLock(k, vma.mm, fault.pmd));
    if (!isNone(k.read(fault.pmd)))
        return false;
    Word entry = makeEntry(k.geometry(), Level::Pmd, folio.head, vma.pageProt) | bits::kPse;
    if (fault.write)
        entry = maybeMkwrite(vma, mkdirty(entry));
    k.machine.moveCounter(vma.mm, mmCounter(folio), static_cast<std::int64_t>(k.hpagePmdNr()));
    folio_add_rmap(k, id, {RmapLevel::Pmd, 0, static_cast<unsigned>(k.hpagePmdNr())});
    if (deposits) {
        pgtable_trans_huge_deposit(k, vma.mm, fault.pmd, start, *fault.preallocatedPte);
        countTable(k, vma.mm, 1);
        fault.preallocatedPte.reset();
    }
    k.write(fault.pmd, entry);
    return true;
}

void pmd_install(Context& k, FaultState& fault) {
    const auto scope = k.enter("pmd_install", {{"address", fault.address}});
    const MmId mm = k.vma(fault.vma).mm;
    const LockScope lock(k, pmdLock(k, mm, fault.pmd));
    if (!isNone(k.read(fault.pmd)))
        return;
    countTable(k, mm, 1);
    populate(k, fault.pmd, fault.address, *fault.preallocatedPte);
    fault.preallocatedPte.reset();
}

void set_pte_range(Context& k, const FaultState& fault, FolioId id, unsigned first, unsigned count,
                   VirtAddr at) {
    const auto scope = k.enter("set_pte_range", {{"address", at}});
    const Vma& vma = k.vma(fault.vma);
    const machine::Folio& folio = k.folio(id);
    Word entry = makeEntry(k.geometry(), Level::Pte, folio.head + first, vma.pageProt);
    if (fault.write)
        entry = maybeMkwrite(vma, mkdirty(entry));
    const Entry pte = offsetBelow(k, fault.pmd, at);
    k.machine.fillEntries(pte.table, {static_cast<std::uint16_t>(pte.index),
                                      static_cast<std::uint16_t>(count), entry, kPageSize.raw()});
    if (folio.kind == FolioKind::Anon)
        folio_add_new_anon_rmap(k, id, {RmapLevel::Pte, first, count});
    else
        folio_add_rmap(k, id, {RmapLevel::Pte, first, count});
}

FaultResult do_file_fault(Context& k, FaultState& fault) {
    if (vmaIsDax(k, k.vma(fault.vma)))
        return dax_iomap_fault(k, fault, Level::Pte);
    const bool shared = (k.vma(fault.vma).flags & vm::kShared) != 0;
    const FaultResult answer = !fault.write ? do_read_fault(k, fault)
                               : shared     ? do_shared_fault(k, fault)
                                            : do_cow_fault(k, fault);
    if (fault.preallocatedPte) {
        freeTable(k, *fault.preallocatedPte);
        fault.preallocatedPte.reset();
    }
    return answer;
}

} // namespace pfnscope::mm
