// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/physical_memory.h"

#include <algorithm>
#include <sys/mman.h>
#include <utility>

namespace pfnscope::hw {
namespace {

constexpr std::array<Word, kWordsPerFrame> kZeros{};

/// To open a window costs the host a quarter of a millisecond, many times what a small machine does with it.
/// So one that few frames were written in is cleared and kept for the thread's next memory.
struct SpareWindow {
    Word* window = nullptr;
    std::size_t framesTouched = 0; ///< since it was opened: the host has found pages for so many

    SpareWindow() = default;
    ~SpareWindow() { drop(std::exchange(window, nullptr)); }
    SpareWindow(const SpareWindow&) = delete;
    SpareWindow& operator=(const SpareWindow&) = delete;

    static void drop(Word* window) {
        if (window != nullptr)
            ::munmap(window, kBytes);
    }
    static constexpr std::size_t kMostFramesTouched = 1024;
    static constexpr std::size_t kBytes =
        PhysicalMemory::kWindowSize.raw() + PhysicalMemory::kWindowSize.pages() / 8;
};
thread_local SpareWindow spareWindow;

} // namespace

PhysicalMemory::PhysicalMemory() = default;
PhysicalMemory::~PhysicalMemory() {
    closeWindow();
}

PhysicalMemory::PhysicalMemory(PhysicalMemory&& other) noexcept {
    *this = std::move(other);
}

PhysicalMemory& PhysicalMemory::operator=(PhysicalMemory&& other) noexcept {
    if (this == &other)
        return *this;
    closeWindow();
    window_ = std::exchange(other.window_, nullptr);
    windowFrames_ = std::exchange(other.windowFrames_, 0);
    windowRefused_ = other.windowRefused_;
    framesTouched_ = other.framesTouched_;
    writtenInWindow_ = std::exchange(other.writtenInWindow_, nullptr);
    high_ = std::exchange(other.high_, {});
    written_ = std::exchange(other.written_, {});
    return *this;
}

const Word* PhysicalMemory::highWordsOf(Pfn frame) const {
    const auto found = high_.find(frame);
    return found == high_.end() ? kZeros.data() : found->second->data();
}

bool PhysicalMemory::openWindow() {
    if (windowFrames_ != 0 || windowRefused_)
        return windowFrames_ != 0;
    window_ = std::exchange(spareWindow.window, nullptr);
    framesTouched_ = window_ != nullptr ? spareWindow.framesTouched : 0;
    if (window_ == nullptr) {
        void* const place = ::mmap(nullptr, SpareWindow::kBytes, PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        windowRefused_ = place == MAP_FAILED;
        if (windowRefused_)
            return false;
        // One frame must not cost a huge page: most machines are small.
        ::madvise(place, SpareWindow::kBytes, MADV_NOHUGEPAGE);
        window_ = static_cast<Word*>(place);
    }
    writtenInWindow_ = window_ + kWindowFrames * kWordsPerFrame;
    windowFrames_ = kWindowFrames;
    return true;
}

void PhysicalMemory::closeWindow() {
    if (window_ == nullptr)
        return;
    const auto end = std::lower_bound(written_.begin(), written_.end(), Pfn(windowFrames_));
    framesTouched_ += static_cast<std::size_t>(end - written_.begin());
    if (framesTouched_ <= SpareWindow::kMostFramesTouched && spareWindow.window == nullptr) {
        for (auto frame = written_.begin(); frame != end; ++frame) {
            std::fill_n(window_ + frame->raw() * kWordsPerFrame, kWordsPerFrame, Word{0});
            writtenInWindow_[frame->raw() / 64] = 0;
        }
        spareWindow.framesTouched = framesTouched_;
        std::swap(spareWindow.window, window_);
    }
    SpareWindow::drop(std::exchange(window_, nullptr));
    windowFrames_ = 0;
}

bool PhysicalMemory::isWritten(Pfn frame) const {
    if (frame.raw() < windowFrames_)
        return isMarked(frame);
    return high_.contains(frame);
}

void PhysicalMemory::noteWritten(Pfn frame) {
    if (written_.empty() || written_.back() < frame)
        written_.push_back(frame);
    else
        written_.insert(std::lower_bound(written_.begin(), written_.end(), frame), frame);
}

PhysicalMemory::Frame PhysicalMemory::firstWritable(Pfn frame) {
    if (frame.raw() < kWindowFrames && openWindow()) {
        if (!isMarked(frame)) {
            writtenInWindow_[frame.raw() / 64] |= 1ULL << (frame.raw() % 64);
            noteWritten(frame);
        }
        return Frame(window_ + frame.raw() * kWordsPerFrame, kWordsPerFrame);
    }
    auto& words = high_[frame];
    if (!words) {
        words = std::make_unique<Words>();
        noteWritten(frame);
    }
    return Frame(*words);
}

} // namespace pfnscope::hw
