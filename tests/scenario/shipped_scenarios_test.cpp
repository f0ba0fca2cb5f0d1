// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/comparison.h"
#include "scenario/reader.h"
#include "scenario/writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace pfnscope::scenario {
namespace {

std::vector<std::string> files() {
    std::vector<std::string> found;
    for (const auto& each : std::filesystem::recursive_directory_iterator(PFNSCOPE_SOURCE_DIR "/scenarios"))
        if (each.path().extension() == ".yaml")
            found.push_back(each.path().string());
    std::sort(found.begin(), found.end());
    return found;
}

std::string testName(const testing::TestParamInfo<std::string>& each) {
    const std::filesystem::path path(each.param);
    std::string name = path.parent_path().filename().string() + "_" + path.stem().string();
    std::replace_if(
        name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
    return name;
}

class Shipped : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override {
        auto loaded = loadScenario(GetParam(), catalogue);
        ASSERT_TRUE(loaded) << toText(loaded.error());
        scenario = std::move(*loaded);
    }
    const option::Catalogue catalogue = option::Catalogue::shipped();
    Scenario scenario;
};

TEST_P(Shipped, ComesOutAsExpected) {
    const auto all = withOptionsOf(scenario, catalogue);
    ASSERT_TRUE(all);
    for (const auto& [name, expected] : scenario.expect) {
        const auto done = run(scenario, **all->find(name));
        ASSERT_TRUE(done) << toText(done.error());
        for (const Mismatch& mismatch : mismatches(**done))
            ADD_FAILURE() << GetParam() << " under " << name << ": " << mismatch.what << " is "
                          << mismatch.found << ", expected " << mismatch.expected;
    }
}

TEST_P(Shipped, IsWrittenAndReadAgainEqual) {
    const auto again = readScenario(toYaml(scenario), "again.yaml", catalogue);
    ASSERT_TRUE(again) << toText(again.error()) << '\n' << toYaml(scenario);
    EXPECT_EQ(*again, scenario);
}

TEST_P(Shipped, OfTheThreadExpectsSomethingOfEveryOption) {
    if (GetParam().find("/thread/") == std::string::npos)
        return;
    for (const option::Option& option : catalogue.options()) {
        const auto expected = scenario.expect.find(option.name);
        ASSERT_NE(expected, scenario.expect.end()) << option.name;
        EXPECT_TRUE(expected->second.verdict) << option.name;
    }
    for (const Step& step : scenario.steps)
        EXPECT_FALSE(step.say.empty());
}

INSTANTIATE_TEST_SUITE_P(Files, Shipped, testing::ValuesIn(files()), testName);

} // namespace
} // namespace pfnscope::scenario
