// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/vma.h"

#include "mm/fault.h"
#include "mm/huge_memory.h"

#include <set>

namespace pfnscope::mm {
namespace {

/// PAGE_NONE and PAGE_READONLY_EXEC; the other protections are these with R/W or NX.
constexpr Word kNone = bits::kA | bits::kProtnone;
constexpr Word kReadExec = bits::kP | bits::kUs | bits::kA;

/// is_mergeable_vma()
bool isMergeable(const Vma& a, const Vma& b) {
    return ((a.flags | b.flags) & vm::kSpecial) == 0 && a.flags == b.flags && a.file == b.file &&
           a.ops == b.ops && a.mm == b.mm && a.marked == b.marked;
}

/// list_is_singular(&vma->anon_vma_chain): it has pages of its own, and none from before a fork.
bool hasSingularChain(const Vma& vma) {
    return vma.anonVma && (*vma.anonVma & kForkedAnonVma) == 0;
}

/// is_mergeable_anon_vma(): may `mine` become a part of its neighbour? Before 6.16 a range with pages does
/// not join a neighbour that has none, though the other way about it does.
bool anonVmasFit(const Context& k, const Vma& mine, const Vma& neighbour) {
    if (mine.anonVma && neighbour.anonVma)
        return mine.anonVma == neighbour.anonVma;
    if (!mine.anonVma && !neighbour.anonVma)
        return true;
    return hasSingularChain(neighbour) || (k.config.version7 && hasSingularChain(mine));
}

/// are_anon_vmas_compatible(): of the two neighbours that a merge would make one.
bool anonVmasCompatible(const Vma& before, const Vma& after) {
    return !before.anonVma || !after.anonVma || before.anonVma == after.anonVma;
}

/// `b` follows `a` in memory and in the file.
bool follows(const Vma& a, const Vma& b) {
    return a.range.end == b.range.start && a.pgoff + a.range.size().pages() == b.pgoff && isMergeable(a, b);
}

struct Neighbours {
    std::optional<VmaId> before; ///< can be merged with
    std::optional<VmaId> after;
};

/// can_vma_merge_left(), can_vma_merge_right(): which of those beside it may `wanted` become one with?
Neighbours mergeableNeighbours(const Context& k, const Vma& wanted, std::optional<VmaId> before,
                               std::optional<VmaId> after) {
    if (before && !(follows(k.vma(*before), wanted) && anonVmasFit(k, wanted, k.vma(*before))))
        before.reset();
    if (after && !(follows(wanted, k.vma(*after)) && anonVmasFit(k, wanted, k.vma(*after)) &&
                   (!before || anonVmasCompatible(k.vma(*before), k.vma(*after)))))
        after.reset();
    return {before, after};
}

/// Moves the common boundary of two VMAs, of which one grows over a part of the other.
void moveBoundary(Context& k, VmaId lowId, VmaId highId, VirtAddr boundary) {
    vma_start_write(k, lowId);
    vma_start_write(k, highId);
    const FileLinkScope link(k, {lowId});
    Vma low = k.vma(lowId);
    Vma high = k.vma(highId);
    const bool lowGrows = boundary > low.range.end;
    vma_adjust_trans_huge(k, lowGrows ? highId : lowId, boundary, boundary);
    if (lowGrows)
        high.pgoff += (boundary - high.range.start).pages();
    else
        high.pgoff -= (high.range.start - boundary).pages();
    const auto anonVma = low.anonVma ? low.anonVma : high.anonVma;
    low.range.end = boundary;
    high.range.start = boundary;
    (lowGrows ? low : high).anonVma = anonVma;
    k.machine.put(lowId, std::move(low));
    k.machine.put(highId, std::move(high));
}

/// `into` takes over the range of `gone` beside it.
void absorb(Context& k, VmaId into, VmaId gone) {
    vma_start_write(k, into);
    vma_start_write(k, gone);
    const FileLinkScope link(k, {into});
    Vma vma = k.vma(into);
    const Vma other = k.vma(gone);
    if (other.range.start < vma.range.start) {
        vma.range.start = other.range.start;
        vma.pgoff = other.pgoff;
    } else {
        vma.range.end = other.range.end;
    }
    if (!vma.anonVma)
        vma.anonVma = other.anonVma;
    k.machine.put(gone, std::nullopt);
    k.machine.put(into, std::move(vma));
}

} // namespace

Word vm_get_page_prot(const Context& k, std::uint64_t flags) {
    if ((flags & vm::kAccess) == 0)
        return kNone;
    const Word nx = k.state().cpus.front().features.nx ? bits::kNx : 0;
    const Word protection = (flags & vm::kExec) != 0 ? kReadExec : kReadExec | nx;
    const bool writable = (flags & vm::kShared) != 0 && (flags & vm::kWrite) != 0;
    return writable ? protection | bits::kRw : protection;
}

bool vma_wants_writenotify(const Context& k, const Vma& vma, Word pageProt) {
    if ((vma.flags & (vm::kWrite | vm::kShared)) != (vm::kWrite | vm::kShared))
        return false;
    const machine::VmOps* ops = opsOf(k, vma);
    if (ops != nullptr && ops->pageMkwrite)
        return true;
    if (pageProt != pgprotModify(pageProt, vm_get_page_prot(k, vma.flags)))
        return false;
    return (vma.flags & vm::kPfnMap) == 0 && vma.file &&
           k.state().mappings.at(*vma.file).kind == machine::MappingKind::File;
}

void vma_set_page_prot(const Context& k, Vma& vma) {
    vma.pageProt = pgprotModify(vma.pageProt, vm_get_page_prot(k, vma.flags));
    if (vma_wants_writenotify(k, vma, vma.pageProt))
        vma.pageProt = pgprotModify(vma.pageProt, vm_get_page_prot(k, vma.flags & ~vm::kShared));
}

bool wantsWriteUpgrade(const Context& k, const Vma& vma) {
    if ((vma.flags & vm::kShared) != 0)
        return vma_wants_writenotify(k, vma, vma.pageProt);
    return (vma.flags & vm::kWrite) != 0;
}

VmaId newVmaId(Context& k) {
    machine::KernelGlobals globals = k.state().globals;
    const VmaId id(globals.nextVma++);
    k.machine.put(globals);
    return id;
}

void vma_start_write(Context& k, VmaId vma) {
    const LockId lock = vmaLock(vma);
    if (k.machine.holdsLock(lock, k.cpu))
        return;
    if (!k.machine.awaitLock(lock, LockMode::Write))
        throw TaskHung{};
    k.machine.takeLock(lock, LockMode::Write, k.cpu);
}

FileLinkScope::FileLinkScope(Context& k, const std::vector<VmaId>& vmas) {
    std::set<machine::MappingId> files;
    for (const VmaId id : vmas)
        if (k.vma(id).file)
            files.insert(*k.vma(id).file);
    for (const machine::MappingId file : files)
        locks_.emplace_back(k, iMmapRwsem(file));
}

std::optional<VmaId> vmaAt(const Context& k, MmId mm, VirtAddr at) {
    const auto found = k.state().findVma(mm, at);
    return found && k.vma(*found).range.contains(at) ? found : std::nullopt;
}

std::vector<VmaId> vmasIn(const Context& k, MmId mm, VirtRange range) {
    std::vector<VmaId> found;
    for (auto next = k.state().findVma(mm, range.start); next && k.vma(*next).range.start < range.end;
         next = k.state().findVma(mm, k.vma(*next).range.end))
        found.push_back(*next);
    return found;
}

std::optional<VmaId> vmaFrom(const Context& k, MmId mm, VirtAddr at) {
    return k.state().findVma(mm, at);
}

std::optional<VmaId> vmaBefore(const Context& k, MmId mm, VirtAddr at) {
    const auto& byStart = k.state().vmaByStart;
    auto next = byStart.lower_bound({mm, at});
    if (next == byStart.begin() || std::prev(next)->first.first != mm)
        return std::nullopt;
    return std::prev(next)->second;
}

VmaId __split_vma(Context& k, VmaId id, VirtAddr at, NewBelow newBelow) {
    const auto scope = k.enter("__split_vma", {{"addr", at}});
    const VmaId newId = newVmaId(k);
    vma_start_write(k, id);
    const FileLinkScope link(k, {id});
    vma_adjust_trans_huge(k, id, k.vma(id).range.start, at);
    Vma old = k.vma(id);
    Vma fresh = old;
    Vma& low = newBelow == NewBelow::Yes ? fresh : old;
    Vma& high = newBelow == NewBelow::Yes ? old : fresh;
    high.pgoff += (at - low.range.start).pages();
    low.range.end = at;
    high.range.start = at;
    k.machine.put(id, std::move(old));
    k.machine.put(newId, std::move(fresh));
    return newId;
}

VmaId vma_modify_flags(Context& k, VmaId id, VirtRange range, std::uint64_t flags) {
    const auto scope = k.enter("vma_modify_flags", {{"start", range.start}, {"end", range.end}});
    const Vma vma = k.vma(id);
    const bool fromStart = range.start == vma.range.start;
    const bool toEnd = range.end == vma.range.end;
    Vma asked = vma;
    asked.flags = flags;
    asked.pgoff += (range.start - vma.range.start).pages();
    asked.range = range;
    const auto [before, after] =
        mergeableNeighbours(k, asked, fromStart ? vmaBefore(k, vma.mm, vma.range.start) : std::nullopt,
                            toEnd ? vmaFrom(k, vma.mm, vma.range.end) : std::nullopt);
    const bool left = before.has_value();
    const bool right = after.has_value();
    if (left && !toEnd) {
        moveBoundary(k, *before, id, range.end);
        return *before;
    }
    if (right && !fromStart) {
        moveBoundary(k, id, *after, range.start);
        return *after;
    }
    if (left) {
        absorb(k, *before, id);
        if (right)
            absorb(k, *before, *after);
        return *before;
    }
    if (right) {
        absorb(k, *after, id);
        return *after;
    }
    if (!fromStart)
        __split_vma(k, id, range.start, NewBelow::Yes);
    if (!toEnd)
        __split_vma(k, id, range.end, NewBelow::No);
    return id;
}

std::optional<VmaId> vma_merge_new_range(Context& k, const Vma& wanted) {
    const auto [before, after] = mergeableNeighbours(k, wanted, vmaBefore(k, wanted.mm, wanted.range.start),
                                                     vmaFrom(k, wanted.mm, wanted.range.end));
    const bool left = before.has_value();
    const bool right = after.has_value();
    if (!left && !right)
        return std::nullopt;
    const VmaId into = left ? *before : *after;
    vma_start_write(k, into);
    if (left && right)
        vma_start_write(k, *after);
    const FileLinkScope link(k, {into});
    Vma vma = k.vma(into);
    if (left)
        vma.range.end = right ? k.vma(*after).range.end : wanted.range.end;
    else {
        vma.range.start = wanted.range.start;
        vma.pgoff = wanted.pgoff;
    }
    if (left && right) {
        if (!vma.anonVma)
            vma.anonVma = k.vma(*after).anonVma;
        k.machine.put(*after, std::nullopt);
    }
    k.machine.put(into, std::move(vma));
    return into;
}

} // namespace pfnscope::mm
