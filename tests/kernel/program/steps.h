// SPDX-License-Identifier: GPL-3.0-or-later
// Short words for the steps of a sequence. Offsets are from the window's base.
#pragma once

#include "sequences.h"

namespace pfnscope::record {

inline Step onRange(Verb verb, std::uint64_t offset, std::uint64_t length) {
    Step step;
    step.verb = verb;
    step.va = windowBase + offset;
    step.length = length;
    return step;
}

inline Step read(std::uint64_t offset) {
    return onRange(Verb::read, offset, 0);
}
inline Step write(std::uint64_t offset) {
    return onRange(Verb::write, offset, 0);
}
inline Step munmap(std::uint64_t offset, std::uint64_t length) {
    return onRange(Verb::munmap, offset, length);
}
inline Step msync(std::uint64_t offset, std::uint64_t length) {
    return onRange(Verb::msync, offset, length);
}
inline Step mlock(std::uint64_t offset, std::uint64_t length) {
    return onRange(Verb::mlock, offset, length);
}
inline Step mmapAnon(std::uint64_t offset, std::uint64_t length) {
    return onRange(Verb::mmapAnon, offset, length);
}
inline Step mmapShmem(std::uint64_t offset, std::uint64_t length) {
    return onRange(Verb::mmapShmem, offset, length);
}

inline Step zapVmaPtes(std::uint64_t offset, std::uint64_t length) {
    return onRange(Verb::zapVmaPtes, offset, length);
}

inline Step mprotect(std::uint64_t offset, std::uint64_t length, Protection protection) {
    Step step = onRange(Verb::mprotect, offset, length);
    step.protection = protection;
    return step;
}

inline Step madvise(std::uint64_t offset, std::uint64_t length, Advice advice) {
    Step step = onRange(Verb::madvise, offset, length);
    step.advice = advice;
    return step;
}

inline Step mremapTo(std::uint64_t offset, std::uint64_t length, std::uint64_t newOffset,
                     std::uint64_t newLength) {
    Step step = onRange(Verb::mremap, offset, length);
    step.newVa = windowBase + newOffset;
    step.newLength = newLength;
    return step;
}

inline Step mremapResize(std::uint64_t offset, std::uint64_t length, std::uint64_t newLength) {
    Step step = onRange(Verb::mremap, offset, length);
    step.newLength = newLength;
    return step;
}

inline Step unmapMapping(std::uint64_t fileOffset, std::uint64_t length) {
    Step step = onRange(Verb::unmapMappingRange, 0, length);
    step.va = fileOffset;
    return step;
}

inline Step remapLater(std::uint64_t offset, std::uint64_t length, std::uint64_t phys,
                       std::uint32_t failNth = 0) {
    Step step = onRange(Verb::remapPfnRange, offset, length);
    step.device.phys = phys;
    step.device.failNth = failNth;
    return step;
}

inline Step fork() {
    Step step;
    step.verb = Verb::fork;
    return step;
}

inline Step child(Step step) {
    step.who = Who::child;
    return step;
}

inline Step childExit() {
    Step step;
    step.verb = Verb::exit;
    step.who = Who::child;
    return step;
}

inline Step mmapDev(std::uint64_t offset, std::uint64_t length, std::uint64_t phys, recorder_mode mode) {
    Step step = onRange(Verb::mmapDev, offset, length);
    step.device.phys = phys;
    step.device.mode = mode;
    return step;
}

inline Step withCache(Step step, recorder_cache cache) {
    step.device.cache = cache;
    return step;
}

inline Step withOrders(Step step, std::uint32_t orders) {
    step.device.orders = orders;
    return step;
}

inline Step privately(Step step) {
    step.device.sharing = Sharing::privately;
    return step;
}

inline Step failing(Step step, std::uint32_t nth) {
    step.device.failNth = nth;
    return step;
}

/// The step at another place of the window.
inline Step displaced(std::uint64_t shift, Step step) {
    const bool hasPlace =
        step.verb != Verb::unmapMappingRange && step.verb != Verb::fork && step.verb != Verb::exit;
    if (hasPlace)
        step.va += shift;
    if (step.newVa != 0)
        step.newVa += shift;
    return step;
}

/// Other cache types get frames of their own: a sequence can leave reservations of UC- behind, which would
/// clash. A map too large for that stays UC-.
inline DeviceMapping inRegionOf(DeviceMapping device, std::uint32_t cache, std::uint64_t length) {
    constexpr std::uint64_t regionStart = 0x60000000;
    if (cache == RECORDER_UC_MINUS || device.phys + length > regionStart)
        return device;
    device.phys += regionStart - devicePhys;
    device.cache = cache;
    return device;
}

} // namespace pfnscope::record
