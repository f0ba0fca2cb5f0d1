// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/leaf.h"

#include "hw/x86_64.h"

namespace pfnscope::check {
namespace {

using namespace hw::x86_64;

unsigned patIndex(Word entry, unsigned depth) {
    const bool pat = (entry & (depth == 1 ? kPatOfPte : kPatOfLarge)) != 0;
    return (pat ? 4U : 0U) | ((entry & kPcd) != 0 ? 2U : 0U) | ((entry & kPwt) != 0 ? 1U : 0U);
}

Pfn frameOf(Word entry, VirtAddr va, const hw::Geometry& geometry, hw::Level level) {
    const Bytes span = geometry.entrySpan(level);
    const PhysAddr start = PhysAddr(entry & kAddress).alignedDown(span);
    return (start + va.offsetIn(span)).frame();
}

} // namespace

std::optional<EntryPlace> entryFor(const machine::State& state, machine::MmId mm, VirtAddr va) {
    const auto record = state.mms.find(mm);
    if (record == state.mms.end())
        return std::nullopt;
    const hw::Geometry& geometry = state.geometry();
    EntryPlace place{geometry.top(), record->second.pgd};
    for (;;) {
        place.index = geometry.index(va, place.level);
        place.entry = state.memory.read(place.table, place.index);
        const unsigned depth = geometry.depth(place.level);
        const EntryKind kind = kindOf(place.entry, depth);
        if (kind == EntryKind::Leaf) {
            place.isLeaf = true;
            place.frame = frameOf(place.entry, va, geometry, place.level);
            place.patIndex = patIndex(place.entry, depth);
        }
        if (kind != EntryKind::Table)
            return place;
        place.table = PhysAddr(place.entry & kAddress).frame();
        place.level = geometry.below(place.level);
    }
}

} // namespace pfnscope::check
