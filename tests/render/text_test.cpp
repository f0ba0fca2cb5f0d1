// SPDX-License-Identifier: GPL-3.0-or-later
#include "golden/golden.h"
#include "render/text.h"
#include "sample.h"

#include <sstream>

using namespace pfnscope;
using namespace pfnscope::render;
using namespace pfnscope::test;

namespace {

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

TEST(Text, FitsAMail) {
    Sample sample;
    for (const std::string& line : linesOf(renderText(sample.diagram()))) {
        EXPECT_LE(line.size(), 72U) << line;
        EXPECT_TRUE(line.empty() || line.back() != ' ') << line;
        for (const char c : line)
            EXPECT_TRUE(c >= ' ' && c <= '~') << line;
    }
}

TEST(Text, LooksAsItAlwaysDid) {
    Sample sample;
    expectGolden("split.txt", renderText(sample.diagram()));
    expectGolden("split.unicode.txt", renderText(sample.diagram(), Charset::Unicode));
    view::LayoutOptions columns;
    columns.form = view::Form::Columns;
    expectGolden("split.columns.txt", renderText(sample.diagram(columns)));
}

TEST(Text, BecomesAscii) {
    EXPECT_EQ(toAscii("\x1b[2J\x7f"), "?[2J?");
    EXPECT_EQ(toPrintable("\u2192\x1b[2J\t."), "\u2192?[2J .");
    EXPECT_EQ(toAscii("a \u2192 b \u2014 \u201cc\u201d \u00e9\tx"), "a -> b -- \"c\" ? x");
}

} // namespace
