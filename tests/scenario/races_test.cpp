// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/reader.h"
#include "scenario/runner.h"
#include "schedule/search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

/// The files of scenarios/races are found by the search, not only replayed: from what comes before a file's
/// overlap it is asked for all schedules of the operations, under each option that the file names.
namespace pfnscope::scenario {
namespace {

std::vector<std::string> files() {
    std::vector<std::string> found;
    for (const auto& each : std::filesystem::directory_iterator(PFNSCOPE_SOURCE_DIR "/scenarios/races"))
        found.push_back(each.path().string());
    std::sort(found.begin(), found.end());
    return found;
}

std::string testName(const testing::TestParamInfo<std::string>& each) {
    std::string name = std::filesystem::path(each.param).stem().string();
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

schedule::SearchResult searchOf(const Scenario& scenario, const option::Option& option) {
    machine::MachineConfig config;
    config.cpus = scenario.cpu;
    config.cpus.count = 3;
    machine::Machine machine(config);
    mm::Kernel kernel(machine, option, scenario.kernel);
    kernel.boot(kFirstProcessName);
    check::Watch watch(kernel);
    for (std::size_t step = 0; step < scenario.steps.size(); ++step) {
        if (const auto& overlap = scenario.steps[step].overlap)
            return schedule::search({kernel, machine, watch, step}, overlap->operations);
        for (const mm::Operation& operation : scenario.steps[step].operations())
            watch.after(operation, kernel.run(operation), step);
    }
    ADD_FAILURE() << scenario.title << " has no overlap";
    return {};
}

class Races : public testing::TestWithParam<std::string> {};

TEST_P(Races, AreFoundByTheSearch) {
    const option::Catalogue catalogue = option::Catalogue::shipped();
    const auto scenario = loadScenario(GetParam(), catalogue);
    ASSERT_TRUE(scenario) << toText(scenario.error());
    ASSERT_FALSE(scenario->expect.empty());
    for (const auto& [name, expected] : scenario->expect) {
        ASSERT_TRUE(expected.verdict) << name;
        const schedule::SearchResult found = searchOf(*scenario, **catalogue.find(name));
        EXPECT_TRUE(found.exhausted) << name;
        if (*expected.verdict == check::Verdict::Ok) {
            for (const schedule::Race& race : found.races)
                ADD_FAILURE() << name << ": " << race.finding.text;
            continue;
        }
        EXPECT_TRUE(std::any_of(
            found.races.begin(), found.races.end(),
            [&](const schedule::Race& race) { return verdictOf(race.finding.kind) == *expected.verdict; }))
            << name << " has no " << check::name(*expected.verdict);
    }
}

INSTANTIATE_TEST_SUITE_P(Files, Races, testing::ValuesIn(files()), testName);

} // namespace
} // namespace pfnscope::scenario
