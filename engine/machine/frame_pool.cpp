// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/frame_pool.h"

#include <cassert>

namespace pfnscope::machine {

FramePool::FramePool(FramePoolConfig config)
    : config_(config), smallBrk_(config.smallStart), largeBrk_(config.largeStart) {}

std::optional<FramePool::Block> FramePool::next(std::uint8_t order) const {
    const auto list = free_.find(order);
    if (list != free_.end() && !list->second.empty())
        return Block{list->second.back(), order, true, {}};
    const Pfn brk = order == 0 ? smallBrk_ : largeBrk_;
    const Pfn end = order == 0 ? config_.smallEnd : config_.largeEnd;
    const std::uint64_t frames = 1ULL << order;
    const Pfn head((brk.raw() + frames - 1) & ~(frames - 1));
    if (head + frames > end)
        return std::nullopt;
    return Block{head, order, false, brk};
}

void FramePool::take(const Block& block) {
    assert(next(block.order) == block);
    if (block.recycled)
        free_[block.order].pop_back();
    else
        (block.order == 0 ? smallBrk_ : largeBrk_) = block.head + (1ULL << block.order);
    used_.emplace_hint(used_.end(), block.head, block.order);
}

void FramePool::untake(const Block& block) {
    used_.erase(block.head);
    if (block.recycled)
        free_[block.order].push_back(block.head);
    else
        (block.order == 0 ? smallBrk_ : largeBrk_) = block.brkBefore;
}

void FramePool::give(Pfn head, std::uint8_t order) {
    assert(used_.count(head) == 1);
    used_.erase(head);
    free_[order].push_back(head);
}

void FramePool::ungive(Pfn head, std::uint8_t order) {
    assert(!free_[order].empty() && free_[order].back() == head);
    free_[order].pop_back();
    used_.emplace(head, order);
}

} // namespace pfnscope::machine
