// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/physical_memory.h"
#include "support/property.h"

#include <algorithm>
#include <map>
#include <vector>

using namespace pfnscope;
using namespace pfnscope::hw;

namespace {

TEST(PhysicalMemory, WhatNobodyWroteIsZero) {
    PhysicalMemory memory;
    for (const std::uint64_t frame : {0ULL, 5ULL, 0xfffffULL, 0x100000ULL, 0xffffffffffULL})
        EXPECT_EQ(memory.read(Pfn(frame), 511), 0U);
    memory.writable(Pfn(5))[0] = 1;
    EXPECT_EQ(memory.read(Pfn(6), 0), 0U);
    EXPECT_EQ(memory.frameCount(), 1U);
}

RC_GTEST_PROP(PhysicalMemory, KeepsWordsAndNamesFramesInOrder, ()) {
    PhysicalMemory memory;
    std::map<std::uint64_t, std::map<unsigned, Word>> expected;
    const auto writes = *rc::gen::container<std::vector<std::tuple<unsigned, unsigned, Word>>>(
        rc::gen::tuple(rc::gen::inRange(0U, 64U), rc::gen::inRange(0U, 512U), rc::gen::arbitrary<Word>()));
    for (const auto& [place, index, value] : writes) {
        // Around the window's end, in it, and at the top of 52 bits.
        const std::uint64_t frame = place < 32 ? 0xffff0 + place : place < 48 ? place : (1ULL << 40) - place;
        memory.writable(Pfn(frame))[index] = value;
        expected[frame][index] = value;
    }
    PhysicalMemory moved = std::move(memory);
    RC_ASSERT(moved.frameCount() == expected.size());
    auto next = expected.begin();
    moved.forEachFrame([&](Pfn frame, PhysicalMemory::ConstFrame words) {
        RC_ASSERT(frame.raw() == next->first);
        for (unsigned i = 0; i < kWordsPerFrame; ++i) {
            const auto found = next->second.find(i);
            RC_ASSERT(words[i] == (found == next->second.end() ? 0 : found->second));
            RC_ASSERT(words[i] == moved.read(PhysAddr(frame) + Bytes(i * 8)));
        }
        ++next;
    });
}

TEST(PhysicalMemory, ThousandsOfSmallOnesFitSideBySide) {
    std::vector<PhysicalMemory> machines(2000);
    for (std::size_t i = 0; i < machines.size(); ++i)
        machines[i].writable(Pfn(0x4000))[7] = i;
    for (std::size_t i = 0; i < machines.size(); ++i)
        EXPECT_EQ(machines[i].read(Pfn(0x4000), 7), i);
}

/// The window of one that is gone may serve the next.
TEST(PhysicalMemory, NothingIsLeftOfTheOneBefore) {
    for (std::uint64_t round = 0; round < 400; ++round) {
        PhysicalMemory memory;
        for (std::uint64_t frame = 0; frame < 70 + round * 20 % 130; ++frame) {
            const Pfn at(round * 977 % 0xff000 + frame);
            ASSERT_FALSE(memory.isWritten(at));
            const auto words = memory.writable(at);
            ASSERT_EQ(std::ranges::count(words, Word{0}), std::ptrdiff_t{kWordsPerFrame});
            words[frame] = round + 1;
        }
        PhysicalMemory moved = std::move(memory);
        EXPECT_EQ(moved.read(Pfn(round * 977 % 0xff000 + 1), 1), round + 1);
    }
}

} // namespace
