// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>

/// Simulated physical memory: 4 KiB frames of 512 words, made when first written; a frame nobody wrote reads
/// as zeros. It knows nothing of what a frame is for.
namespace pfnscope::hw {

class PhysicalMemory {
public:
    using Frame = std::span<Word, kWordsPerFrame>;
    using ConstFrame = std::span<const Word, kWordsPerFrame>;

    PhysicalMemory();
    ~PhysicalMemory();
    PhysicalMemory(PhysicalMemory&&) noexcept;
    PhysicalMemory& operator=(PhysicalMemory&&) noexcept;

    /// `at` must be a multiple of 8.
    Word read(PhysAddr at) const { return (*find(at.frame()))[at.offsetIn(kPageSize).raw() / sizeof(Word)]; }
    Word read(Pfn frame, unsigned index) const { return (*find(frame))[index]; }
    ConstFrame frame(Pfn frame) const { return ConstFrame(*find(frame)); }

    /// For Machine's deltas and the MMU's tests; nobody else writes.
    Frame writable(Pfn frame);

    /// Every frame that was ever written, in ascending order: each(Pfn, ConstFrame).
    template <class Each> void forEachFrame(Each&& each) const {
        for (const auto& [pfn, words] : frames_)
            each(pfn, ConstFrame(*words));
    }

    std::size_t frameCount() const { return frames_.size(); } ///< frames that were ever written

private:
    using Words = std::array<Word, kWordsPerFrame>;
    const Words* find(Pfn frame) const;

    std::map<Pfn, std::unique_ptr<Words>> frames_;
};

} // namespace pfnscope::hw
