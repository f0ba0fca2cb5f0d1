// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/address.h"

#include <gtest/gtest.h>

#include <type_traits>

using namespace pfnscope;
using namespace pfnscope::literals;

// What the types must not allow matters as much as what they do.
static_assert(!std::is_convertible_v<std::uint64_t, VirtAddr>);
static_assert(!std::is_convertible_v<VirtAddr, PhysAddr>);
static_assert(!std::is_constructible_v<VirtAddr, PhysAddr>);
static_assert(!std::is_constructible_v<PhysAddr, VirtAddr>);
static_assert(!std::is_convertible_v<Pfn, std::uint64_t>);
static_assert(!std::is_invocable_v<std::plus<>, VirtAddr, VirtAddr>);
static_assert(!std::is_invocable_v<std::plus<>, VirtAddr, std::uint64_t>);
static_assert(!std::is_invocable_v<std::minus<>, VirtAddr, PhysAddr>);
static_assert(!std::is_invocable_v<std::less<>, VirtAddr, PhysAddr>);
static_assert(std::is_trivially_copyable_v<VirtAddr> && sizeof(VirtAddr) == 8);

TEST(Address, AlignsToPowersOfTwo) {
    constexpr VirtAddr at(0x7f0000201234);
    EXPECT_EQ(at.alignedDown(2_MiB), VirtAddr(0x7f0000200000));
    EXPECT_EQ(at.alignedUp(2_MiB), VirtAddr(0x7f0000400000));
    EXPECT_EQ(at.offsetIn(4_KiB), Bytes(0x234));
    EXPECT_TRUE(VirtAddr(0x7f0000200000).isAligned(2_MiB));
    EXPECT_EQ(VirtAddr(0x7f0000200000).alignedUp(2_MiB), VirtAddr(0x7f0000200000));
}

TEST(Address, DifferenceIsALength) {
    EXPECT_EQ(VirtAddr(0x3000) - VirtAddr(0x1000), 8_KiB);
    EXPECT_EQ(VirtAddr(0x3000) - 8_KiB, VirtAddr(0x1000));
    EXPECT_EQ(VirtAddr(0x1000) + 8_KiB, VirtAddr(0x3000));
}

TEST(Address, FrameOfAPhysicalAddress) {
    EXPECT_EQ(PhysAddr(0x40200fff).frame(), Pfn(0x40200));
    EXPECT_EQ(PhysAddr(Pfn(0x40200)), PhysAddr(0x40200000));
    EXPECT_EQ(Pfn(0x40200) - Pfn(0x40000), 0x200U);
}

TEST(Address, RangesAreHalfOpen) {
    constexpr VirtRange range{VirtAddr(0x1000), VirtAddr(0x3000)};
    EXPECT_TRUE(range.contains(VirtAddr(0x1000)));
    EXPECT_FALSE(range.contains(VirtAddr(0x3000)));
    EXPECT_FALSE(range.overlaps({VirtAddr(0x3000), VirtAddr(0x4000)}));
    EXPECT_TRUE(range.overlaps({VirtAddr(0x2fff), VirtAddr(0x4000)}));
}

TEST(Address, LengthsAreWrittenInTheLargestUnitThatDivides) {
    EXPECT_EQ(toText(2_MiB), "2M");
    EXPECT_EQ(toText(4_KiB * 3), "12K");
    EXPECT_EQ(toText(64_GiB), "64G");
    EXPECT_EQ(toText(Bytes(12345)), "12345");
    EXPECT_EQ(toText(Bytes(0)), "0");
}
