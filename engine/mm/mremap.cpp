// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/huge_memory.h"
#include "mm/memtype.h"
#include "mm/pgtable_generic.h"
#include "mm/syscalls.h"
#include "mm/vma.h"

#include <algorithm>

namespace pfnscope::mm {
namespace {

struct Move {
    VmaId from;
    VmaId to;
    MmId mm;
};

/// get_extent(): how far the next step may go without leaving an entry of `level`, on either side.
Bytes extent(const Context& k, Level level, VirtAddr from, VirtAddr end, VirtAddr to) {
    const Bytes span = k.geometry().entrySpan(level);
    const Bytes here = std::min(from.alignedDown(span) + span - from, end - from);
    return std::min(here, to.alignedDown(span) + span - to);
}

/// move_normal_pmd(), move_normal_pud(): the table changes its place with all it holds; a PMD table takes its
/// deposits along.
bool moveTable(Context& k, const Move& move, VirtAddr from, VirtAddr to, const Entry& old,
               const Entry& fresh) {
    const auto scope = k.enter(old.level == Level::Pmd ? "move_normal_pmd" : "move_normal_pud",
                               {{"old_addr", from}, {"new_addr", to}});
    if (!isNone(k.read(fresh))) {
        k.warn("WARN_ON_ONCE(!pmd_none(*new_pmd))", to);
        return false;
    }
    const FileLinkScope rmapLocks(k, {move.from}); // take_rmap_locks()
    const LockId oldLock = old.level == Level::Pmd ? pmdLock(k, move.mm, old) : pudLock(move.mm);
    const LockId newLock = old.level == Level::Pmd ? pmdLock(k, move.mm, fresh) : pudLock(move.mm);
    const LockScope first(k, oldLock);
    std::optional<LockScope> second;
    if (newLock != oldLock)
        second.emplace(k, newLock);
    const Pfn table = entryPfn(k.geometry(), Level::Pte, k.read(old));
    k.write(old, 0);
    populate(k, fresh, to, table);
    const Bytes span = k.geometry().entrySpan(old.level);
    flushTlbRange(k, move.mm, {from, from + span}, old.level == Level::Pmd ? kPageSize : k.pmdSize());
    return true;
}

void move_ptes(Context& k, const Move& move, const Entry& oldPmd, const Entry& newPmd, VirtRange piece,
               VirtAddr to) {
    const auto scope = k.enter("move_ptes", {{"old_addr", piece.start}, {"new_addr", to}});
    const Entry old = offsetBelow(k, oldPmd, piece.start);
    const Entry fresh = offsetBelow(k, newPmd, to);
    const auto count = static_cast<std::uint16_t>(piece.size().pages());
    const LockScope first(k, pteLock(old.table));
    std::optional<LockScope> second;
    if (fresh.table != old.table)
        second.emplace(k, pteLock(fresh.table));
    std::array<Word, kWordsPerFrame> values{};
    bool present = false;
    for (unsigned i = 0; i < count; ++i) {
        const Word pte = k.read({old.table, old.index + i, Level::Pte});
        if (isNone(pte))
            continue;
        present = present || ptePresent(pte);
        values[fresh.index + i] = k.config.softDirty && ptePresent(pte) ? pte | bits::kSoftDirty : pte;
    }
    k.machine.fillEntries(old.table, {static_cast<std::uint16_t>(old.index), count, 0, 0});
    for (const machine::WordRun& run :
         machine::runsOf(hw::PhysicalMemory::ConstFrame(values), fresh.index, count))
        k.machine.fillEntries(fresh.table, run);
    if (present)
        flushTlbRange(k, move.mm, piece, kPageSize);
}

enum class Step : std::uint8_t { Done, NoMemory };

/// One PMD's worth.
Step movePmd(Context& k, const Move& move, const Entry& oldPmd, VirtRange piece, VirtAddr to) {
    const auto newPmd = allocDown(k, move.mm, to, Level::Pmd);
    if (!newPmd)
        return Step::NoMemory;
    const Word value = k.read(oldPmd);
    const bool whole = piece.size() == k.pmdSize();
    if (isSwapPmd(value) || pmdTransHuge(value)) {
        if (whole && move_huge_pmd(k, move.from, piece.start, to, oldPmd, *newPmd))
            return Step::Done;
        __split_huge_pmd(k, move.from, oldPmd, piece.start);
    } else if (whole && isTable(value)) {
        if (moveTable(k, move, piece.start, to, oldPmd, *newPmd))
            return Step::Done;
    }
    if (isNone(k.read(oldPmd)))
        return Step::Done;
    if (!pte_alloc(k, move.mm, *newPmd, to))
        return Step::NoMemory;
    move_ptes(k, move, oldPmd, *newPmd, piece, to);
    return Step::Done;
}

/// get_old_pud(): a leaf is "bad", and is cleared.
std::optional<Entry> oldPud(Context& k, MmId mm, VirtAddr at) {
    const auto pud = lookup(k, mm, at, Level::Pud);
    if (!pud || isNone(k.read(*pud)))
        return std::nullopt;
    if (isTable(k.read(*pud)))
        return pud;
    clearBad(k, *pud, at, "pud_clear_bad");
    return std::nullopt;
}

/// One step at `from`: what was done, or how far there was nothing to do.
std::optional<Bytes> moveStep(Context& k, const Move& move, VirtAddr from, VirtAddr end, VirtAddr to) {
    const Bytes pudExtent = extent(k, Level::Pud, from, end, to);
    const auto pud = oldPud(k, move.mm, from);
    if (!pud)
        return pudExtent;
    const auto newPud = allocDown(k, move.mm, to, Level::Pud);
    if (!newPud)
        return std::nullopt;
    if (pudExtent == k.pudSize() && moveTable(k, move, from, to, *pud, *newPud))
        return pudExtent;
    const Bytes pmdExtent = extent(k, Level::Pmd, from, end, to);
    const Entry pmd = offsetBelow(k, *pud, from);
    if (isNone(k.read(pmd)))
        return pmdExtent;
    if (movePmd(k, move, pmd, {from, from + pmdExtent}, to) == Step::NoMemory)
        return std::nullopt;
    return pmdExtent;
}

/// can_align_down(): nothing else of the process lies in the PMD below the start of the VMA.
bool canAlignDown(const Context& k, const Vma& vma, VirtAddr at) {
    return vma.range.start == at && vmasIn(k, vma.mm, {at.alignedDown(k.pmdSize()), at}).empty();
}

/// Returns how much was moved.
Bytes move_page_tables(Context& k, const Move& move, VirtAddr from, VirtAddr to, Bytes size) {
    const auto scope = k.enter("move_page_tables", {{"old_addr", from}, {"new_addr", to}, {"len", size}});
    const VirtAddr end = from + size;
    const VirtAddr asked = from;
    const Bytes offset = from.offsetIn(k.pmdSize());
    // try_realign_addr(): whole tables can be moved when both sides begin alike.
    if (!offset.isZero() && size >= k.pmdSize() - offset && to.offsetIn(k.pmdSize()) == offset &&
        canAlignDown(k, k.vma(move.from), from) && canAlignDown(k, k.vma(move.to), to)) {
        from = from - offset;
        to = to - offset;
    }
    const NotifierRange notifier(k, move.mm, {from, end});
    while (from < end) {
        const auto step = moveStep(k, move, from, end, to);
        if (!step)
            break;
        from += *step;
        to += *step;
    }
    return from > asked ? from - asked : Bytes(0);
}

/// copy_vma(): the VMA of the new place.
VmaId copy_vma(Context& k, VmaId source, VirtRange range, std::uint64_t pgoff) {
    const auto scope = k.enter("copy_vma", {{"addr", range.start}, {"len", range.size()}});
    Vma vma = k.vma(source);
    if (vmaIsAnonymous(vma) && !vma.anonVma)
        pgoff = range.start.raw() >> kPageShift; // never faulted in: the offset is still free to choose
    vma.range = range;
    vma.pgoff = pgoff;
    if (const auto merged = vma_merge_new_range(k, vma))
        return *merged;
    const VmaId id = newVmaId(k);
    const FileLinkScope link(k, {source});
    k.machine.put(id, std::move(vma));
    vma_start_write(k, id);
    return id;
}

void addTotalVm(Context& k, MmId id, Bytes size) {
    machine::Mm mm = k.mm(id);
    mm.totalVm += size.pages();
    k.machine.put(id, mm);
}

Errno move_vma(Context& k, VmaId id, VirtRange old, VirtRange fresh, bool dontUnmap) {
    const auto scope = k.enter("move_vma", {{"old_addr", old.start}, {"new_addr", fresh.start}});
    const MmId mm = k.vma(id).mm;
    vma_start_write(k, id);
    const std::uint64_t pgoff = k.vma(id).pgoff + (old.start - k.vma(id).range.start).pages();
    const VmaId copy = copy_vma(k, id, fresh, pgoff);
    if (k.state().vmas.count(id) == 0)
        id = copy; // the new place lay beside the old, and one VMA has become of both
    addTotalVm(k, mm, fresh.size());
    const Bytes moved = move_page_tables(k, {id, copy, mm}, old.start, fresh.start, old.size());
    const bool failed = moved < old.size();
    if (failed)
        move_page_tables(k, {copy, id, mm}, fresh.start, old.start, moved);
    const VmaId stale = failed ? copy : id;
    if ((k.vma(stale).flags & vm::kPfnMap) != 0)
        untrack_pfn_clear(k, stale);
    if (failed || !dontUnmap)
        do_vmi_align_munmap(k, mm, failed ? fresh : old);
    return failed ? Errno::NoMem : Errno::None;
}

/// vma_to_resize()
Errno mayResize(const Context& k, std::optional<VmaId> id, const Mremap& op, Bytes oldSize) {
    if (!id)
        return Errno::Fault;
    const Vma& vma = k.vma(*id);
    if (oldSize.isZero() && !(vma.flags & (vm::kShared | vm::kMayShare)))
        return Errno::Inval;
    if (op.dontUnmap && (vma.flags & (vm::kDontExpand | vm::kPfnMap)) != 0)
        return Errno::Inval;
    if (oldSize > vma.range.end - op.at)
        return Errno::Fault;
    if (op.newSize == oldSize)
        return Errno::None;
    return (vma.flags & (vm::kDontExpand | vm::kPfnMap)) != 0 ? Errno::Fault : Errno::None;
}

/// Room for a grown map: above everything there is.
VirtAddr roomFor(const Context& k, MmId mm) {
    const auto vmas = k.state().vmasOf(mm);
    return k.vma(vmas.back()).range.end.alignedUp(k.pmdSize());
}

/// mremap_to(): MREMAP_FIXED.
void mremap_to(Context& k, const Mremap& op) {
    const auto scope = k.enter("mremap_to", {{"new_addr", *op.to}});
    const VirtRange fresh{*op.to, *op.to + op.newSize};
    const VirtAddr top(std::uint64_t{1} << (k.geometry().addressBits() - 1));
    if (!op.to->isAligned(kPageSize) || fresh.end > top || fresh.end < fresh.start ||
        fresh.overlaps({op.at, op.at + op.oldSize})) {
        k.outcome.error = Errno::Inval;
        return;
    }
    do_vmi_align_munmap(k, k.currentMm(), fresh);
    Bytes oldSize = op.oldSize;
    if (oldSize > op.newSize) {
        do_vmi_align_munmap(k, k.currentMm(), {op.at + op.newSize, op.at + oldSize});
        oldSize = op.newSize;
    }
    const auto id = vmaAt(k, k.currentMm(), op.at);
    k.outcome.error = mayResize(k, id, op, oldSize);
    if (k.outcome.error != Errno::None)
        return;
    k.outcome.error = move_vma(k, *id, {op.at, op.at + oldSize}, fresh, op.dontUnmap);
    if (k.outcome.error == Errno::None)
        k.outcome.value = op.to->raw();
}

/// Grows where it stands, and becomes one with the VMA that it then touches, if the two are alike.
void vma_merge_extend(Context& k, VmaId id, VirtAddr end) {
    const auto scope = k.enter("vma_merge_extend", {{"end", end}});
    Vma delta = k.vma(id);
    delta.pgoff += delta.range.size().pages();
    delta.range = {delta.range.end, end};
    addTotalVm(k, delta.mm, delta.range.size());
    vma_merge_new_range(k, delta);
}

void grow(Context& k, VmaId id, const Mremap& op) {
    const Vma& vma = k.vma(id);
    const VirtRange wanted{op.at, op.at + op.newSize};
    if (vma.range.end == op.at + op.oldSize && vmasIn(k, vma.mm, {vma.range.end, wanted.end}).empty()) {
        vma_merge_extend(k, id, wanted.end);
        k.outcome.value = op.at.raw();
        return;
    }
    const VirtAddr room = roomFor(k, vma.mm);
    k.outcome.error = move_vma(k, id, {op.at, op.at + op.oldSize}, {room, room + op.newSize}, false);
    if (k.outcome.error == Errno::None)
        k.outcome.value = room.raw();
}

} // namespace

void sysMremap(Context& k, const Mremap& asked) {
    const auto scope = k.enter("__do_sys_mremap",
                               {{"addr", asked.at}, {"old_len", asked.oldSize}, {"new_len", asked.newSize}});
    Mremap op = asked;
    op.oldSize = Bytes((asked.oldSize.raw() + kPageSize.raw() - 1) & ~(kPageSize.raw() - 1));
    op.newSize = Bytes((asked.newSize.raw() + kPageSize.raw() - 1) & ~(kPageSize.raw() - 1));
    if (!op.at.isAligned(kPageSize) || op.newSize.isZero()) {
        k.outcome.error = Errno::Inval;
        return;
    }
    const LockScope lock(k, mmapLock(k.currentMm()));
    const auto id = vmaAt(k, k.currentMm(), op.at);
    if (!id) {
        k.outcome.error = Errno::Fault;
        return;
    }
    if (op.to) {
        mremap_to(k, op);
        return;
    }
    if (op.oldSize >= op.newSize) {
        if (op.oldSize > op.newSize)
            do_vmi_align_munmap(k, k.currentMm(), {op.at + op.newSize, op.at + op.oldSize});
        k.outcome.value = op.at.raw();
        return;
    }
    k.outcome.error = mayResize(k, id, op, op.oldSize);
    if (k.outcome.error == Errno::None)
        grow(k, *id, op);
}

} // namespace pfnscope::mm
