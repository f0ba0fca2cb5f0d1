// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/huge_memory.h"
#include "mm/memory.h"
#include "mm/memtype.h"
#include "mm/pgtable_generic.h"
#include "mm/vma.h"

#include <functional>
#include <numeric>

namespace pfnscope::mm {
namespace {

/// One remap under way: what does not change from table to table.
struct Remap {
    VmaId vma;
    MmId mm;
    Word prot = 0;
    VirtAddr start;
    Pfn frame; ///< of `start`
    Pfn frameOf(VirtAddr at) const { return frame + (at - start).pages(); }
};

Errno remap_pte_range(Context& k, const Remap& remap, const Entry& pmd, VirtRange piece) {
    const auto scope = k.enter("remap_pte_range", {{"addr", piece.start}, {"end", piece.end}});
    if (!pte_alloc(k, remap.mm, pmd, piece.start))
        return Errno::NoMem;
    // pte_offset_map_lock() finds no PTEs under a leaf, which looks like a lack of memory.
    if (!isTable(k.read(pmd)))
        return Errno::NoMem;
    const Entry first = offsetBelow(k, pmd, piece.start);
    const auto count = static_cast<std::uint16_t>(piece.size().pages());
    const LockScope lock(k, pteLock(first.table));
    const auto words = k.state().memory.frame(first.table).subspan(first.index, count);
    const Word all = std::accumulate(words.begin(), words.end(), Word{0}, std::bit_or{});
    k.bugOn(!isNone(all), "BUG_ON(!pte_none(ptep_get(pte)))", piece.start);
    const Word prot = remap.prot | bits::kSpecial;
    const Word value = makeEntry(k.geometry(), Level::Pte, remap.frameOf(piece.start), prot);
    k.machine.fillEntries(first.table,
                          {static_cast<std::uint16_t>(first.index), count, value, runStep(prot)});
    return Errno::None;
}

enum class Leaf : std::uint8_t { Made, UsePtes, Failed };

/// A leaf taken for a table: the device's first frame is given to the page allocator, which has no struct
/// page for it.
[[noreturn]] void freeLeafAsTable(Context& k, Pfn frame) {
    const auto scope = k.enter("free_pages", {{"pfn", frame}});
    k.bugOn(k.config.debugVm, "VM_BUG_ON(!virt_addr_valid((void *)addr))");
    k.die("__free_pages", k.structPage(frame));
}

/// pmd_free_pte_page(): the helper for kernel maps, which frees a table without counting it.
void pmd_free_pte_page(Context& k, const Remap& remap, const Entry& pmd, VirtAddr at) {
    const auto scope = k.enter("pmd_free_pte_page", {{"addr", at}});
    const Word value = k.read(pmd);
    k.write(pmd, 0);
    flushTlbRange(k, remap.mm, {at, at + kPageSize}, kPageSize);
    if (!isTable(value))
        freeLeafAsTable(k, entryPfn(k.geometry(), Level::Pmd, value));
    const Pfn table = entryPfn(k.geometry(), Level::Pte, value);
    unlinkTable(k, table);
    freeTable(k, table);
}

/// Is the place free for a leaf, or made free?
bool makeRoom(Context& k, const Remap& remap, const Entry& pmd, VirtAddr at) {
    const Word value = k.read(pmd);
    if (isNone(value))
        return true;
    if (k.option.remapOverTable == option::OverTable::Ptes || !pmdPresent(value))
        return false;
    pmd_free_pte_page(k, remap, pmd, at);
    return true;
}

void depositForRemap(Context& k, const Remap& remap, const Entry& pmd, VirtAddr at, Pfn table) {
    pgtable_trans_huge_deposit(k, remap.mm, pmd, at, table);
    countTable(k, remap.mm, 1);
}

/// The leaf and its deposit in the option's order.
void setLeaf(Context& k, const Remap& remap, const Entry& pmd, VirtAddr at, std::optional<Pfn> table) {
    Word entry = hugeEntry(k, Level::Pmd, remap.frameOf(at), remap.prot) | bits::kSpecial;
    if (table && k.option.leafMark.holds(factsOf(k, k.vma(remap.vma))))
        entry |= bits::kMarked;
    using option::RemapOrder;
    const RemapOrder order = k.option.remapOrder;
    const bool depositFirst =
        order == RemapOrder::DepositFirstLocked || order == RemapOrder::DepositFirstUnlocked;
    if (table && depositFirst)
        depositForRemap(k, remap, pmd, at, *table);
    k.write(pmd, entry);
    if (table && !depositFirst)
        depositForRemap(k, remap, pmd, at, *table);
}

/// remap_try_huge_pmd(): a leaf for a whole, aligned, congruent PMD, if the option wants one.
Leaf remap_try_huge_pmd(Context& k, const Remap& remap, const Entry& pmd, VirtRange piece) {
    const Pfn frame = remap.frameOf(piece.start);
    if (piece.size() != k.pmdSize() || !frame.isAligned(k.hpagePmdNr()))
        return Leaf::UsePtes;
    const option::Facts facts = factsOf(k, k.vma(remap.vma));
    if (!k.option.remapHuge.holds(facts))
        return Leaf::UsePtes;
    const auto scope = k.enter("remap_try_huge_pmd", {{"addr", piece.start}, {"pfn", frame}});
    if (!makeRoom(k, remap, pmd, piece.start))
        return Leaf::UsePtes;
    std::optional<Pfn> table;
    if (k.option.remapDeposit.holds(facts)) {
        table = allocTable(k, remap.mm, Level::Pte);
        if (!table && k.option.remapNoTable != option::NoTable::LeafWithoutDeposit)
            return k.option.remapNoTable == option::NoTable::Fail ? Leaf::Failed : Leaf::UsePtes;
    }
    using option::RemapOrder;
    const bool locked = k.option.remapOrder == RemapOrder::DepositFirstLocked ||
                        k.option.remapOrder == RemapOrder::LeafFirstLocked;
    std::optional<LockScope> lock;
    if (locked)
        lock.emplace(k, pmdLock(k, remap.mm, pmd));
    setLeaf(k, remap, pmd, piece.start, table);
    return Leaf::Made;
}

Errno remap_pmd_range(Context& k, const Remap& remap, const Entry& pud, VirtRange range) {
    const auto scope = k.enter("remap_pmd_range", {{"addr", range.start}, {"end", range.end}});
    k.vmBugOn(pmdTransHuge(k.read(offsetBelow(k, pud, range.start))), "VM_BUG_ON(pmd_trans_huge(*pmd))",
              range.start); // the first one alone: below a later leaf pte_offset_map_lock() finds no PTEs
    for (VirtAddr at = range.start; at < range.end;) {
        const VirtAddr next = addrEnd(k, at, range.end, Level::Pmd);
        const Entry pmd = offsetBelow(k, pud, at);
        const Leaf leaf = remap_try_huge_pmd(k, remap, pmd, {at, next});
        if (leaf == Leaf::Failed)
            return Errno::NoMem;
        if (leaf == Leaf::UsePtes)
            if (const Errno error = remap_pte_range(k, remap, pmd, {at, next}); error != Errno::None)
                return error;
        at = next;
    }
    return Errno::None;
}

Errno remapTables(Context& k, const Remap& remap, VirtRange range) {
    for (VirtAddr at = range.start; at < range.end;) {
        const VirtAddr next = addrEnd(k, at, range.end, Level::Pud);
        if (!allocDown(k, remap.mm, at, Level::Pmd))
            return Errno::NoMem;
        const Entry pud = *lookup(k, remap.mm, at, Level::Pud);
        // Nothing looks whether the PUD is a leaf: its frames are read as a PMD table, through a direct map
        // that does not reach them.
        if (isLeaf(k.read(pud)))
            k.die(k.currentFunction(), k.directMap(entryPfn(k.geometry(), Level::Pud, k.read(pud))));
        if (const Errno error = remap_pmd_range(k, remap, pud, {at, next}); error != Errno::None)
            return error;
        at = next;
    }
    return Errno::None;
}

/// What remap_pfn_range() makes of the VMA. EINVAL: only a part of a private map.
Errno setVmaFlags(Context& k, VmaId id, VirtRange range, Pfn frame) {
    vma_start_write(k, id); // vm_flags_set()
    Vma vma = k.vma(id);
    if (vm::isCow(vma.flags)) {
        if (range != vma.range)
            return Errno::Inval;
        vma.pgoff = frame.raw();
    }
    vma.flags |= vm::kIo | vm::kPfnMap | vm::kDontExpand | vm::kDontDump;
    vma.marked = vma.marked || k.option.remapMark.holds(factsOf(k, vma));
    k.machine.put(id, std::move(vma));
    return Errno::None;
}

Errno remap_pfn_range_internal(Context& k, VmaId id, VirtRange range, Pfn frame, Word prot) {
    const auto scope = k.enter("remap_pfn_range_internal", {{"addr", range.start}, {"pfn", frame}});
    Vma asked = k.vma(id);
    asked.flags |= vm::kIo | vm::kPfnMap | vm::kDontExpand | vm::kDontDump;
    if (k.option.remapRefuse.holds(factsOf(k, asked))) {
        k.warn("WARN_ON_ONCE: a VMA that the option refuses", range.start);
        k.happen(HappeningKind::Refused, asked.mm, range.start, 0, 0, "remap.refuse");
        return Errno::Inval;
    }
    if (const Errno error = setVmaFlags(k, id, range, frame); error != Errno::None)
        return error;
    return remapTables(k, {id, k.vma(id).mm, prot, range.start, frame}, range);
}

} // namespace

Errno remap_pfn_range(Context& k, VmaId id, VirtAddr at, Pfn frame, Bytes size, Word prot) {
    const auto scope = k.enter("remap_pfn_range", {{"addr", at}, {"pfn", frame}, {"size", size}});
    const VirtRange range{at, (at + size).alignedUp(kPageSize)};
    if (track_pfn_remap(k, id, prot, frame, at, range.size()) != Errno::None)
        return Errno::Inval;
    const Errno error = remap_pfn_range_internal(k, id, range, frame, prot);
    if (error != Errno::None) {
        // remap_pfn_range_notrack(): nothing of a failed remap stays, and nothing of what was there before.
        zap_page_range_single(k, id, range);
        untrack_pfn(k, id, frame, range.size());
    }
    return error;
}

} // namespace pfnscope::mm
