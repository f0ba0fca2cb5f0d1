// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

/// Simulated physical memory: 4 KiB frames of 512 words, made when first written; a frame nobody wrote reads
/// as zeros. It knows nothing of what a frame is for.
///
/// The low 4 GiB, where the tables lie, are one flat window of address space whose pages the host makes when
/// they are touched: a read is one load, and a machine with ten frames costs ten pages. Frames above, and all
/// of them where the host refuses the window, lie in a hash table.
namespace pfnscope::hw {

class PhysicalMemory {
public:
    using Frame = std::span<Word, kWordsPerFrame>;
    using ConstFrame = std::span<const Word, kWordsPerFrame>;

    PhysicalMemory();
    ~PhysicalMemory();
    PhysicalMemory(PhysicalMemory&& other) noexcept;
    PhysicalMemory& operator=(PhysicalMemory&& other) noexcept;

    /// `at` must be a multiple of 8.
    Word read(PhysAddr at) const {
        if (at.frame().raw() < windowFrames_)
            return window_[at.raw() / sizeof(Word)];
        return highWordsOf(at.frame())[at.offsetIn(kPageSize).raw() / sizeof(Word)];
    }
    Word read(Pfn frame, unsigned index) const { return wordsOf(frame)[index]; }
    ConstFrame frame(Pfn frame) const { return ConstFrame(wordsOf(frame), kWordsPerFrame); }

    /// The words of the low kWindowSize bytes of memory, for loops over many tables; null while none of them
    /// was written, and where the host refuses the window. It stays where it is.
    const Word* window() const { return window_; }
    static constexpr Bytes kWindowSize{1ULL << 32};

    /// False: the frame reads as zeros, and nobody need look (looking would make the host find a page for
    /// it).
    bool isWritten(Pfn frame) const;

    /// For Machine's deltas and the MMU's tests; nobody else writes. A frame stays where it is as long as the
    /// memory lives.
    Frame writable(Pfn frame) {
        if (frame.raw() < windowFrames_ && isMarked(frame))
            return Frame(window_ + frame.raw() * kWordsPerFrame, kWordsPerFrame);
        return firstWritable(frame);
    }

    /// Every frame that was ever written, in ascending order: each(Pfn, ConstFrame).
    template <class Each> void forEachFrame(Each&& each) const {
        for (const Pfn written : written_)
            each(written, frame(written));
    }

    std::size_t frameCount() const { return written_.size(); } ///< frames that were ever written

private:
    using Words = std::array<Word, kWordsPerFrame>;
    static constexpr std::uint64_t kWindowFrames = kWindowSize.pages();

    const Word* wordsOf(Pfn frame) const {
        return frame.raw() < windowFrames_ ? window_ + frame.raw() * kWordsPerFrame : highWordsOf(frame);
    }
    const Word* highWordsOf(Pfn frame) const;
    bool isMarked(Pfn frameInWindow) const {
        return (writtenInWindow_[frameInWindow.raw() / 64] >> (frameInWindow.raw() % 64) & 1U) != 0;
    }
    Frame firstWritable(Pfn frame);
    bool openWindow();
    void closeWindow();
    void noteWritten(Pfn frame);

    Word* window_ = nullptr;
    std::uint64_t windowFrames_ = 0; ///< 0 until a low frame is written, and where the host refuses
    bool windowRefused_ = false;
    std::size_t framesTouched_ = 0;            ///< in the window, by those that had it before
    std::uint64_t* writtenInWindow_ = nullptr; ///< one bit a frame, behind the window's frames
    std::unordered_map<Pfn, std::unique_ptr<Words>> high_;
    std::vector<Pfn> written_; ///< ascending
};

} // namespace pfnscope::hw
