// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_pfnscope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace pfnscope::app {
namespace {

using test::Answer;
using test::runPfnscope;

using Json = nlohmann::json;

std::string data(const char* name) {
    return std::string(PFNSCOPE_TEST_DATA) + "/scenarios/" + name;
}

TEST(CommandLine, HelpIsEverywhere) {
    for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--help"},
                                                      {"run", "--help"},
                                                      {"compare", "--help"},
                                                      {"options", "--help"},
                                                      {"scenarios", "--help"}}) {
        const Answer got = runPfnscope(arguments);
        EXPECT_EQ(got.status, ExitStatus::Done);
        EXPECT_THAT(got.out, testing::HasSubstr("--help"));
        EXPECT_TRUE(got.err.empty());
    }
}

TEST(CommandLine, CompareJsonHasTheKeysOfTheDesign) {
    const Answer got = runPfnscope(
        {"compare", "thread/02-vfio-unmap-4k", "--option", "mainline", "--option", "naive", "--json"});
    ASSERT_EQ(got.status, ExitStatus::Done) << got.err;
    const Json json = Json::parse(got.out);
    ASSERT_EQ(json.at("results").size(), 2U);
    const Json& mainline = json.at("results").at(0);
    EXPECT_THAT(mainline.at("scenario").get<std::string>(),
                testing::EndsWith("thread/02-vfio-unmap-4k.yaml"));
    EXPECT_EQ(mainline.at("option"), "mainline");
    EXPECT_EQ(mainline.at("verdict"), "ok");
    EXPECT_TRUE(mainline.at("findings").empty());
    for (const char* cost :
         {"deposited_peak", "table_bytes_peak", "faults", "tlb_flushes", "entries_written"})
        EXPECT_TRUE(mainline.at("costs").at(cost).is_number_unsigned()) << cost;
    EXPECT_EQ(mainline.at("costs").at("faults"), 3);
    EXPECT_EQ(mainline.at("steps").at(2).at("op"), "munmap: {at: bar + 1M, size: 4K}");
    EXPECT_EQ(mainline.at("steps").at(2).at("result"), "0");

    const Json& naive = json.at("results").at(1);
    EXPECT_EQ(naive.at("verdict"), "crash");
    const Json& finding = naive.at("findings").at(0);
    EXPECT_EQ(finding.at("kind"), "crash");
    EXPECT_EQ(finding.at("step"), 3);
    EXPECT_EQ(finding.at("function"), "pgtable_trans_huge_withdraw");
    EXPECT_TRUE(finding.at("va").is_string());
    EXPECT_FALSE(finding.at("text").get<std::string>().empty());
}

TEST(CommandLine, TheMatrixHasARowAScenarioAndAColumnAnOption) {
    const Answer got = runPfnscope({"compare", "thread/01-vfio-unmap-all", "thread/09a-sigbus-handler-first",
                                    "--option", "A,C,D", "--matrix"});
    EXPECT_EQ(got.status, ExitStatus::Done);
    EXPECT_EQ(got.out, "                                 A   C     D      \n"
                       "thread/01-vfio-unmap-all         ok  ok    ok     \n"
                       "thread/09a-sigbus-handler-first  ok  lost  refused\n");
}

TEST(CommandLine, AFailedExpectationIsStatus1) {
    const Answer got = runPfnscope({"run", data("wrong_expectation.yaml")});
    EXPECT_EQ(got.status, ExitStatus::CheckFailed);
    EXPECT_THAT(got.out, testing::HasSubstr("not as expected: verdict is ok, expected crash"));
    EXPECT_THAT(runPfnscope({"compare", data("wrong_expectation.yaml"), "--matrix"}).out,
                testing::HasSubstr("ok!"));
}

TEST(CommandLine, AFindingThatNobodyExpectsIsStatus1) {
    EXPECT_EQ(runPfnscope({"run", data("own_option.yaml"), "--option", "F"}).status, ExitStatus::CheckFailed);
    EXPECT_EQ(runPfnscope({"run", data("own_option.yaml"), "--option", "mainline"}).status, ExitStatus::Done);
}

TEST(CommandLine, AnOptionMayComeFromAFile) {
    const Answer got = runPfnscope(
        {"compare", "thread/01-vfio-unmap-all", "--option-file", data("option_g.yaml"), "--matrix"});
    EXPECT_EQ(got.status, ExitStatus::Done) << got.err;
    EXPECT_EQ(got.out, "                          G    \nthread/01-vfio-unmap-all  crash\n");
}

TEST(CommandLine, RunShowsStepsFindingsAndCosts) {
    const Answer got = runPfnscope({"run", "thread/06-remap-fork", "--option", "rfc-v2"});
    EXPECT_EQ(got.status, ExitStatus::Done) << "the crash is what the scenario expects";
    EXPECT_THAT(got.out, testing::HasSubstr("fork: child\n       -> process 2"));
    EXPECT_THAT(got.out, testing::HasSubstr("the kernel dies in pgtable_trans_huge_withdraw, reading 0x8"));
    EXPECT_THAT(got.out, testing::HasSubstr("crash at step 4 in pgtable_trans_huge_withdraw"));
    EXPECT_THAT(got.out, testing::HasSubstr("costs: 2 deposited tables at the peak"));
}

TEST(CommandLine, OptionsAndScenariosAreListed) {
    const Json options = Json::parse(runPfnscope({"options", "--json"}).out);
    EXPECT_EQ(options.at("options").size(), 15U);
    EXPECT_EQ(options.at("options").at(8).at("slots").at("remap.deposit"),
              "all(vma.pfnmap, not(vma.fault), not(vma.huge_fault))");
    EXPECT_THAT(runPfnscope({"options", "C"}).out, testing::HasSubstr("* zap.deposited"));
    const Json scenarios = Json::parse(runPfnscope({"scenarios", "--json"}).out);
    std::vector<std::string> names;
    for (const Json& each : scenarios.at("scenarios"))
        names.push_back(each.at("scenario"));
    EXPECT_THAT(names, testing::Contains("thread/01-vfio-unmap-all"));
}

} // namespace
} // namespace pfnscope::app
