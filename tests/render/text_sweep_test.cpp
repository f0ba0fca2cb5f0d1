// SPDX-License-Identifier: GPL-3.0-or-later
// Every picture that a mail could carry: of each shipped scenario, under each option, after each step.
#include "render/run_slides.h"
#include "render/text.h"
#include "scenario/reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

using namespace pfnscope;

namespace {

constexpr std::size_t kColumns = 72;

/// What is wrong with a text of a mail; empty: nothing.
std::string flawIn(std::string_view text) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos)
            return "the last line has no end";
        const std::string_view line = text.substr(0, end);
        const auto flaw = [&](const char* what) {
            return "line " + std::to_string(number) + " " + what + ": " + std::string(line);
        };
        if (line.size() > kColumns)
            return flaw("is too long");
        if (line.ends_with(' '))
            return flaw("ends with a blank");
        for (const char c : line)
            if (c < ' ' || c > '~')
                return flaw("is not plain");
        text.remove_prefix(end + 1);
    }
    return "";
}

TEST(TextSweep, SeesWhatItLooksFor) {
    EXPECT_EQ(flawIn("fine\n"), "");
    EXPECT_NE(flawIn("no end"), "");
    EXPECT_NE(flawIn(std::string(73, 'x') + "\n"), "");
    EXPECT_NE(flawIn("blank \n"), "");
    EXPECT_NE(flawIn("a\ttab\n"), "");
    EXPECT_NE(flawIn("\xc3\xa9\n"), "");
}

std::vector<std::filesystem::path> shippedScenarios() {
    std::vector<std::filesystem::path> found;
    for (const auto& each : std::filesystem::recursive_directory_iterator(PFNSCOPE_SOURCE_DIR "/scenarios"))
        if (each.path().extension() == ".yaml")
            found.push_back(each.path());
    std::sort(found.begin(), found.end());
    return found;
}

class Sweep {
public:
    void run(const std::filesystem::path& file) {
        const auto scenario = scenario::loadScenario(file.string(), known_);
        ASSERT_TRUE(scenario.has_value()) << toText(scenario.error());
        const auto options = scenario::withOptionsOf(*scenario, known_);
        ASSERT_TRUE(options.has_value()) << toText(options.error());
        for (const option::Option& option : options->options())
            run(*scenario, option, file.stem().string());
    }
    std::size_t pictures() const { return pictures_; }

private:
    void run(const scenario::Scenario& scenario, const option::Option& option, const std::string& name) {
        const auto run = scenario::run(scenario, option);
        ASSERT_TRUE(run.has_value()) << name << " under " << option.name;
        for (std::size_t step = 0; step <= render::lastStep(**run); ++step) {
            const std::string text = render::renderText(render::pictureOf({**run, name, "0.1.0"}, step));
            ++pictures_;
            EXPECT_EQ(flawIn(text), "") << name << " under " << option.name << ", step " << step;
        }
    }

    const option::Catalogue known_ = option::Catalogue::shipped();
    std::size_t pictures_ = 0;
};

TEST(TextSweep, EveryPictureFitsAMail) {
    Sweep sweep;
    for (const std::filesystem::path& file : shippedScenarios())
        sweep.run(file);
    EXPECT_GT(sweep.pictures(), 5'000U);
}

} // namespace
