// SPDX-License-Identifier: GPL-3.0-or-later
// A walk and a TLB hit take no memory: every operator new of this program is counted.
#include "hw/tlb.h"
#include "hw/translator.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<unsigned long> allocations{0};
} // namespace

void* operator new(std::size_t size) {
    ++allocations;
    if (void* const place = std::malloc(size == 0 ? 1 : size))
        return place;
    throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++allocations;
    return std::malloc(size == 0 ? 1 : size);
}
void operator delete(void* place) noexcept {
    std::free(place);
}
void operator delete(void* place, std::size_t) noexcept {
    std::free(place);
}

using namespace pfnscope;
using namespace pfnscope::hw;

namespace {

struct Allocation : ::testing::Test {
    Allocation() {
        registers.cr0 = Registers::kCr0Wp;
        registers.cr3 = 0x104000;
        registers.efer = Registers::kEferNxe;
        for (unsigned depth = 4; depth >= 1; --depth)
            memory.writable(Pfn(0x100 + depth))[0] = (0x100ULL + depth - 1) << 12 | 7;
    }
    template <class Work> unsigned long during(Work work) {
        const unsigned long before = allocations;
        work();
        return allocations - before;
    }
    PhysicalMemory memory;
    Registers registers;
    CpuFeatures features;
    const Access write{VirtAddr(0x10), AccessType::Write, Privilege::User, Bytes(8)};
    const Access fault{VirtAddr(0x1010), AccessType::Write, Privilege::User, Bytes(8)};
};

TEST_F(Allocation, TheCounterCounts) {
    EXPECT_EQ(during([] { ::operator delete(::operator new(8)); }), 1U);
}

TEST_F(Allocation, AWalkTakesNone) {
    const Translator translator(memory, registers, features, kFourLevels);
    EXPECT_EQ(during([&] {
                  EXPECT_TRUE(translator.translate(write).ok());
                  EXPECT_FALSE(translator.translate(fault).ok());
                  EXPECT_EQ(walk(memory, registers, features, kFourLevels, write).updates().size(), 4U);
              }),
              0U);
}

TEST_F(Allocation, ATlbHitTakesNone) {
    Tlb tlb;
    tlb.apply(tlb.planFill(Pcid{}, walk(memory, registers, features, kFourLevels, write)));
    EXPECT_EQ(during([&] {
                  EXPECT_NE(tlb.lookup(write.at, Pcid{}), nullptr);
                  EXPECT_EQ(tlb.lookup(fault.at, Pcid{}), nullptr);
                  EXPECT_TRUE(tlb.lookupStructure(fault.at, Pcid{}).has_value());
              }),
              0U);
}

} // namespace
