// SPDX-License-Identifier: GPL-3.0-or-later
// Mixtures that nobody thought of: several kinds of mapping under one PMD table, beside 1 GiB leaves, over
// tables in the way, remapped in part and with allocations that fail.
#include "draw.h"
#include "steps.h"

#include <algorithm>

#ifndef PFNSCOPE_MIXTURES
#define PFNSCOPE_MIXTURES 200
#endif

namespace pfnscope::record {

namespace {

constexpr std::uint64_t drawnSteps = 22;
constexpr std::uint64_t firstSeed = 0x6d6978;

/// Where maps begin: four PMD entries of one table, two of another, and a PUD entry of its own.
constexpr std::uint64_t slots[] = {0, mib2, 2 * mib2, 3 * mib2, gib1, gib1 + mib2, 0x100000000};
constexpr std::uint64_t pudSlot = 2 * gib1;

struct Range {
    std::uint64_t offset;
    std::uint64_t length;
};

std::uint64_t drawLength(Draw& draw) {
    constexpr std::uint64_t lengths[] = {mib2, mib2, mib2, mib4, mib4, mib1, kib4, mib2 + mib1, mib1 + kib4};
    return draw.oneOf(lengths);
}

std::uint64_t drawOffsetInSlot(Draw& draw) {
    constexpr std::uint64_t offsets[] = {0, 0, 0, 0, mib1, kib4, mib2 - kib4};
    return draw.oneOf(offsets);
}

Range drawRange(Draw& draw) {
    if (draw.below(12) == 0)
        return {pudSlot, gib1};
    return {draw.oneOf(slots) + drawOffsetInSlot(draw), drawLength(draw)};
}

/// Congruent most of the time, so that huge entries fit.
std::uint64_t drawPhys(Draw& draw, std::uint64_t offset) {
    constexpr std::uint64_t shifts[] = {0, 0, 0, 0, mib2, mib4, mib1, kib4};
    return devicePhys + offset % gib1 + draw.oneOf(shifts);
}

Step drawDevice(Draw& draw, Range range) {
    constexpr recorder_mode modes[] = {RECORDER_NONE,
                                       RECORDER_NONE,
                                       RECORDER_REMAP,
                                       RECORDER_REMAP,
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
                                       RECORDER_FAULT,
                                       RECORDER_FAULT,
                                       RECORDER_FAULT,
                                       RECORDER_SIGBUS};
    const bool whole = range.length == gib1;
    const recorder_mode mode = whole ? RECORDER_FAULT : draw.oneOf(modes);
    Step step = mmapDev(range.offset, range.length,
                        whole ? std::uint64_t{devicePhys} : drawPhys(draw, range.offset), mode);
    if (whole)
        return withOrders(step, 7);
    if (draw.below(6) == 0)
        step = withOrders(step, static_cast<std::uint32_t>(draw.below(8)));
    if ((mode == RECORDER_REMAP || mode == RECORDER_NONE) && draw.below(5) == 0)
        step = privately(step);
    if (mode >= RECORDER_REMAP && mode <= RECORDER_OPS_THEN_NONE && draw.below(6) == 0)
        step = failing(step, static_cast<std::uint32_t>(1 + draw.below(5)));
    return step;
}

Step drawMap(Draw& draw) {
    const Range range = drawRange(draw);
    switch (range.length == gib1 ? 2 : draw.below(5)) {
    case 0:
        return mmapAnon(range.offset, range.length);
    case 1:
        return mmapShmem(range.offset, range.length);
    default:
        return drawDevice(draw, range);
    }
}

/// A piece of the device's map, emptied before it is remapped more often than not: a remap over live PTEs
/// stops the kernel.
Steps drawRemap(Draw& draw, Range map) {
    constexpr Range pieces[] = {{0, mib2}, {0, mib4}, {mib1, mib1}, {0, kib4}, {mib1, mib2}, {kib4, mib1}};
    Range piece = draw.oneOf(pieces);
    if (piece.offset + piece.length > map.length)
        piece = {0, map.length};
    const std::uint64_t offset = map.offset + piece.offset;
    const auto fails = static_cast<std::uint32_t>(draw.below(4) == 0 ? 1 + draw.below(4) : 0);
    Steps steps;
    if (draw.below(64) != 0)
        steps.push_back(zapVmaPtes(offset, piece.length));
    steps.push_back(remapLater(offset, piece.length, drawPhys(draw, offset), fails));
    return steps;
}

Step drawAdvice(Draw& draw) {
    constexpr Advice advices[] = {Advice::dontneed,      Advice::dontneed, Advice::free,
                                  Advice::cold,          Advice::pageout,  Advice::populateRead,
                                  Advice::populateWrite, Advice::collapse, Advice::hugepage,
                                  Advice::nohugepage,    Advice::dontfork, Advice::dofork};
    const Range range = drawRange(draw);
    return madvise(range.offset, range.length, draw.oneOf(advices));
}

Step drawMove(Draw& draw) {
    const Range range = drawRange(draw);
    if (draw.below(5) == 0) // growing could move the map to where the kernel likes
        return mremapResize(range.offset, range.length, range.length > mib1 ? mib1 : kib4);
    const std::uint64_t to = range.length == gib1 ? 4 * gib1 : draw.oneOf(slots) + drawOffsetInSlot(draw);
    return mremapTo(range.offset, range.length, to,
                    draw.below(6) == 0 ? std::min(drawLength(draw), range.length) : range.length);
}

Step drawAccess(Draw& draw) {
    constexpr std::uint64_t places[] = {0, 0, kib4, mib1 - kib4, mib1, mib1 + kib4, mib2 - kib4};
    const std::uint64_t at = (draw.below(10) == 0 ? pudSlot : draw.oneOf(slots)) + draw.oneOf(places);
    return draw.below(2) == 0 ? read(at) : write(at);
}

Step drawChange(Draw& draw) {
    constexpr Protection protections[] = {Protection::readOnly, Protection::readWrite, Protection::none};
    const Range range = drawRange(draw);
    switch (draw.below(5)) {
    case 0:
    case 1:
        return munmap(range.offset, range.length);
    case 2:
        return mprotect(range.offset, range.length, draw.oneOf(protections));
    case 3:
        return zapVmaPtes(range.offset, range.length);
    default:
        return unmapMapping(range.offset % mib4, range.length);
    }
}

/// Where the device was mapped last and nothing else was put since. `step` may change that.
void followDevice(Range& device, const Step& step) {
    const bool moves = step.verb == Verb::mremap && step.newVa != 0;
    const bool maps =
        step.verb == Verb::mmapDev || step.verb == Verb::mmapAnon || step.verb == Verb::mmapShmem;
    if (!moves && !maps)
        return;
    const Range place{(moves ? step.newVa : step.va) - windowBase, moves ? step.newLength : step.length};
    if (step.verb == Verb::mmapDev)
        device = place;
    else if (place.offset < device.offset + device.length && device.offset < place.offset + place.length)
        device = {0, 0};
}

/// Half of the steps look at what the other half did.
Steps drawStep(Draw& draw, Range device) {
    switch (draw.below(20)) {
    case 0:
    case 1:
    case 2:
        return {drawMap(draw)};
    case 3:
    case 4:
        return device.length == 0 || device.length == gib1 ? Steps{drawAccess(draw)}
                                                           : drawRemap(draw, device);
    case 5:
        return {drawAdvice(draw)};
    case 6:
    case 7:
        return {drawMove(draw)};
    case 8:
    case 9:
    case 10:
        return {drawChange(draw)};
    default:
        return {drawAccess(draw)};
    }
}

Steps drawSteps(Draw& draw) {
    Steps steps;
    Range device{0, 0};
    for (int maps = 0; maps < 3; ++maps) {
        steps.push_back(drawMap(draw));
        followDevice(device, steps.back());
    }
    const std::uint64_t forksAt = draw.below(2 * drawnSteps);
    bool hasChild = false;
    for (std::uint64_t number = 0; number < drawnSteps; ++number) {
        if (number == forksAt) {
            steps.push_back(fork());
            hasChild = true;
        }
        const bool byChild = hasChild && draw.below(2) == 0;
        for (const Step& step : drawStep(draw, device)) {
            steps.push_back(byChild ? child(step) : step);
            followDevice(device, step);
        }
    }
    if (hasChild)
        steps.push_back(childExit());
    return steps;
}

bool mayFail(const Steps& steps) {
    for (const Step& step : steps)
        if (step.device.failNth != 0)
            return true;
    return false;
}

} // namespace

std::vector<Sequence> mixtureSequences() {
    std::vector<Sequence> sequences;
    for (std::uint64_t number = 1; number <= PFNSCOPE_MIXTURES; ++number) {
        Draw draw(firstSeed + number);
        Sequence sequence{"Y/mixture_" + std::to_string(number), "-", drawSteps(draw)};
        sequence.wantsFailures = mayFail(sequence.steps);
        sequences.push_back(std::move(sequence));
    }
    return sequences;
}

} // namespace pfnscope::record
