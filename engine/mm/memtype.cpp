// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/memtype.h"

#include "mm/page_table.h"

#include <algorithm>

namespace pfnscope::mm {
namespace {

constexpr Word kWriteBack = 0;
constexpr Word kWriteCombining = bits::kPwt;
constexpr Word kUncachedMinus = bits::kPcd;
constexpr Word kUncached = bits::kPwt | bits::kPcd;
constexpr Word kWriteProtect = bits::kPat | bits::kPwt;
constexpr Word kWriteThrough = bits::kPat | bits::kPwt | bits::kPcd;

using machine::Memtype;

bool overlaps(const Memtype& type, PhysAddr start, PhysAddr end) {
    return type.start < end && start < type.end;
}

Word lookup_memtype(const Context& k, Pfn frame) {
    if (k.isRam(frame))
        return kWriteBack;
    const PhysAddr at(frame);
    for (const Memtype& type : k.state().globals.memtypes)
        if (overlaps(type, at, at + kPageSize))
            return type.cacheBits;
    return kUncachedMinus;
}

/// is_new_memtype_allowed(): a request for an uncached type is not answered with a cached one.
bool isNewTypeAllowed(Word wanted, Word got) {
    const bool toCached = got == kWriteBack;
    if (wanted == kUncachedMinus || wanted == kUncached || wanted == kWriteCombining)
        return !toCached;
    return !(wanted == kWriteThrough && (toCached || got == kWriteCombining));
}

/// memtype_check_insert(): an overlap imposes its type, two different ones are a conflict.
std::optional<Word> memtype_reserve(Context& k, PhysAddr start, PhysAddr end, Word wanted) {
    machine::KernelGlobals globals = k.state().globals;
    std::optional<Word> found;
    for (const Memtype& type : globals.memtypes) {
        if (!overlaps(type, start, end))
            continue;
        if (found && *found != type.cacheBits)
            return std::nullopt;
        found = type.cacheBits;
    }
    const Word type = found.value_or(wanted);
    globals.memtypes.push_back({start, end, type});
    k.machine.put(globals);
    return type;
}

/// memtype_erase(): the exact range, else one that ends where this does is cut; else a complaint.
void memtype_free(Context& k, PhysAddr start, PhysAddr end) {
    machine::KernelGlobals globals = k.state().globals;
    auto& types = globals.memtypes;
    const auto exact = std::find_if(types.begin(), types.end(),
                                    [&](const Memtype& t) { return t.start == start && t.end == end; });
    const auto sameEnd = std::find_if(types.begin(), types.end(),
                                      [&](const Memtype& t) { return t.start < start && t.end == end; });
    if (exact != types.end()) {
        types.erase(exact);
    } else if (sameEnd != types.end()) {
        sameEnd->end = start;
    } else {
        k.message("x86/PAT: freeing invalid memtype");
        return;
    }
    k.machine.put(globals);
}

enum class Strict : bool { No, Yes };

/// reserve_pfn_range()
Errno reserve(Context& k, Pfn frame, Bytes size, Word& prot, Strict strict) {
    const Word wanted = prot & bits::kCache;
    if (k.isRam(frame)) {
        prot = (prot & ~bits::kCache) | lookup_memtype(k, frame);
        return Errno::None;
    }
    const PhysAddr start(frame);
    const auto got = memtype_reserve(k, start, start + size, wanted);
    if (!got)
        return Errno::Busy;
    if (*got != wanted) {
        if (strict == Strict::Yes || !isNewTypeAllowed(wanted, *got)) {
            memtype_free(k, start, start + size);
            return Errno::Inval;
        }
        prot = (prot & ~bits::kCache) | *got;
    }
    return Errno::None;
}

void freeRange(Context& k, Pfn frame, Bytes size) {
    if (!k.isRam(frame))
        memtype_free(k, PhysAddr(frame), PhysAddr(frame) + size);
}

void setPat(Context& k, VmaId id, bool on) {
    Vma vma = k.vma(id);
    vma.flags = on ? vma.flags | vm::kPat : vma.flags & ~vm::kPat;
    k.machine.put(id, std::move(vma));
}

struct Mapped {
    Pfn frame;
    Word prot = 0; ///< in 4K form
};

/// follow_pfnmap_start() at the VMA's first page; empty: nothing mapped, or a copied page.
std::optional<Mapped> firstMapped(const Context& k, const Vma& vma) {
    Entry entry = pgdOffset(k, vma.mm, vma.range.start);
    while (isTable(k.read(entry)) && entry.level != Level::Pte)
        entry = offsetBelow(k, entry, vma.range.start);
    const Word value = k.read(entry);
    const bool mapped = entry.level == Level::Pte ? ptePresent(value) : isLeaf(value);
    if (isNone(value) || !mapped || (!isSpecial(value) && vm::isCow(vma.flags)))
        return std::nullopt;
    const Word prot = entryProt(k.geometry(), entry.level, value);
    const Bytes offset = vma.range.start.offsetIn(k.geometry().entrySpan(entry.level));
    return Mapped{entryPfn(k.geometry(), entry.level, value) + offset.pages(),
                  entry.level == Level::Pte ? prot : protLargeTo4k(prot & ~bits::kPse)};
}

/// get_pat_info()
std::optional<Mapped> patInfo(Context& k, const Vma& vma, bool protNeeded) {
    const auto scope = k.enter("get_pat_info");
    if (const auto mapped = firstMapped(k, vma))
        return mapped;
    if (vm::isCow(vma.flags))
        return protNeeded ? std::nullopt : std::optional(Mapped{Pfn(vma.pgoff), 0});
    k.warn("WARN_ON_ONCE(1): the first page of a VM_PAT area is not mapped", vma.range.start);
    return std::nullopt;
}

} // namespace

Word cacheBits(CacheMode mode) {
    switch (mode) {
    case CacheMode::WriteBack:
        return kWriteBack;
    case CacheMode::WriteCombining:
        return kWriteCombining;
    case CacheMode::UncachedMinus:
        return kUncachedMinus;
    case CacheMode::Uncached:
        return kUncached;
    case CacheMode::WriteThrough:
        return kWriteThrough;
    case CacheMode::WriteProtect:
        return kWriteProtect;
    }
    return kUncachedMinus;
}

Errno track_pfn_remap(Context& k, VmaId id, Word& prot, Pfn frame, VirtAddr at, Bytes size) {
    const auto scope = k.enter("track_pfn_remap", {{"pfn", frame}, {"size", size}});
    const Vma& vma = k.vma(id);
    if (at == vma.range.start && size == vma.range.size()) {
        const Errno error = reserve(k, frame, size, prot, Strict::No);
        if (error == Errno::None)
            setPat(k, id, true);
        return error;
    }
    const Word type = lookup_memtype(k, frame);
    // Outside the reservations every frame has the same type; only their edges can differ.
    for (const Memtype& other : k.state().globals.memtypes)
        if (overlaps(other, PhysAddr(frame), PhysAddr(frame) + size) && other.cacheBits != type)
            return Errno::Inval;
    prot = (prot & ~bits::kCache) | type;
    return Errno::None;
}

void track_pfn_insert(const Context& k, Word& prot, Pfn frame) {
    prot = (prot & ~bits::kCache) | lookup_memtype(k, frame);
}

void untrack_pfn(Context& k, VmaId id) {
    const Vma& vma = k.vma(id);
    if ((vma.flags & vm::kPat) == 0)
        return;
    const auto scope = k.enter("untrack_pfn");
    const auto mapped = patInfo(k, vma, false);
    if (mapped)
        untrack_pfn(k, id, mapped->frame, vma.range.size());
}

void untrack_pfn(Context& k, VmaId id, Pfn frame, Bytes size) {
    if ((k.vma(id).flags & vm::kPat) == 0)
        return;
    freeRange(k, frame, size);
    setPat(k, id, false);
}

Errno track_pfn_copy(Context& k, VmaId dst, VmaId src, Pfn& frame) {
    const Vma& vma = k.vma(src);
    if ((vma.flags & vm::kPat) == 0)
        return Errno::None;
    const auto scope = k.enter("track_pfn_copy");
    const auto mapped = patInfo(k, vma, true);
    if (!mapped)
        return Errno::Inval;
    Word prot = mapped->prot;
    const Errno error = reserve(k, mapped->frame, vma.range.size(), prot, Strict::Yes);
    if (error != Errno::None)
        return error;
    setPat(k, dst, true);
    frame = mapped->frame;
    return Errno::None;
}

void untrack_pfn_copy(Context& k, VmaId dst, Pfn frame) {
    untrack_pfn(k, dst, frame, k.vma(dst).range.size());
}

void untrack_pfn_clear(Context& k, VmaId id) {
    setPat(k, id, false);
}

} // namespace pfnscope::mm
