// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run_pfnscope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
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

/// Few letters, so that each candidate that survives is soon searched.
class AlphabetFile {
public:
    AlphabetFile() {
        std::ofstream(path_) << R"(name: few
bounds: {processes: 2, failures: 0}
drivers:
  vfio:         {fault: pte, huge_fault: pmd}
  remap:        {remap: whole}
  remap-sigbus: {fault: sigbus, remap: whole}
  mixed:        {fault: pte, huge_fault: pmd, remap: first, frames: others}
  kernfs:       {remap: whole, then: {fault: sigbus}}
  ops-dropped:  {fault: pte, huge_fault: pmd, remap: whole, then: {fault: none}}
  wt:           {cache: wt, remap: whole}
operations:
  - mmap: vfio
  - mmap: remap
  - mmap: remap-sigbus
  - mmap: mixed
  - mmap: kernfs
  - mmap: ops-dropped
  - mmap: wt
  - touch: 0/first
  - touch: 1/first
  - munmap: 0/middle
  - munmap: both
  - mremap: {at: both, to: 2}
  - fork
  - exit: {process: 2}
)";
    }
    ~AlphabetFile() { fs::remove(path_); }
    std::string path() const { return path_.string(); }

private:
    fs::path path_ =
        fs::temp_directory_path() / ("pfnscope-few-letters-" + std::to_string(::getpid()) + ".yaml");
};

const Json& synthesized() {
    static const Json result = [] {
        const AlphabetFile few;
        return Json::parse(
            runPfnscope({"synthesize", "--depth", "4", "--alphabet", few.path(), "--json"}).out);
    }();
    return result;
}

TEST(SynthesizeCommand, WhatItPrintsExploreFindsSafe) {
    ASSERT_FALSE(synthesized()["survivors"].empty());
    const AlphabetFile few; // after the one that synthesized() has had, of the same name
    const fs::path path =
        fs::temp_directory_path() / ("pfnscope-survivor-" + std::to_string(::getpid()) + ".yaml");
    for (std::size_t at = 0; at < synthesized()["survivors"].size(); at += 7) {
        const Json& survivor = synthesized()["survivors"][at];
        std::ofstream(path) << std::string(survivor["yaml"]);
        const Answer answer = runPfnscope(
            {"explore", "--option", path.string(), "--depth", "4", "--alphabet", few.path(), "--json"});
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
        EXPECT_THAT(name, testing::Not(testing::StartsWith("no-handler")))
            << "C's predicate breaks when vm_ops are replaced";
        for (const char* broken : {"fork-as-today", "move-as-today", "raw-protections", "split-drops"})
            EXPECT_THAT(name, testing::Not(testing::HasSubstr(broken)));
        EXPECT_NE(name, "pfnmap") << "the naive rule: insert does not deposit";
        EXPECT_NE(name, "marked-vma") << "B breaks when one VMA has both kinds of leaf";
    }
}

TEST(SynthesizeCommand, TheSimplestComesFirstAndOfTwoTheCheaper) {
    const Json& survivors = synthesized()["survivors"];
    for (std::size_t i = 1; i < survivors.size(); ++i) {
        const auto key = [&](std::size_t at) {
            return std::pair(survivors[at]["rules"].get<int>(),
                             survivors[at]["deposits_refaultable"].get<int>());
        };
        EXPECT_LE(key(i - 1), key(i));
    }
    EXPECT_EQ(synthesized()["candidates"], synthesized()["done"]);
    const auto named = [&](std::string_view name) {
        const auto found =
            std::ranges::find_if(survivors, [&](const Json& s) { return s["option"] == name; });
        return found == survivors.end() ? Json() : *found;
    };
    const Json entry = named("marked-entry");
    ASSERT_FALSE(entry.is_null()) << "E: the knowledge lies in the entry";
    EXPECT_EQ(entry["deposits_refaultable"], 0);
    EXPECT_EQ(entry["deposits_remapped"], 2);
    const Json insert = named("pfnmap+insert-deposits");
    ASSERT_FALSE(insert.is_null()) << "A";
    EXPECT_EQ(insert["deposits_refaultable"], 2);
}

TEST(SynthesizeCommand, PrintsATable) {
    const AlphabetFile few;
    const Answer answer = runPfnscope({"synthesize", "--depth", "2", "--alphabet", few.path()});
    EXPECT_EQ(answer.status, ExitStatus::Done);
    EXPECT_THAT(answer.out, testing::MatchesRegex("([0-9]+) of [0-9]+ combinations of rules: .*"));
    EXPECT_THAT(answer.out, testing::HasSubstr("  marked-entry\n"));
    EXPECT_EQ(runPfnscope({"synthesize", "--alphabet", "none"}).status, ExitStatus::BadInput);
}

} // namespace
} // namespace pfnscope::app
