// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/state.h"

#include <algorithm>
#include <cassert>

namespace pfnscope::machine {

const PageTable* State::tableAt(Pfn frame) const {
    const auto found = tables.find(frame);
    return found == tables.end() ? nullptr : &found->second;
}

const DepositRing& State::depositsOf(const DepositOwner& owner) const {
    static const DepositRing kNone;
    const auto found = deposits.find(owner);
    return found == deposits.end() ? kNone : found->second;
}

std::optional<VmaId> State::findVma(MmId mm, VirtAddr at) const {
    auto next = vmaByStart.upper_bound({mm, at});
    if (next != vmaByStart.begin()) {
        const auto before = std::prev(next);
        if (before->first.first == mm && vmas.at(before->second).range.end > at)
            return before->second;
    }
    if (next != vmaByStart.end() && next->first.first == mm)
        return next->second;
    return std::nullopt;
}

std::optional<FolioId> State::folioOf(Pfn frame) const {
    const auto above = folioByHead.upper_bound(frame);
    if (above == folioByHead.begin())
        return std::nullopt;
    const auto& [head, id] = *std::prev(above);
    return frame - head < (std::uint64_t{1} << folios.at(id).order) ? std::optional(id) : std::nullopt;
}

std::vector<VmaId> State::vmasOf(MmId mm) const {
    std::vector<VmaId> found;
    for (auto it = vmaByStart.lower_bound({mm, VirtAddr(0)}); it != vmaByStart.end() && it->first.first == mm;
         ++it)
        found.push_back(it->second);
    return found;
}

void depositInto(DepositRing& ring, Pfn table) {
    if (ring.empty()) {
        ring.push_back(table);
        return;
    }
    // The old head becomes the last before the wrap: new, successors of the old head, old head.
    std::rotate(ring.begin(), ring.begin() + 1, ring.end());
    ring.insert(ring.begin(), table);
}

Pfn withdrawFrom(DepositRing& ring) {
    assert(!ring.empty());
    const Pfn head = ring.front();
    ring.erase(ring.begin());
    return head;
}

} // namespace pfnscope::machine
