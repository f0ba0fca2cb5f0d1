// SPDX-License-Identifier: GPL-3.0-or-later
// Operations of the generic sequences in a row, on maps of other sizes, places, frames and cache types.
#include "draw.h"
#include "steps.h"

#include <algorithm>

#ifndef PFNSCOPE_COMBINATIONS
#define PFNSCOPE_COMBINATIONS 8
#endif

namespace pfnscope::record {

namespace {

constexpr std::uint64_t firstSeed = 0x636f6d62;

/// Where the map lies: 2 MiB and 1 GiB boundaries inside it, before it and nowhere near.
std::uint64_t drawOffset(Draw& draw) {
    constexpr std::uint64_t offsets[] = {0,           mib2,        5 * mib2,       gib1 - mib2,
                                         gib1 - mib4, 7 * gib1,    gib1 / 2,       511 * mib2,
                                         mib1,        mib2 + kib4, gib1 - 5 * kib4};
    return draw.oneOf(offsets);
}

std::uint64_t drawLength(Draw& draw) {
    constexpr std::uint64_t lengths[] = {mib4,        mib4,        mib4 + mib2, 2 * mib4,
                                         mib4 + kib4, mib4 + mib1, 5 * mib2};
    return draw.oneOf(lengths);
}

Step drawMap(Draw& draw, Step map, bool fromDevice) {
    const std::uint64_t offset = drawOffset(draw);
    map.va = windowBase + offset;
    map.length = drawLength(draw);
    if (!fromDevice)
        return map;
    // Congruent most of the time, so that huge entries fit.
    constexpr std::uint64_t shifts[] = {0, 0, mib2, mib4, 9 * mib2, 24 * mib2, kib4, mib1};
    constexpr std::uint32_t caches[] = {RECORDER_UC_MINUS, RECORDER_UC_MINUS, RECORDER_WB, RECORDER_WC,
                                        RECORDER_WT};
    constexpr std::uint32_t orders[] = {3, 3, 3, 3, 1, 2, 7, 0};
    map.device.phys = devicePhys + offset % mib2 + draw.oneOf(shifts);
    map.device.orders = draw.oneOf(orders);
    map.device = inRegionOf(map.device, draw.oneOf(caches), map.length);
    return map;
}

/// Where the steps of the next operation go: the map's place, or the one that mremap gave it.
struct Place {
    std::uint64_t offset;
    void follow(const Step& step, std::uint64_t mapLength) {
        if (step.verb == Verb::mremap && step.newVa != 0 && step.newLength + mib2 > mapLength)
            offset += step.newVa - step.va;
    }
};

/// Without the unmapping that ends an operation, unless it is the last one.
std::size_t stepsToKeep(const Steps& steps, bool isLast) {
    std::size_t count = steps.size();
    while (!isLast && count > 0 && steps[count - 1].verb == Verb::munmap &&
           steps[count - 1].who == Who::parent)
        --count;
    return count;
}

bool forks(const Steps& steps) {
    return std::any_of(steps.begin(), steps.end(), [](const Step& step) { return step.verb == Verb::fork; });
}

Steps combine(Draw& draw, const Source& source, const std::vector<Operation>& all) {
    const Step map = drawMap(draw, source.map, source.fromDevice);
    Place place{map.va - windowBase};
    Steps steps = {map, write(place.offset + 3 * kib4), read(place.offset + mib2)};
    const std::uint64_t length = 2 + draw.below(2);
    for (std::uint64_t number = 0; number < length;) {
        const Operation& operation = all[draw.below(all.size())];
        // A worker has one child in its life.
        if ((operation.byDriver && !source.fromDevice) || (forks(operation.steps) && forks(steps)))
            continue;
        ++number;
        Place next = place;
        const std::size_t kept = stepsToKeep(operation.steps, number == length && draw.below(2) == 0);
        for (std::size_t i = 0; i < kept; ++i) {
            next.follow(operation.steps[i], map.length);
            steps.push_back(displaced(place.offset, operation.steps[i]));
        }
        if (draw.below(2) == 0)
            place = next;
    }
    return steps;
}

} // namespace

std::vector<Sequence> combinationSequences() {
    std::vector<Sequence> sequences;
    const std::vector<Operation> all = operations();
    std::uint64_t seed = firstSeed;
    for (const Source& source : sources())
        for (int number = 1; number <= PFNSCOPE_COMBINATIONS; ++number) {
            Draw draw(seed++);
            sequences.push_back({source.letter + "/combination_" + std::to_string(number), source.letter,
                                 combine(draw, source, all)});
        }
    return sequences;
}

} // namespace pfnscope::record
