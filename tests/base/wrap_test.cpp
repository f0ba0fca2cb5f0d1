// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/wrap.h"

#include <gtest/gtest.h>

using namespace pfnscope;

namespace {

using Lines = std::vector<std::string>;

TEST(Wrap, BreaksLinesAtBlanksAndNewlines) {
    EXPECT_EQ(wrapText("one two three", 7), (Lines{"one two", "three"}));
    EXPECT_EQ(wrapText("one\ntwo", 7), (Lines{"one", "two"}));
    EXPECT_EQ(wrapText("", 7), Lines{});
}

TEST(Wrap, BreaksALongWordWhereItMust) {
    EXPECT_EQ(wrapText("abcdefgh", 3), (Lines{"abc", "def", "gh"}));
    EXPECT_EQ(wrapText("\u2014\u2014\u2014", 2), (Lines{"\u2014\u2014", "\u2014"}));
}

TEST(Wrap, CountsACellACodePoint) {
    EXPECT_EQ(cellsOf("\u2014x"), 2U);
    EXPECT_EQ(cellsOf(""), 0U);
}

} // namespace
