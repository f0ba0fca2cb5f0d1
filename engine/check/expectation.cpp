// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/expectation.h"

#include "mm/vm_flags.h"

#include <algorithm>

namespace pfnscope::check {
namespace {

std::optional<machine::MmId> mmOf(const machine::State& state, machine::Pid process) {
    const auto found = state.processes.find(process);
    return found == state.processes.end() ? std::nullopt : found->second.mm;
}

const machine::Vma* vmaAt(const machine::State& state, machine::MmId mm, VirtAddr at) {
    const auto id = state.findVma(mm, at);
    if (!id)
        return nullptr;
    const machine::Vma& vma = state.vmas.at(*id);
    return vma.range.contains(at) ? &vma : nullptr;
}

VirtRange rangeOf(VirtAddr at, Bytes size) {
    return {at, (at + size).alignedUp(kPageSize)};
}

/// The part of a VMA that shows file pages [first, end).
std::optional<VirtRange> shownPart(const machine::Vma& vma, std::uint64_t first, std::uint64_t end) {
    const std::uint64_t vmaEnd = vma.pgoff + vma.range.size().pages();
    const std::uint64_t from = std::max(first, vma.pgoff);
    const std::uint64_t to = std::min(end, vmaEnd);
    if (from >= to)
        return std::nullopt;
    return VirtRange{vma.range.start + kPageSize * (from - vma.pgoff),
                     vma.range.start + kPageSize * (to - vma.pgoff)};
}

} // namespace

/// One operation's effect on what may be expected.
struct Follow {
    Expectation& expected;
    const mm::Outcome& outcome;
    const machine::State& state;
    std::optional<machine::MmId> mm;

    void operator()(const mm::Mmap& op) const {
        if (!outcome.ok())
            return;
        const VirtAddr start(outcome.value);
        expected.forget(*mm, rangeOf(start, op.size));
        for (const mm::RemapPart& part : op.remap)
            expected.map(*mm, rangeOf(start + part.offset, part.size), part.pfn, typeOf(part.pfn));
    }
    void operator()(const mm::Munmap& op) const {
        if (outcome.ok())
            expected.forget(*mm, rangeOf(op.at, op.size));
    }
    void operator()(const mm::Mremap& op) const {
        if (!outcome.ok())
            return;
        const Bytes kept = std::min(op.oldSize, op.newSize);
        if (op.newSize < op.oldSize)
            expected.forget(
                *mm, {(op.at + op.newSize).alignedUp(kPageSize), (op.at + op.oldSize).alignedUp(kPageSize)});
        if (VirtAddr(outcome.value) != op.at)
            expected.move(*mm, rangeOf(op.at, kept), VirtAddr(outcome.value));
    }
    void operator()(const mm::Fork&) const {
        if (!outcome.ok())
            return;
        const auto child = mmOf(state, machine::Pid(static_cast<std::uint32_t>(outcome.value)));
        if (!child)
            return;
        expected.pieces_[*child] = expected.pieces_[*mm];
        expected.keepOnlyMapped(*child, state); // VM_DONTCOPY
    }
    void operator()(const mm::RemapPfnRange& op) const {
        const VirtRange range = rangeOf(op.at, op.size);
        if (!outcome.ok()) {
            // remap_pfn_range() zaps the whole range it was asked for when it fails, whatever the reason.
            expected.forget(*mm, range);
            return;
        }
        expected.map(*mm, range, op.pfn, typeOf(op.pfn));
    }
    void operator()(const mm::ZapVmaPtes& op) const {
        // zap_vma_ptes() answers nothing, and does nothing where the range is not all in one PFN map.
        const VirtRange range = rangeOf(op.at, op.size);
        const machine::Vma* vma = vmaAt(state, *mm, op.at);
        if (vma && vma->range.contains(range) && (vma->flags & mm::vm::kPfnMap) != 0)
            expected.forget(*mm, range);
    }
    void operator()(const mm::Madvise& op) const {
        if (outcome.ok() && op.advice == mm::Advice::DontNeed)
            expected.forget(*mm, rangeOf(op.at, op.size));
    }
    void operator()(const mm::UnmapMappingRange& op) const {
        const std::uint64_t first = op.offset.pages();
        const std::uint64_t end = op.size.isZero() ? ~0ULL : (op.offset + op.size).pages();
        for (const auto& [id, vma] : state.vmas) {
            if (!vma.file || state.mappings.at(*vma.file).name != op.file)
                continue;
            if (const auto part = shownPart(vma, first, end))
                expected.forget(vma.mm, *part);
        }
    }
    void operator()(const mm::Touch& op) const {
        const machine::Vma* vma = vmaAt(state, *mm, op.at);
        const bool writes =
            op.access == hw::AccessType::Write || op.access == hw::AccessType::ReadModifyWrite;
        // A private map shows a copy from its first write on.
        if (outcome.ok() && writes && vma && (vma->flags & mm::vm::kShared) == 0)
            expected.forget(*mm, rangeOf(op.at.alignedDown(kPageSize), kPageSize));
    }
    template <class Other> void operator()(const Other&) const {}

    /// What the kernel settles on for a remap, whatever the driver asks for (track_pfn_remap): RAM is
    /// write-back, a type that somebody reserved for the frame holds, and nobody reserves for a part of a
    /// VMA.
    mm::CacheMode typeOf(Pfn frame) const {
        if (state.config.frames.isRam(frame))
            return mm::CacheMode::WriteBack;
        const PhysAddr at(frame);
        for (const machine::Memtype& type : state.globals.memtypes)
            if (type.start <= at && at < type.end)
                return modeOf(type.cacheBits);
        return mm::CacheMode::UncachedMinus;
    }

    /// PWT is bit 3, PCD bit 4, PAT bit 7 of a 4 KiB protection.
    static mm::CacheMode modeOf(Word prot) {
        const unsigned slot = static_cast<unsigned>((prot >> 3) & 3) | ((prot & 0x80) != 0 ? 4U : 0U);
        constexpr mm::CacheMode kBySlot[] = {mm::CacheMode::WriteBack,     mm::CacheMode::WriteCombining,
                                             mm::CacheMode::UncachedMinus, mm::CacheMode::Uncached,
                                             mm::CacheMode::WriteBack,     mm::CacheMode::WriteProtect,
                                             mm::CacheMode::UncachedMinus, mm::CacheMode::WriteThrough};
        return kBySlot[slot];
    }
};

void Expectation::after(const mm::Operation& operation, const mm::Outcome& outcome,
                        const machine::State& state) {
    const auto mm = mmOf(state, operation.process);
    if (mm && !outcome.processGone)
        std::visit(Follow{*this, outcome, state, mm}, operation.action);
    std::erase_if(pieces_, [&](const auto& entry) { return !state.mms.contains(entry.first); });
}

std::optional<ExpectedPage> Expectation::at(machine::MmId mm, VirtAddr va) const {
    const auto pieces = pieces_.find(mm);
    if (pieces == pieces_.end())
        return std::nullopt;
    auto next = pieces->second.upper_bound(va);
    if (next == pieces->second.begin())
        return std::nullopt;
    --next;
    if (va >= next->second.end)
        return std::nullopt;
    return ExpectedPage{next->second.frame + (va - next->first).pages(), next->second.cache};
}

void Expectation::map(machine::MmId mm, VirtRange range, Pfn frame, mm::CacheMode cache) {
    forget(mm, range);
    if (range.start < range.end)
        pieces_[mm].emplace(range.start, Piece{range.end, frame, cache});
}

void Expectation::forget(machine::MmId mm, VirtRange range) {
    const auto found = pieces_.find(mm);
    if (found == pieces_.end())
        return;
    Pieces kept;
    for (const auto& [start, piece] : found->second) {
        const VirtAddr cutStart = std::clamp(range.start, start, piece.end);
        const VirtAddr cutEnd = std::clamp(range.end, start, piece.end);
        if (cutStart >= cutEnd) {
            kept.emplace(start, piece);
            continue;
        }
        if (start < cutStart)
            kept.emplace(start, Piece{cutStart, piece.frame, piece.cache});
        if (cutEnd < piece.end)
            kept.emplace(cutEnd, Piece{piece.end, piece.frame + (cutEnd - start).pages(), piece.cache});
    }
    found->second = std::move(kept);
}

void Expectation::move(machine::MmId mm, VirtRange from, VirtAddr to) {
    const auto found = pieces_.find(mm);
    if (found == pieces_.end())
        return;
    const Pieces before = found->second;
    forget(mm, from);
    forget(mm, {to, to + from.size()});
    for (const auto& [start, piece] : before) {
        const VirtAddr cutStart = std::max(start, from.start);
        const VirtAddr cutEnd = std::min(piece.end, from.end);
        if (cutStart < cutEnd)
            map(mm, {to + (cutStart - from.start), to + (cutEnd - from.start)},
                piece.frame + (cutStart - start).pages(), piece.cache);
    }
}

void Expectation::keepOnlyMapped(machine::MmId mm, const machine::State& state) {
    VirtAddr gap(0);
    for (const machine::VmaId id : state.vmasOf(mm)) {
        const VirtRange& range = state.vmas.at(id).range;
        forget(mm, {gap, range.start});
        gap = range.end;
    }
    forget(mm, {gap, VirtAddr(~0ULL)});
}

} // namespace pfnscope::check
