// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/expectation.h"
#include "machine/machine.h"
#include "support/property.h"

using namespace pfnscope;
using namespace pfnscope::check;
using namespace pfnscope::literals;

namespace {

constexpr machine::Pid kParent(1);
constexpr machine::MmId kMm(1);
constexpr std::uint64_t kPages = 32;

VirtAddr page(std::uint64_t number) {
    return VirtAddr(0x100000) + kPageSize * number;
}

/// A process without tables: Expectation must not look at them.
class World {
public:
    World() {
        const auto call = machine_.enter("boot");
        machine_.put(kMm, machine::Mm{});
        machine_.put(kParent, machine::Process{"parent", kMm, machine::ProcessState::Running, {}});
    }
    void run(mm::Action action, mm::Outcome outcome = {}) {
        expected.after({std::move(action), kParent, {}}, outcome, machine_.state());
    }
    Expectation expected;

private:
    machine::Machine machine_;
};

mm::Outcome returned(VirtAddr at) {
    mm::Outcome outcome;
    outcome.value = at.raw();
    return outcome;
}

mm::Mmap remapped(std::uint64_t first, std::uint64_t pages, std::uint64_t pfn) {
    mm::Mmap map;
    map.at = page(first);
    map.size = kPageSize * pages;
    map.driver = mm::Driver{};
    map.remap.push_back({Bytes(0), map.size, Pfn(pfn)});
    return map;
}

} // namespace

TEST(Expectation, ARemappedPageIsExpectedUntilItIsUnmapped) {
    World world;
    world.run(remapped(0, 8, 100), returned(page(0)));
    EXPECT_EQ(world.expected.at(kMm, page(3))->frame, Pfn(103));
    world.run(mm::Munmap{page(3), kPageSize});
    EXPECT_FALSE(world.expected.at(kMm, page(3)));
    EXPECT_EQ(world.expected.at(kMm, page(4))->frame, Pfn(104));
    EXPECT_FALSE(world.expected.at(kMm, page(8)));
}

TEST(Expectation, AFailedOperationChangesNothing) {
    World world;
    world.run(remapped(0, 8, 100), returned(page(0)));
    mm::Outcome refused;
    refused.error = mm::Errno::Inval;
    world.run(mm::Munmap{page(0), kPageSize * 8}, refused);
    EXPECT_TRUE(world.expected.at(kMm, page(0)));
}

TEST(Expectation, ARemapThatRunsOutOfTablesLeavesNothing) {
    World world;
    world.run(remapped(0, 8, 100), returned(page(0)));
    mm::Outcome failed;
    failed.error = mm::Errno::NoMem;
    world.run(mm::RemapPfnRange{page(2), kPageSize * 2, Pfn(500)}, failed);
    EXPECT_FALSE(world.expected.at(kMm, page(2)));
    EXPECT_TRUE(world.expected.at(kMm, page(4)));
}

/// Page by page, against a plain map of pages.
RC_GTEST_PROP(Expectation, EqualsAMapOfPages, (std::vector<std::array<std::uint8_t, 4>> steps)) {
    World world;
    std::map<std::uint64_t, std::uint64_t> reference;
    const auto unmap = [&](std::uint64_t first, std::uint64_t count) {
        for (std::uint64_t p = first; p < first + count; ++p)
            reference.erase(p);
    };
    for (const auto& [choice, a, b, c] : steps) {
        const std::uint64_t first = a % kPages, count = 1 + b % 8, to = c % kPages, pfn = 1000 + c * 16;
        switch (choice % 3) {
        case 0:
            world.run(remapped(first, count, pfn), returned(page(first)));
            for (std::uint64_t i = 0; i < count; ++i)
                reference[first + i] = pfn + i;
            break;
        case 1:
            world.run(mm::Munmap{page(first), kPageSize * count});
            unmap(first, count);
            break;
        case 2: {
            if (first < to + count && to < first + count)
                break; // the kernel refuses a move onto itself
            world.run(mm::Mremap{page(first), kPageSize * count, kPageSize * count, page(to)},
                      returned(page(to)));
            const auto before = reference;
            unmap(first, count);
            unmap(to, count);
            for (std::uint64_t i = 0; i < count; ++i)
                if (const auto found = before.find(first + i); found != before.end())
                    reference[to + i] = found->second;
            break;
        }
        }
    }
    for (std::uint64_t p = 0; p < kPages + 8; ++p) {
        const auto expected = world.expected.at(kMm, page(p));
        RC_ASSERT(expected.has_value() == reference.contains(p));
        if (expected)
            RC_ASSERT(expected->frame.raw() == reference.at(p));
    }
}
