// SPDX-License-Identifier: GPL-3.0-or-later
// The special sequences again with other addresses, frames, cache types, drivers and failing allocations.
#include "draw.h"
#include "steps.h"

#ifndef PFNSCOPE_VARIATIONS
#define PFNSCOPE_VARIATIONS 2
#endif

namespace pfnscope::record {

namespace {

constexpr std::uint64_t firstSeed = 0x76617279;

/// Behind it the firmware's tables are mapped as WB, which a map that reserves its memory type would meet.
constexpr std::uint64_t deviceEnd = 0xbf000000;

/// What is different from the sequence that is varied, the same in all its steps.
struct Variation {
    std::uint64_t shift;
    std::uint64_t physShift;
    std::uint64_t pageShift; ///< of single pages in the middle of a huge one
    bool otherDriver;
    std::uint32_t mode;
    std::uint32_t cache;
    std::uint32_t failShift;
};

Variation drawVariation(Draw& draw) {
    constexpr std::uint64_t shifts[] = {0, gib1, 3 * gib1, 9 * gib1};
    constexpr std::uint64_t physShifts[] = {0, 0, mib2, mib4, 11 * mib2, gib1};
    constexpr std::uint64_t pageShifts[] = {0, kib4, 7 * kib4, 100 * kib4};
    constexpr std::uint32_t modes[] = {RECORDER_REMAP,
                                       RECORDER_REMAP_SIGBUS,
                                       RECORDER_REMAP_FAULT,
                                       RECORDER_REMAP_FAULTPTE,
                                       RECORDER_REMAP_THEN_OPS,
                                       RECORDER_REMAP_FIRST2M_FAULT,
                                       RECORDER_REMAP_FIRST2M_SIGBUS,
                                       RECORDER_KERNFS_SIGBUS,
                                       RECORDER_KERNFS_FAULTPTE,
                                       RECORDER_KERNFS_SIGBUS_MKWRITE,
                                       RECORDER_OPS_THEN_NONE,
                                       RECORDER_FAULT};
    constexpr std::uint32_t caches[] = {RECORDER_UC_MINUS, RECORDER_UC_MINUS, RECORDER_WB, RECORDER_WC,
                                        RECORDER_WT};
    Variation variation{};
    variation.shift = draw.oneOf(shifts);
    variation.physShift = draw.oneOf(physShifts);
    variation.pageShift = draw.oneOf(pageShifts);
    variation.otherDriver = draw.below(2) == 0;
    variation.mode = draw.oneOf(modes);
    variation.cache = draw.oneOf(caches);
    variation.failShift = static_cast<std::uint32_t>(draw.below(3));
    return variation;
}

/// Private maps keep their driver: a handler that inserts into one stops the kernel.
void varyDevice(const Variation& variation, Step& step) {
    DeviceMapping& device = step.device;
    if (device.phys + variation.physShift + step.length <= deviceEnd)
        device.phys += variation.physShift;
    if (device.failNth != 0)
        device.failNth += variation.failShift;
    if (step.verb != Verb::mmapDev)
        return;
    const bool common = device.mode == RECORDER_REMAP || device.mode == RECORDER_FAULT;
    const bool mayRemap = device.phys + step.length <= deviceEnd;
    if (variation.otherDriver && common && mayRemap && device.sharing == Sharing::shared)
        device.mode = variation.mode;
    if (device.cache == RECORDER_UC_MINUS)
        device = inRegionOf(device, variation.cache, step.length);
}

Step vary(const Variation& variation, Step step) {
    const bool onePage = step.length == kib4 && step.va % mib2 == mib1;
    if (onePage)
        step.va += variation.pageShift;
    if (step.verb == Verb::mmapDev || step.verb == Verb::remapPfnRange)
        varyDevice(variation, step);
    return displaced(variation.shift, step);
}

} // namespace

std::vector<Sequence> variationSequences() {
    std::vector<Sequence> sequences;
    std::uint64_t seed = firstSeed;
    for (const Sequence& sequence : specialSequences())
        for (int number = 1; number <= PFNSCOPE_VARIATIONS; ++number) {
            Draw draw(seed++);
            const Variation variation = drawVariation(draw);
            Sequence varied = sequence;
            varied.name = "V" + sequence.name.substr(1) + "_" + std::to_string(number);
            for (Step& step : varied.steps)
                step = vary(variation, step);
            sequences.push_back(std::move(varied));
        }
    return sequences;
}

} // namespace pfnscope::record
