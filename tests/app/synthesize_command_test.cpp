// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run_pfnscope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace pfnscope::app {
namespace {

namespace fs = std::filesystem;
using test::Answer;
using test::runPfnscope;
using Json = nlohmann::json;

/// Two findings are no failure: an allocation that the alphabet lets fail, and what the option refuses on
/// purpose.
bool isFailure(const Json& finding) {
    return finding["kind"] != "oom" && finding["kind"] != "refused";
}

const Json& synthesized() {
    static const Json result =
        Json::parse(runPfnscope({"synthesize", "--depth", "4", "--memory", "500M", "--json"}).out);
    return result;
}

TEST(SynthesizeCommand, WhatItPrintsExploreFindsSafe) {
    const fs::path path =
        fs::temp_directory_path() / ("pfnscope-survivor-" + std::to_string(::getpid()) + ".yaml");
    ASSERT_FALSE(synthesized()["survivors"].empty());
    for (const Json& survivor : synthesized()["survivors"]) {
        std::ofstream(path) << std::string(survivor["yaml"]);
        const Answer answer = runPfnscope({"explore", "--option", path.string(), "--depth", "4", "--json"});
        fs::remove(path);
        ASSERT_EQ(answer.status, ExitStatus::Done) << answer.err;
        const Json explored = Json::parse(answer.out);
        EXPECT_EQ(explored["option"], survivor["option"]);
        EXPECT_EQ(explored["states"], survivor["states"]);
        for (const Json& finding : explored["findings"])
            EXPECT_FALSE(isFailure(finding)) << survivor["option"] << ": " << finding;
    }
}

TEST(SynthesizeCommand, WhatTheThreadKnowsToBeBrokenIsNotPrinted) {
    for (const Json& survivor : synthesized()["survivors"]) {
        const std::string name = survivor["option"];
        EXPECT_EQ(name.find("marked-vma"), std::string::npos)
            << "B breaks when one VMA has both kinds of leaf";
        EXPECT_EQ(name.find("no-handler"), name.find("leaf-if-no-handler") == std::string::npos
                                               ? std::string::npos
                                               : name.find("leaf-if-no-handler") + 8)
            << "C's predicate breaks when vm_ops are replaced";
        EXPECT_EQ(name.find("-fork"), std::string::npos) << "a child without a deposit dies at exit";
        EXPECT_EQ(name.find("-move"), std::string::npos) << "a moved leaf leaves its deposit behind";
        EXPECT_NE(name, "pfnmap") << "the naive rule: insert does not deposit";
    }
}

TEST(SynthesizeCommand, TheSimplestComesFirstAndOfTwoTheCheaper) {
    const Json& survivors = synthesized()["survivors"];
    EXPECT_EQ(survivors[0]["option"], "marked-entry")
        << "the knowledge in the entry, no table where a handler refaults";
    EXPECT_EQ(survivors[0]["deposits_refaultable"], 0);
    EXPECT_EQ(survivors[0]["deposits_remapped"], 2);
    for (std::size_t i = 1; i < survivors.size(); ++i) {
        const auto key = [&](std::size_t at) {
            return std::pair(survivors[at]["rules"].get<int>(),
                             survivors[at]["deposits_refaultable"].get<int>());
        };
        EXPECT_LE(key(i - 1), key(i));
    }
    EXPECT_EQ(synthesized()["candidates"], synthesized()["done"]);
}

TEST(SynthesizeCommand, PrintsATable) {
    const Answer answer = runPfnscope({"synthesize", "--depth", "2"});
    EXPECT_EQ(answer.status, ExitStatus::Done);
    EXPECT_THAT(answer.out, testing::StartsWith("64 of 64 combinations of rules: "));
    EXPECT_THAT(answer.out, testing::HasSubstr("\nmarked-entry "));
    EXPECT_EQ(runPfnscope({"synthesize", "--alphabet", "none"}).status, ExitStatus::BadInput);
}

} // namespace
} // namespace pfnscope::app
