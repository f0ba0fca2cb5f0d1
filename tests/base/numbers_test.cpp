// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/numbers.h"

#include <gtest/gtest.h>

using namespace pfnscope;

TEST(Numbers, ReadsUnitsAndHex) {
    EXPECT_EQ(parseNumber("0x200000"), 0x200000U);
    EXPECT_EQ(parseNumber("4096"), 4096U);
    EXPECT_EQ(parseNumber("4K"), 4096U);
    EXPECT_EQ(parseNumber("0x10M"), 0x1000000U);
    EXPECT_EQ(parseNumber("64G"), 64ULL << 30);
}

TEST(Numbers, RefusesWhatItCannotHold) {
    for (const char* text :
         {"", "K", "0x", "-1", "4k", "4 K", "1.5M", "0x1ffffffffffffffff", "99999999T", "12abc"})
        EXPECT_EQ(parseNumber(text), std::nullopt) << text;
}

TEST(Numbers, BareHexIsHexOnly) {
    EXPECT_EQ(parseBareHex("100000200000"), 0x100000200000U);
    EXPECT_EQ(parseBareHex("0x10"), std::nullopt);
    EXPECT_EQ(parseBareHex(""), std::nullopt);
}
