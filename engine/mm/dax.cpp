// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/dax.h"

#include "mm/file_fault.h"
#include "mm/huge_memory.h"
#include "mm/memory.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"

#include <algorithm>

namespace pfnscope::mm {
namespace {

/// Which 2 MiB of the file a page lies in.
std::uint64_t extentOf(const Context& k, std::uint64_t index) {
    return index / k.hpagePmdNr() * k.hpagePmdNr();
}

bool hasBlocks(const Context& k, machine::MappingId mapping, std::uint64_t extent) {
    const auto& extents = k.state().mappings.at(mapping).extents;
    return std::find(extents.begin(), extents.end(), extent) != extents.end();
}

/// iomap_begin() of a write: the blocks are allocated, and the zeros that readers of the hole see are
/// unmapped (dax_insert_entry()).
void allocateBlocks(Context& k, machine::MappingId id, std::uint64_t extent) {
    const auto scope = k.enter("dax_insert_entry");
    machine::Mapping mapping = k.state().mappings.at(id);
    mapping.extents.push_back(extent);
    k.machine.put(id, std::move(mapping));
    unmap_mapping_range(k, id, extent, extent + k.hpagePmdNr(), false);
}

/// dax_fault_check_fallback()
bool mustFallBack(const Context& k, const FaultState& fault) {
    const Vma& vma = k.vma(fault.vma);
    const bool cow = fault.write && (vma.flags & vm::kShared) == 0;
    return cow || !k.config.transparentHugepage || !thp_vma_suitable_pmd(k, vma, fault.address);
}

/// The huge page of zeros for a hole. In a DAX VMA it has no deposit, unless the architecture needs one.
FaultResult dax_pmd_load_hole(Context& k, FaultState& fault) {
    const auto scope = k.enter("dax_pmd_load_hole", {{"address", fault.address}});
    const auto zero = mm_get_huge_zero_folio(k, fault.mm);
    if (!zero)
        return vmfault::kFallback;
    std::optional<Pfn> table;
    if (k.config.archNeedsDeposit && !(table = allocTable(k, fault.mm, Level::Pte)))
        return vmfault::kOom;
    const LockScope lock(k, pmdLock(k, fault.mm, fault.pmd));
    if (!isNone(k.read(fault.pmd))) {
        if (table)
            freeTable(k, *table);
        return vmfault::kFallback;
    }
    if (table) {
        pgtable_trans_huge_deposit(k, fault.mm, fault.pmd, fault.address.alignedDown(k.pmdSize()), *table);
        countTable(k, fault.mm, 1);
    }
    const Word prot = k.vma(fault.vma).pageProt & ~bits::kRw; // a first write must fault
    const Word special = k.config.version7 ? bits::kSpecial : 0;
    k.write(fault.pmd, makeEntry(k.geometry(), Level::Pmd, k.folio(*zero).head, prot) | bits::kPse | special);
    return vmfault::kNoPage;
}

/// 7.x: the folio of a block. The file holds one reference for as long as it has the block.
FolioId dax_folio(Context& k, machine::MappingId mapping, std::uint64_t extent) {
    if (const auto known = k.state().folioOf(kPmemBase + extent))
        return *known;
    machine::KernelGlobals globals = k.state().globals;
    const FolioId id(globals.nextFolio++);
    k.machine.put(globals);
    machine::Folio folio;
    folio.kind = FolioKind::File;
    folio.head = kPmemBase + extent;
    folio.order = k.geometry().bitsPerLevel;
    folio.refcount = 1;
    folio.mapping = mapping;
    folio.index = extent;
    k.machine.put(id, folio);
    return id;
}

/// vmf_insert_pfn_pmd() of a frame with PFN_DEV and PFN_MAP: a devmap leaf, not a special one.
FaultResult insertDevmapLeaf(Context& k, FaultState& fault, std::uint64_t extent) {
    const auto scope = k.enter("vmf_insert_pfn_pmd", {{"address", fault.address}});
    const Vma& vma = k.vma(fault.vma);
    const LockScope lock(k, pmdLock(k, fault.mm, fault.pmd));
    if (isTable(k.read(fault.pmd)))
        return vmfault::kFallback;
    Word entry = hugeEntry(k, Level::Pmd, kPmemBase + extent, vma.pageProt) | bits::kDevmap;
    if (fault.write)
        entry = maybeMkwrite(vma, mkdirty(mkyoung(entry), k.config.softDirty));
    k.write(fault.pmd, entry);
    return vmfault::kNoPage;
}

FaultResult dax_iomap_pmd_fault(Context& k, FaultState& fault) {
    const auto scope = k.enter("dax_iomap_pmd_fault", {{"address", fault.address}});
    if (mustFallBack(k, fault))
        return vmfault::kFallback;
    const Vma& vma = k.vma(fault.vma);
    const std::uint64_t extent = extentOf(k, linearPageIndex(vma, fault.address));
    if (!hasBlocks(k, *vma.file, extent)) {
        if (!fault.write)
            return dax_pmd_load_hole(k, fault);
        allocateBlocks(k, *vma.file, extent);
    }
    if (!k.config.version7)
        return insertDevmapLeaf(k, fault, extent);
    if (isTable(k.read(fault.pmd)))
        return vmfault::kFallback;
    return vmf_insert_folio_pmd(k, fault, dax_folio(k, *vma.file, extent), fault.write);
}

/// vmf_insert_page_mkwrite() of 7.x: the page counts as a map of its folio.
void addPage(Context& k, const FaultState& fault, std::uint64_t index) {
    const std::uint64_t extent = extentOf(k, index);
    const FolioId folio = dax_folio(k, *k.vma(fault.vma).file, extent);
    folio_get_refs(k, folio, 1);
    folio_add_rmap(k, folio, {RmapLevel::Pte, static_cast<unsigned>(index - extent), 1});
    k.machine.moveCounter(fault.mm, mmCounter(k.folio(folio)), 1);
}

/// One page of the block; before 7.x vmf_insert_mixed().
FaultResult dax_iomap_pte_fault(Context& k, FaultState& fault) {
    const auto scope = k.enter("dax_iomap_pte_fault", {{"address", fault.address}});
    const Vma& vma = k.vma(fault.vma);
    const std::uint64_t index = linearPageIndex(vma, fault.address);
    if (!hasBlocks(k, *vma.file, extentOf(k, index)))
        allocateBlocks(k, *vma.file, extentOf(k, index));
    if (!pte_alloc(k, fault.mm, fault.pmd, fault.address))
        return vmfault::kOom;
    if (!isTable(k.read(fault.pmd))) // another fault has mapped a leaf
        return vmfault::kNoPage;
    const Entry pte = offsetBelow(k, fault.pmd, fault.address);
    const LockScope lock(k, pteLock(pte.table));
    const Word raw = k.config.version7 ? 0 : bits::kSpecial | bits::kDevmap;
    const Word entry = makeEntry(k.geometry(), Level::Pte, kPmemBase + index, vma.pageProt) | raw;
    if (k.config.version7)
        addPage(k, fault, index);
    const bool write = fault.write && (vma.flags & vm::kShared) != 0;
    k.write(pte, write ? maybeMkwrite(vma, mkdirty(mkyoung(entry), k.config.softDirty)) : entry);
    return vmfault::kNoPage;
}

} // namespace

FaultResult dax_iomap_fault(Context& k, FaultState& fault, Level level) {
    if (level == Level::Pmd)
        return dax_iomap_pmd_fault(k, fault);
    return level == Level::Pte ? dax_iomap_pte_fault(k, fault) : vmfault::kFallback;
}

} // namespace pfnscope::mm
