// SPDX-License-Identifier: GPL-3.0-or-later
// Sequences that nobody thought of: steps drawn by a generator with a fixed start.
#include "draw.h"
#include "steps.h"

namespace pfnscope::record {

namespace {

constexpr int sequencesPerSource = 15;
constexpr int drawnSteps = 14;

/// Places around the edges where splits begin, in the mapping as it was made.
constexpr std::uint64_t places[] = {0,           kib4, mib1 - kib4, mib1,     mib1 + kib4,
                                    mib2 - kib4, mib2, mib2 + kib4, 3 * mib1, 3 * mib1 + kib4,
                                    mib4 - kib4};

constexpr std::uint64_t targets[] = {0x1000000, 0x100000000, 0x100200000, 0x1001000, 0x40000000};

struct Range {
    std::uint64_t offset;
    std::uint64_t length;
};

Range drawRange(Draw& draw) {
    constexpr Range ranges[] = {{0, mib2},        {mib2, mib2}, {0, mib4},          {mib1, mib1},
                                {mib1, mib2},     {mib1, kib4}, {3 * mib1, kib4},   {mib2 - kib4, 2 * kib4},
                                {3 * mib1, mib1}, {0, kib4},    {mib4 - kib4, kib4}};
    return draw.oneOf(ranges);
}

Step drawMove(Draw& draw) {
    const Range range = drawRange(draw);
    return mremapTo(range.offset, range.length, draw.oneOf(targets), range.length);
}

Step drawDriverCall(Draw& draw) {
    const Range range = drawRange(draw);
    return draw.below(2) == 0 ? unmapMapping(range.offset, range.length)
                              : zapVmaPtes(range.offset, range.length);
}

/// A step that changes the mapping, of either process.
Step drawChange(Draw& draw) {
    const Range range = drawRange(draw);
    constexpr Protection protections[] = {Protection::readOnly, Protection::readWrite, Protection::none};
    switch (draw.below(3)) {
    case 0:
        return munmap(range.offset, range.length);
    case 1:
        return mprotect(range.offset, range.length, draw.oneOf(protections));
    default:
        return madvise(range.offset, range.length, Advice::dontneed);
    }
}

Step drawAccess(Draw& draw) {
    const std::uint64_t moved = draw.below(4) == 0 ? draw.oneOf(targets) : 0;
    const std::uint64_t at = moved + draw.oneOf(places);
    return draw.below(2) == 0 ? read(at) : write(at);
}

/// Half of the steps look at what the other half did.
Step drawStep(Draw& draw, bool byDevice) {
    switch (draw.below(10)) {
    case 0:
    case 1:
    case 2:
        return drawChange(draw);
    case 3:
        return drawMove(draw);
    case 4:
        return byDevice ? drawDriverCall(draw) : drawChange(draw);
    default:
        return drawAccess(draw);
    }
}

bool mayBeOfChild(const Step& step) {
    return step.verb == Verb::read || step.verb == Verb::write || step.verb == Verb::munmap ||
           step.verb == Verb::mprotect;
}

Steps drawSteps(Draw& draw, bool byDevice) {
    Steps steps;
    const std::uint64_t forksAt = draw.below(2 * drawnSteps); // every other sequence has no child
    bool hasChild = false;
    for (std::uint64_t number = 0; number < drawnSteps; ++number) {
        if (number == forksAt) {
            steps.push_back(fork());
            hasChild = true;
        }
        const Step step = drawStep(draw, byDevice);
        steps.push_back(hasChild && mayBeOfChild(step) && draw.below(2) == 0 ? child(step) : step);
    }
    if (hasChild)
        steps.push_back(childExit());
    return steps;
}

} // namespace

std::vector<Sequence> randomSequences() {
    std::vector<Sequence> sequences;
    std::uint64_t seed = 1;
    for (const Source& source : sources())
        for (int number = 1; number <= sequencesPerSource; ++number) {
            Draw draw(seed++);
            Sequence sequence{source.letter + "/random_" + std::to_string(number), source.letter, {}};
            sequence.steps = {source.map, write(3 * kib4), read(mib2)};
            const Steps drawn = drawSteps(draw, source.fromDevice);
            sequence.steps.insert(sequence.steps.end(), drawn.begin(), drawn.end());
            sequences.push_back(std::move(sequence));
        }
    return sequences;
}

} // namespace pfnscope::record
