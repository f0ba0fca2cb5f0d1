// SPDX-License-Identifier: GPL-3.0-or-later
#include "golden/golden.h"
#include "outside_program.h"
#include "render/svg.h"
#include "sample.h"

#include <set>

using namespace pfnscope;
using namespace pfnscope::render;
using namespace pfnscope::test;

namespace {

TEST(Svg, LooksAsItAlwaysDid) {
    Sample sample;
    expectGolden("split.svg", renderSvg(sample.diagram()));
}

TEST(Svg, HasEveryBoxAndRowUnderItsId) {
    Sample sample;
    const view::Diagram diagram = sample.diagram();
    const std::string svg = renderSvg(diagram, {Page::Transparent, "a-", true});
    std::set<std::string> ids;
    for (const view::Box& box : diagram.boxes) {
        EXPECT_TRUE(ids.insert(box.id).second) << box.id;
        EXPECT_NE(svg.find("id=\"a-" + box.id + "\""), std::string::npos) << box.id;
        for (const view::Row& row : box.rows) {
            EXPECT_TRUE(ids.insert(row.id).second) << row.id;
            EXPECT_NE(svg.find("id=\"a-" + row.id + "\""), std::string::npos) << row.id;
        }
    }
    EXPECT_EQ(svg.find("<image"), std::string::npos);
}

TEST(Svg, EscapesWhatXmlReserves) {
    EXPECT_EQ(escapeXml("a<b & \"c\">\x01"), "a&lt;b &amp; &quot;c&quot;&gt;");
}

TEST(Svg, IsReadByAnotherProgram) {
    Sample sample;
    if (!hasProgram("rsvg-convert"))
        GTEST_SKIP() << "rsvg-convert is not installed";
    EXPECT_EQ(runOn("rsvg-convert >/dev/null", "picture.svg", renderSvg(sample.diagram())), 0);
}

} // namespace
