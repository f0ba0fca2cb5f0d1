// SPDX-License-Identifier: GPL-3.0-or-later
#include "option/catalogue.h"
#include "render/review.h"
#include "render/run_slides.h"
#include "scenario/reader.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

using namespace pfnscope;
using namespace pfnscope::render;

namespace {

constexpr std::string_view kKernfs = R"(
title: A BAR through kernfs
drivers:
  pci:    {pfn: 0x200000, access: true}
  kernfs: {pfn: 0x200000, fault: sigbus, access: true}
steps:
  - mmap: {name: bar, at: 0x7f0000000000, size: 4M, driver: pci, remap: true, then_driver: kernfs, flags: shared}
    say: The remap sees no handler.
  - touch: {at: bar + 3M, access: write}
  - munmap: {at: bar + 1M, size: 4K}
  - touch: {at: bar + 8K, access: read}
)";

scenario::NamedScenario kernfs(const std::vector<std::string>& options) {
    const option::Catalogue catalogue = option::Catalogue::shipped();
    scenario::NamedScenario named{
        "kernfs.yaml", scenario::readScenario(kKernfs, "kernfs.yaml", catalogue).value(), {}};
    for (const std::string& option : options)
        named.options.push_back(**catalogue.find(option));
    return named;
}

TEST(Slides, NothingMovesFromStepToStep) {
    const auto named = kernfs({"A"});
    const auto run = scenario::run(named.scenario, named.options[0]).value();
    const Presentation shown = present({*run, named.file, "1"});
    ASSERT_EQ(shown.slides.size(), lastStep(*run) + 1);
    std::map<std::string, view::Rect> places;
    for (const Slide& slide : shown.slides)
        for (view::Box box : slide.diagram.boxes) {
            box.rect.height = 0;
            EXPECT_EQ(places.try_emplace(box.id, box.rect).first->second, box.rect) << box.id;
        }
    EXPECT_EQ(shown.slides[1].say, "The remap sees no handler.");
    EXPECT_EQ(shown.slides[3].cost.deposited, 1);
    EXPECT_FALSE(shown.slides[3].calls.empty());
    EXPECT_EQ(run->machine.position(), run->machine.journal().end());
    EXPECT_EQ(renderHtml(shown), renderHtml(present({*run, named.file, "1"})));
}

TEST(Slides, APictureIsStampedWithWhereItComesFrom) {
    const auto named = kernfs({"A"});
    const auto run = scenario::run(named.scenario, named.options[0]).value();
    const view::Diagram diagram = pictureOf({*run, named.file, "1.2"}, 3);
    EXPECT_EQ(diagram.stamp.scenario, "kernfs.yaml");
    EXPECT_EQ(diagram.stamp.option, "A");
    EXPECT_EQ(diagram.stamp.step, 3U);
    EXPECT_EQ(diagram.stamp.version, "1.2");
    EXPECT_EQ(diagram.stamp.hash.size(), 8U);
    EXPECT_TRUE(diagram.stamp.stepText.starts_with("munmap: {at: bar + 1M")) << diagram.stamp.stepText;
}

struct ReviewOfKernfs : testing::Test {
    const Review review = makeReview({kernfs({"mainline", "A", "C"})}, "1").value();
};

TEST_F(ReviewOfKernfs, ShowsTheLossUnderOptionCOnce) {
    const auto lost = std::find_if(review.cases.begin(), review.cases.end(), [](const ReviewCase& each) {
        return each.finding.kind == check::FindingKind::Lost;
    });
    ASSERT_NE(lost, review.cases.end());
    EXPECT_EQ(lost->options, std::vector<std::string>{"C"});
    EXPECT_TRUE(lost->isReduced); // the touch of the other leaf is not needed
    EXPECT_EQ(lost->sequence.size(), 3U);
    EXPECT_FALSE(lost->before.boxes.empty());
    EXPECT_NE(lost->before, lost->after);
}

/// The columns at which a line has a corner of a box.
std::set<std::size_t> cornersOf(const std::string& line) {
    std::set<std::size_t> corners;
    for (std::size_t i = 0; i < line.size(); ++i)
        if (line[i] == '+')
            corners.insert(i);
    return corners;
}

TEST_F(ReviewOfKernfs, TheTextStillLinesUpAfterBeingQuotedTwice) {
    constexpr std::string_view kQuote = "> > ";
    std::istringstream lines(renderReviewText(review));
    std::string above;
    std::size_t boxes = 0;
    for (std::string line; std::getline(lines, line);) {
        const std::string quoted = std::string(kQuote) + line;
        EXPECT_LE(quoted.size(), 80U) << line;
        EXPECT_LE(line.size(), 72U) << line;
        EXPECT_TRUE(line.empty() || line.back() != ' ') << line;
        for (const char c : line)
            EXPECT_TRUE(c >= ' ' && c <= '~') << line;
        const bool isSide = quoted.starts_with(std::string(kQuote) + "|");
        if (isSide &&
            above.starts_with(std::string(kQuote) + "+--")) { // it stands below the border's corners
            for (const std::size_t corner : cornersOf(above))
                EXPECT_TRUE(corner < quoted.size() && quoted[corner] == '|') << above << '\n' << quoted;
            ++boxes;
        }
        above = quoted;
    }
    EXPECT_GE(boxes, 4U);
}

TEST_F(ReviewOfKernfs, SaysWhatWasRunSoThatItCanBeRunAgain) {
    const option::Catalogue catalogue = option::Catalogue::shipped();
    const auto again = scenario::readScenario(review.scenarios[0].setup, "setup", catalogue);
    ASSERT_TRUE(again.has_value()) << toText(again.error());
    EXPECT_EQ(again->steps.size(), 4U);
    EXPECT_EQ(again->drivers.size(), 2U);
    EXPECT_NE(renderReviewHtml(review).find("driver: pci, remap: "), std::string::npos);
    EXPECT_NE(renderReviewText(review).find("drivers:"), std::string::npos);
}

TEST_F(ReviewOfKernfs, IsAlsoWrittenForAnIssueTracker) {
    const std::string markdown = renderReviewMarkdown(review);
    EXPECT_NE(markdown.find("| scenario | mainline | A | C |"), std::string::npos);
    EXPECT_NE(markdown.find("lost"), std::string::npos);
    std::istringstream lines(markdown);
    bool inFence = false;
    for (std::string line; std::getline(lines, line);)
        inFence ^= line.starts_with("```");
    EXPECT_FALSE(inFence);
    EXPECT_EQ(markdown, renderReviewMarkdown(review));
}

TEST_F(ReviewOfKernfs, ThePageNeedsNothingFromTheNet) {
    std::string html = renderReviewHtml(review);
    const std::string name = "http://www.w3.org/2000/svg"; // SVG's namespace, which is no address
    for (auto at = html.find(name); at != std::string::npos; at = html.find(name))
        html.erase(at, name.size());
    EXPECT_EQ(html.find("http"), std::string::npos);
    EXPECT_EQ(html.find("src="), std::string::npos);
    EXPECT_NE(html.find("id=\"case-1\""), std::string::npos);
}

} // namespace
