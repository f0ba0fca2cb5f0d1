// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_pfnscope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <fstream>

namespace pfnscope::app {
namespace {

using test::Answer;
using test::runPfnscope;
using testing::HasSubstr;

const std::string kData = std::string(PFNSCOPE_TEST_DATA) + "/mmu/";

/// A user's read of address 0 through a PML4 that maps nothing.
const std::string kFault =
    R"({"id":"nothing","kind":"np","cpu":{"levels":4,"maxphyaddr":40,"page1gb":true},"regs":{"cr0":"0x80000011",)"
    R"("cr3":"0x1000","cr4":"0x20","efer":"0xd00","rflags":"0x2","pkru":"0x0","pkrs":"0x0"},)"
    R"("mem":[["0x1000","0x0"]],"access":{"type":"read","cpl":3,"va":"0x0","size":8},"ad":[],"ad_may":[],)"
    R"("expect":{"ok":false,"vector":14,"error":4,"cr2":"0x0","why":"np4"}})";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
}

class MmuCommand : public testing::Test {
protected:
    ~MmuCommand() override { std::remove(path_.c_str()); }
    Answer mmu(const std::string& content, std::vector<std::string> more = {}) {
        std::ofstream(path_, std::ios::binary) << content;
        more.insert(more.begin(), {"mmu", path_});
        return runPfnscope(more);
    }
    const std::string path_ = testing::TempDir() + "pfnscope_mmu_command_" +
                              testing::UnitTest::GetInstance()->current_test_info()->name() + ".jsonl";
};

TEST_F(MmuCommand, TheRecordedCasesPass) {
    const Answer got = runPfnscope({"mmu", kData + "x86_5level.jsonl.gz"});
    EXPECT_EQ(got.status, ExitStatus::Done);
    EXPECT_EQ(got.out, "300 passed, 0 failed\n");
    EXPECT_TRUE(got.err.empty());
}

TEST_F(MmuCommand, PlainTextAndSeveralGzipMembersAreReadToo) {
    EXPECT_EQ(mmu(kFault + "\n" + kFault).out, "2 passed, 0 failed\n") << "the last line needs no end";
    std::ifstream file(kData + "x86_5level.jsonl.gz", std::ios::binary);
    const std::string member((std::istreambuf_iterator<char>(file)), {});
    EXPECT_EQ(mmu(member + member).out, "600 passed, 0 failed\n");
}

TEST_F(MmuCommand, EveryDifferenceIsTold) {
    const std::string wrong = replaced(kFault, R"("error":4,"cr2":"0x0")", R"("error":5,"cr2":"0x8")");
    const Answer got = mmu(kFault + "\n" + wrong + "\n");
    EXPECT_EQ(got.status, ExitStatus::CheckFailed);
    EXPECT_EQ(got.out, path_ + ":2: nothing (np4): error: expected 0x5, found 0x4\n" + path_ +
                           ":2: nothing (np4): cr2: expected 0x8, found 0x0\n" + "1 passed, 1 failed\n");
}

TEST_F(MmuCommand, JsonHasDifferencesAndCounts) {
    const std::string wrong = replaced(kFault, R"("error":4)", R"("error":5)");
    const Answer got = mmu(kFault + "\n" + wrong + "\n" + wrong + "\n", {"--json"});
    EXPECT_EQ(got.status, ExitStatus::CheckFailed);
    const nlohmann::json json = nlohmann::json::parse(got.out);
    EXPECT_EQ(json.at("passed"), 1);
    EXPECT_EQ(json.at("failed"), 2);
    EXPECT_EQ(json.at("differences").at(1),
              (nlohmann::json{
                  {"line", 3}, {"id", "nothing"}, {"what", "error"}, {"expected", "0x5"}, {"found", "0x4"}}));
    const nlohmann::json none = nlohmann::json::parse(mmu(kFault, {"--json"}).out);
    EXPECT_TRUE(none.at("differences").empty());
}

TEST_F(MmuCommand, BadInputIsSaidWhereItStands) {
    const std::string bad = replaced(kFault, R"("va":"0x0")", R"("va":"zero")");
    const Answer got = mmu(kFault + "\n\n" + bad + "\n");
    EXPECT_EQ(got.status, ExitStatus::BadInput);
    EXPECT_EQ(got.err, "pfnscope: " + path_ + ":3:" + std::to_string(bad.find("\"zero\"") + 1) +
                           ": wrong type 'zero': expected a 64-bit number as \"0x...\"\n");
    EXPECT_EQ(mmu("").status, ExitStatus::BadInput);
    EXPECT_EQ(mmu("{\"id\": \"a\", ").status, ExitStatus::BadInput);
    EXPECT_EQ(mmu(std::string("\x1f\x8b\x08\0\0\0", 6)).status, ExitStatus::BadInput);
    const Answer missing = runPfnscope({"mmu", path_ + ".missing"});
    EXPECT_EQ(missing.status, ExitStatus::BadInput);
    EXPECT_THAT(missing.err, HasSubstr(".missing"));
    EXPECT_EQ(runPfnscope({"mmu"}).status, ExitStatus::BadInput);
}

} // namespace
} // namespace pfnscope::app
