// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/physical_memory.h"

namespace pfnscope::hw {
namespace {
constexpr std::array<Word, kWordsPerFrame> kZeros{};
}

PhysicalMemory::PhysicalMemory() = default;
PhysicalMemory::~PhysicalMemory() = default;
PhysicalMemory::PhysicalMemory(PhysicalMemory&&) noexcept = default;
PhysicalMemory& PhysicalMemory::operator=(PhysicalMemory&&) noexcept = default;

const PhysicalMemory::Words* PhysicalMemory::find(Pfn frame) const {
    const auto found = frames_.find(frame);
    return found == frames_.end() ? &kZeros : found->second.get();
}

PhysicalMemory::Frame PhysicalMemory::writable(Pfn frame) {
    auto& words = frames_[frame];
    if (!words)
        words = std::make_unique<Words>();
    return Frame(*words);
}

} // namespace pfnscope::hw
