// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run_pfnscope.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>

namespace pfnscope::app {
namespace {

namespace fs = std::filesystem;
using test::Answer;
using test::runPfnscope;
using testing::HasSubstr;
using Json = nlohmann::json;

class ScheduleCommand : public testing::Test {
protected:
    test::TemporaryFolder folder_;
};

TEST_F(ScheduleCommand, WhatItSavesIsShownByEveryCommandThatTakesAScenario) {
    const Answer found =
        runPfnscope({"schedule", "--option", "rfc-v1", "--match", "remap_pfn_range 0x100000000000 2M / unmap",
                     "--save", folder_.file("races"), "--json"});
    EXPECT_EQ(found.status, ExitStatus::CheckFailed);
    const Json races = Json::parse(found.out)["results"][0]["races"];
    ASSERT_GE(races.size(), 2U);
    std::size_t files = 0;
    for (const auto& file : fs::directory_iterator(folder_.file("races"))) {
        ++files;
        const Answer run = runPfnscope({"run", file.path().string()});
        EXPECT_EQ(run.status, ExitStatus::Done) << run.out << run.err;
        EXPECT_THAT(run.out, HasSubstr("\nCPU0                                CPU1\n"));
    }
    EXPECT_EQ(files, races.size());
    const std::string crash = folder_.file("races/rfc-v1-crash-1.yaml");
    const Answer run = runPfnscope({"run", crash, "--option", "rfc-v1", "--json"});
    const Json result = Json::parse(run.out)["results"][0];
    EXPECT_EQ(result["verdict"], "crash");
    ASSERT_EQ(result["findings"].size(), 1U);
    EXPECT_EQ(result["findings"][0]["step"], 2);
    EXPECT_EQ(result["steps"][1]["cpu"], 0);
    EXPECT_EQ(result["steps"][2]["cpu"], 1);
    EXPECT_THAT(result["steps"][2]["listing"].get<std::string>(), HasSubstr("the kernel dies in"));
    EXPECT_THAT(runPfnscope({"compare", crash, "--option", "rfc-v1", "--option", "rfc-v2"}).out,
                HasSubstr("crash"));
    EXPECT_THAT(runPfnscope({"report", crash, "--option", "rfc-v1"}).out,
                HasSubstr("CPU0                                CPU1"));
    for (const char* format : {"text", "svg", "dot", "html", "json", "jsonl", "calls"}) {
        const Answer drawn =
            runPfnscope({"render", crash, "--option", "rfc-v1", "--step", "2", "--format", format});
        EXPECT_EQ(drawn.status, ExitStatus::Done) << format << drawn.err;
        EXPECT_FALSE(drawn.out.empty()) << format;
    }
    EXPECT_THAT(runPfnscope({"render", crash, "--option", "rfc-v1", "--step", "2", "--format", "calls"}).out,
                HasSubstr("participant CPU1_unmap_mapping_range"));
}

TEST_F(ScheduleCommand, ThreeOperationsAtOnce) {
    const Answer found = runPfnscope(
        {"schedule", "--cpus", "3", "--preemptions", "1", "--option", "rfc-v2", "--match",
         "remaps later: remap_pfn_range 0x100000000000 2M / touch 0x100000000000 read / mprotect", "--json"});
    const Json result = Json::parse(found.out)["results"][0];
    EXPECT_EQ(result["groups"], 1);
    EXPECT_GT(result["schedules"], 6) << "more than the orders one after another";
}

TEST_F(ScheduleCommand, AFolderThatCannotBeMadeIsAnError) {
    const Answer found =
        runPfnscope({"schedule", "--option", "rfc-v1", "--match", "remap_pfn_range 0x100000000000 2M / unmap",
                     "--save", "/dev/null/folder"});
    EXPECT_EQ(found.status, ExitStatus::BadInput);
    EXPECT_THAT(found.err, HasSubstr("/dev/null/folder"));
}

} // namespace
} // namespace pfnscope::app
