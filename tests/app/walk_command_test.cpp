// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_pfnscope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <fstream>

namespace pfnscope::app {
namespace {

using Json = nlohmann::json;
using test::Answer;
using test::runPfnscope;
using testing::HasSubstr;

/// Tables 0x1000 to 0x4000; the PTE of page 0 maps 0x5000, that of page 1 nothing.
constexpr const char* kCases =
    R"({"id":"write","cpu":{"levels":4,"maxphyaddr":40,"page1gb":true},"regs":{"cr0":"0x80010011","cr3":"0x1000",)"
    R"("cr4":"0x20","efer":"0xd00","rflags":"0x2","pkru":"0x0","pkrs":"0x0"},"mem":[["0x1000","0x2027"],)"
    R"(["0x2000","0x3027"],["0x3000","0x4027"],["0x4000","0x5007"]],"access":{"type":"write","cpl":3,"va":"0x18",)"
    R"("size":8},"ad":[["0x4000","0x5067"]],"expect":{"ok":true,"pa":"0x5018","page":4096}})"
    "\n"
    R"({"id":"across","cpu":{"levels":4,"maxphyaddr":40,"page1gb":true},"regs":{"cr0":"0x80010011","cr3":"0x1000",)"
    R"("cr4":"0x20","efer":"0xd00","rflags":"0x2","pkru":"0x0","pkrs":"0x0"},"mem":[["0x1000","0x2027"],)"
    R"(["0x2000","0x3027"],["0x3000","0x4027"],["0x4000","0x5007"]],"access":{"type":"write","cpl":3,"va":"0xffc",)"
    R"("size":8},"ad_may":[],"expect":{"ok":false,"vector":14,"error":6,"cr2":"0x1000"}})"
    "\n"
    R"({"id":"hole","cpu":{"levels":4,"maxphyaddr":40,"page1gb":true},"regs":{"cr0":"0x80010011","cr3":"0x1000",)"
    R"("cr4":"0x20","efer":"0xd00","rflags":"0x2","pkru":"0x0","pkrs":"0x0"},"mem":[],"access":{"type":"read",)"
    R"("cpl":0,"va":"0x800000000000","size":8},"expect":{"ok":false,"vector":13,"error":0}})"
    "\n";

class WalkCommand : public testing::Test {
protected:
    WalkCommand() { std::ofstream(path_) << kCases; }
    ~WalkCommand() override { std::remove(path_.c_str()); }
    Answer recorded(const std::string& id, bool json = false) {
        std::vector<std::string> arguments{"walk", path_, "--id", id};
        if (json)
            arguments.emplace_back("--json");
        return runPfnscope(arguments);
    }
    const std::string path_ = testing::TempDir() + "pfnscope_walk_command_" +
                              testing::UnitTest::GetInstance()->current_test_info()->name() + ".jsonl";
};

TEST_F(WalkCommand, ARecordedAccessLevelByLevel) {
    const Answer got = recorded("write");
    EXPECT_EQ(got.status, ExitStatus::Done) << got.err;
    EXPECT_EQ(got.out,
              "user write of 0x18\n"
              "0x1000 = 0x2027\n"
              "  PML4E 0 of the table at 0x1000 references the table at 0x2000. [SDM table 4-15]\n"
              "  P=1 R/W=1 U/S=1 PWT=0 PCD=0 A=1 PS=0 Table address=0x2000 XD=0\n"
              "  so far: writable, user, fetches\n"
              "0x2000 = 0x3027\n"
              "  PDPTE 0 of the table at 0x2000 references the table at 0x3000. [SDM table 4-17]\n"
              "  P=1 R/W=1 U/S=1 PWT=0 PCD=0 A=1 PS=0 Table address=0x3000 XD=0\n"
              "  so far: writable, user, fetches\n"
              "0x3000 = 0x4027\n"
              "  PDE 0 of the table at 0x3000 references the table at 0x4000. [SDM table 4-19]\n"
              "  P=1 R/W=1 U/S=1 PWT=0 PCD=0 A=1 PS=0 Table address=0x4000 XD=0\n"
              "  so far: writable, user, fetches\n"
              "0x4000 = 0x5007\n"
              "  PTE 0 of the table at 0x4000 maps the page of 4K at 0x5000. [SDM table 4-20]\n"
              "  P=1 R/W=1 U/S=1 PWT=0 PCD=0 A=0 D=0 PAT=0 G=0 Page address=0x5000 Protection key=0x0 XD=0\n"
              "  so far: writable, user, fetches\n"
              "the MMU sets 0x4000: 0x5007 -> 0x5067 [SDM 4.8]\n"
              "allowed: The write goes through to 0x5018, in a page of 4K with memory type WB (PAT 0). "
              "[SDM 4.6.1]\n");
}

TEST_F(WalkCommand, AnAccessAcrossPagesIsTwoWalks) {
    const Answer text = recorded("across");
    EXPECT_THAT(text.out, HasSubstr("user write of 0xffc\n"));
    EXPECT_THAT(text.out, HasSubstr("user write of 0x1000\n"));
    EXPECT_THAT(text.out,
                testing::EndsWith("not present: P = 0 in the PTE. [SDM 4.7]\n"
                                  "vector 14, error code 0x6 (P=0 W/R=1 U/S=1 RSVD=0 I/D=0 PK=0), CR2 0x1000 "
                                  "[SDM 4.7]\n"));
    const Json json = Json::parse(recorded("across", true).out);
    EXPECT_EQ(json.at("id"), "across");
    ASSERT_EQ(json.at("walks").size(), 2U);
    EXPECT_EQ(json.at("walks").at(0).at("translation").at("pa"), "0x5ffc");
    EXPECT_EQ(json.at("walks").at(1).at("fault"), (Json{{"vector", 14}, {"error", 6}, {"cr2", "0x1000"}}));
}

TEST_F(WalkCommand, ANonCanonicalAddressIsNoWalkButHasItsReason) {
    const Answer got = recorded("hole");
    EXPECT_EQ(got.status, ExitStatus::Done);
    EXPECT_EQ(got.out, "supervisor read of 0x800000000000\n"
                       "not canonical: The address is not canonical: bits 63:47 are not all equal. "
                       "[SDM volume 1, 3.3.7.1]\n"
                       "vector 13, error code 0x0\n");
}

TEST_F(WalkCommand, JsonHasEveryFieldOfEveryLevel) {
    const Json walk = Json::parse(recorded("write", true).out).at("walks").at(0);
    ASSERT_EQ(walk.at("levels").size(), 4U);
    const Json& pte = walk.at("levels").at(3);
    EXPECT_EQ(pte.at("level"), "PT");
    EXPECT_EQ(pte.at("entry"), "0x5007");
    EXPECT_EQ(pte.at("section"), "SDM table 4-20");
    unsigned bits = 0;
    for (const Json& field : pte.at("fields")) {
        bits += field.at("high").get<unsigned>() - field.at("low").get<unsigned>() + 1;
        EXPECT_THAT(field.at("section").get<std::string>(), HasSubstr("SDM"));
    }
    EXPECT_EQ(bits, 64U);
    EXPECT_EQ(walk.at("updates").at(0), (Json{{"at", "0x4000"}, {"before", "0x5007"}, {"after", "0x5067"}}));
    EXPECT_EQ(walk.at("translation").at("page"), 4096);
}

TEST_F(WalkCommand, AScenarioIsWalkedAsItStandsAfterAStep) {
    const auto after = [](const char* step, const char* access) {
        return runPfnscope(
            {"walk", "thread/02-vfio-unmap-4k", "--step", step, "--at", "bar + 8K", "--access", access});
    };
    EXPECT_THAT(after("1", "read").out, HasSubstr("not present: P = 0 in the PML4E. [SDM 4.7]"));
    EXPECT_THAT(after("2", "write").out, HasSubstr("maps the page of 2M at 0x200000000. [SDM table 4-18]"));
    EXPECT_THAT(after("2", "fetch").out, HasSubstr("execute-disable: XD = 1 in the PDE. [SDM 4.6.1]"));
    EXPECT_THAT(
        runPfnscope({"walk", "thread/02-vfio-unmap-4k", "--step", "2", "--at", "bar", "--supervisor"}).out,
        HasSubstr("SMAP: CR4.SMAP = 1 and EFLAGS.AC = 0"));
    const Json json = Json::parse(
        runPfnscope({"walk", "thread/02-vfio-unmap-4k", "--step", "2", "--at", "0x7f0000002000", "--json"})
            .out);
    EXPECT_EQ(json.at("walks").at(0).at("levels").size(), 3U);
    EXPECT_EQ(json.at("walks").at(0).at("translation"), (Json{{"pa", "0x200002000"},
                                                              {"page", 0x200000},
                                                              {"memory_type", "UC-"},
                                                              {"global", false},
                                                              {"key", 0}}));
}

TEST_F(WalkCommand, WhatDoesNotExistIsStatus2) {
    const auto status = [](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "walk");
        const Answer got = runPfnscope(arguments);
        EXPECT_FALSE(got.err.empty());
        return got.status;
    };
    EXPECT_EQ(status({path_, "--id", "nobody"}), ExitStatus::BadInput);
    EXPECT_EQ(status({path_}), ExitStatus::BadInput) << "neither a case nor an address";
    EXPECT_EQ(status({path_ + ".missing", "--id", "write"}), ExitStatus::BadInput);
    EXPECT_EQ(status({"thread/02-vfio-unmap-4k", "--at", "barn"}), ExitStatus::BadInput);
    EXPECT_EQ(status({"thread/02-vfio-unmap-4k", "--at", "bar + "}), ExitStatus::BadInput);
    EXPECT_EQ(status({"thread/02-vfio-unmap-4k", "--at", "bar", "--step", "99"}), ExitStatus::BadInput);
    EXPECT_THAT(runPfnscope({"walk", "thread/02-vfio-unmap-4k", "--at", "bar", "--access", "peek"}).err,
                HasSubstr("peek not in {read,write,fetch,rmw}"));
    EXPECT_EQ(status({"thread/02-vfio-unmap-4k", "--at", "bar", "--access", "peek"}), ExitStatus::BadInput);
    EXPECT_EQ(status({"thread/02-vfio-unmap-4k", "--at", "bar", "--process", "nobody"}),
              ExitStatus::BadInput);
    EXPECT_EQ(status({"thread/02-vfio-unmap-4k", "--at", "bar", "--option", "Z"}), ExitStatus::BadInput);
}

} // namespace
} // namespace pfnscope::app
