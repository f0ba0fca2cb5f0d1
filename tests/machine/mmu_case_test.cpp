// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/mmu_case.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

using namespace pfnscope;
using namespace pfnscope::machine;

namespace {

const std::string kData = PFNSCOPE_TEST_DATA "/mmu/";

class RecordedCases : public ::testing::TestWithParam<std::pair<const char*, unsigned>> {};

TEST_P(RecordedCases, AllPass) {
    auto reader = MmuCaseReader::open(kData + GetParam().first);
    ASSERT_TRUE(reader) << toText(reader.error());
    unsigned count = 0;
    for (;;) {
        const auto next = reader->next();
        ASSERT_TRUE(next) << toText(next.error());
        if (!*next)
            break;
        ++count;
        Machine machine = machineOf(**next);
        const AccessOutcome outcome = runCase(machine, **next);
        for (const MmuDifference& d : differences(**next, outcome, machine))
            ADD_FAILURE() << (*next)->id << ' ' << d.what << ": expected " << d.expected << ", found "
                          << d.found << " (" << (*next)->expected.why << ')';
    }
    EXPECT_EQ(count, GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(Files, RecordedCases,
                         ::testing::Values(std::pair{"x86_4level.jsonl.gz", 1000U},
                                           std::pair{"x86_5level.jsonl.gz", 300U},
                                           std::pair{"x86_4level_no1g_phys36to48.jsonl.gz", 270U}));

/// A good line to damage.
const std::string kGood =
    R"({"id":"a","kind":"perm","cpu":{"levels":4,"maxphyaddr":40,"page1gb":true},"regs":{"cr0":"0x80000011",)"
    R"("cr3":"0x1000","cr4":"0x20","efer":"0xd00","rflags":"0x2","pkru":"0x0","pkrs":"0x0"},)"
    R"("mem":[["0x1000","0x0"]],"access":{"type":"read","cpl":3,"va":"0x0","size":8},"ad":[],"ad_may":[],)"
    R"("expect":{"ok":false,"vector":14,"error":4,"cr2":"0x0","why":"np4"}})";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos);
    return text.replace(at, from.size(), to);
}

class CaseFile : public ::testing::Test {
protected:
    ~CaseFile() override { std::remove(path_.c_str()); }
    Result<std::optional<MmuCase>> read(const std::string& content) {
        std::ofstream(path_, std::ios::binary) << content;
        auto reader = MmuCaseReader::open(path_);
        return reader ? reader->next() : fail(reader.error());
    }
    void expectError(const std::string& content, ErrorKind kind, int column, const std::string& expected) {
        const auto result = read(content);
        ASSERT_FALSE(result) << content;
        EXPECT_EQ(result.error().kind, kind) << toText(result.error());
        EXPECT_EQ(result.error().place.line, 1);
        EXPECT_EQ(result.error().place.column, column) << toText(result.error());
        EXPECT_THAT(result.error().expected, ::testing::HasSubstr(expected));
    }
    /// Damages kGood and expects the complaint at `at`, the first text of the damaged line to be found there.
    void expectComplaint(const std::string& from, const std::string& to, const std::string& at,
                         ErrorKind kind, const std::string& expected) {
        const std::string bad = replaced(kGood, from, to);
        expectError(bad + "\n", kind, static_cast<int>(bad.find(at)) + 1, expected);
    }

private:
    std::string path_ = ::testing::TempDir() + "pfnscope_mmu_case_test_" +
                        ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".jsonl";
};

TEST_F(CaseFile, AGoodLineRuns) {
    const auto good = read("\n" + kGood + "\n");
    ASSERT_TRUE(good) << toText(good.error());
    ASSERT_TRUE(*good);
    EXPECT_EQ((*good)->line, 2);
    Machine machine = machineOf(**good);
    EXPECT_TRUE(differences(**good, runCase(machine, **good), machine).empty());
}

TEST_F(CaseFile, WhatIsWrongIsSaidWhereItStands) {
    expectComplaint(R"("levels":4)", R"("levels":6)", "6,\"maxphyaddr\"", ErrorKind::OutOfRange, "4 to 5");
    expectComplaint(R"("0x1000","cr4")", R"(4096,"cr4")", R"(4096,"cr4")", ErrorKind::WrongType, "string");
    expectComplaint(R"("va":"0x0")", R"("va":"zero")", R"("zero")", ErrorKind::WrongType, "0x");
    expectComplaint(R"("type":"read")", R"("type":"peek")", R"("peek")", ErrorKind::UnknownName, "rmw");
    expectComplaint(R"("cpl":3)", R"("cpl":1)", "1,\"va\"", ErrorKind::OutOfRange, "0 or 3");
    expectComplaint(R"(["0x1000","0x0"])", R"(["0x1001","0x0"])", R"("0x1001")", ErrorKind::Unaligned, "8");
    expectComplaint(R"(["0x1000","0x0"])", R"(["0x10000000000000","0x0"])", R"("0x10000000000000")",
                    ErrorKind::OutOfRange, "52");
    expectComplaint(R"(["0x1000","0x0"])", R"(["0x1000"])", R"(["0x1000"])", ErrorKind::WrongType, "array");
    expectComplaint(R"("ok":false)", R"("ok":0)", R"(0,"vector")", ErrorKind::WrongType, "true or false");
    expectComplaint(R"("pkru":"0x0")", R"("pkru":"0x100000000")", R"("0x100000000")", ErrorKind::OutOfRange,
                    "32");
    expectComplaint(R"("vector":14,)", "", R"({"ok")", ErrorKind::MissingKey, "key");
    expectComplaint(R"("size":8)", R"("size":0)", "0}", ErrorKind::OutOfRange, "1 to 4096");
}

TEST_F(CaseFile, ACpuMayLackNxAndAFaultNeedNotSayWhatChanges) {
    const auto good = read(
        replaced(replaced(kGood, R"("page1gb":true)", R"("page1gb":true,"nx":false)"), R"("ad":[],)", ""));
    ASSERT_TRUE(good) << toText(good.error());
    EXPECT_FALSE((*good)->features.nx);
    Machine machine = machineOf(**good);
    EXPECT_TRUE(differences(**good, runCase(machine, **good), machine).empty());
}

TEST_F(CaseFile, Cr4SaysHowManyOfFiveLevelsAreWalked) {
    const std::string five = replaced(kGood, R"("levels":4)", R"("levels":5)");
    EXPECT_EQ((*read(five))->geometry, hw::kFourLevels);
    EXPECT_EQ((*read(replaced(five, R"("cr4":"0x20")", R"("cr4":"0x1020")")))->geometry, hw::kFiveLevels);
    EXPECT_EQ((*read(replaced(kGood, R"("cr4":"0x20")", R"("cr4":"0x1020")")))->geometry, hw::kFourLevels);
}

TEST_F(CaseFile, ThePartInTheNext4KOfALargePageNeedNotBeTold) {
    std::string crossing = replaced(kGood, R"(["0x1000","0x0"])",
                                    R"(["0x1000","0x2027"],["0x2000","0x3027"],["0x3000","0x2000a7"])");
    crossing = replaced(crossing, R"("va":"0x0")", R"("va":"0xffc")");
    const std::string fault = R"({"ok":false,"vector":14,"error":4,"cr2":"0x0","why":"np4"}})";
    const auto differing = [&](const std::string& expected) {
        const auto mmuCase = read(replaced(crossing, fault, expected));
        EXPECT_TRUE(mmuCase) << toText(mmuCase.error());
        Machine machine = machineOf(**mmuCase);
        return differences(**mmuCase, runCase(machine, **mmuCase), machine);
    };
    EXPECT_TRUE(differing(R"({"ok":true,"pa":"0x200ffc","page":2097152}})").empty());
    EXPECT_TRUE(differing(R"({"ok":true,"pa":"0x200ffc","page":2097152,"pa2":"0x201000"}})").empty());
    EXPECT_THAT(differing(R"({"ok":true,"pa":"0x200ffc","page":2097152,"pa2":"0x202000"}})"),
                ::testing::ElementsAre(MmuDifference{"pa2", "0x202000", "0x201000"}));
}

TEST_F(CaseFile, WhatIsNoJsonIsRefused) {
    expectError("", ErrorKind::Syntax, 1, "at least one case");
    expectError("\n\n", ErrorKind::Syntax, 1, "at least one case");
    expectError("[1]\n", ErrorKind::WrongType, 1, "object");
    expectError("{\"id\": }\n", ErrorKind::Syntax, 8, "JSON");
    expectError(std::string("\0\1\2\3", 4), ErrorKind::Syntax, 1, "JSON");
}

TEST_F(CaseFile, ADamagedGzipFileIsRefused) {
    std::ifstream whole(kData + "x86_5level.jsonl.gz", std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(whole)), {});
    bytes.resize(40);
    const auto result = read(bytes);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::CannotRead);
}

TEST_F(CaseFile, EveryDifferenceIsTold) {
    const auto difference = [&](const std::string& from, const std::string& to) {
        const auto bad = read(replaced(kGood, from, to));
        EXPECT_TRUE(bad) << toText(bad.error());
        Machine machine = machineOf(**bad);
        const auto list = differences(**bad, runCase(machine, **bad), machine);
        return list.empty() ? "" : list.front().what;
    };
    EXPECT_EQ(difference(R"("error":4)", R"("error":5)"), "error");
    EXPECT_EQ(difference(R"("error":4)", R"("error":5,"error_alt":4)"), "");
    EXPECT_EQ(difference(R"("cr2":"0x0")", R"("cr2":"0x8")"), "cr2");
    EXPECT_EQ(difference(R"("vector":14)", R"("vector":13)"), "result");
    EXPECT_EQ(difference(R"({"ok":false,"vector":14,"error":4,"cr2":"0x0","why":"np4"})",
                         R"({"ok":true,"pa":"0x0","page":4096})"),
              "result");
    EXPECT_EQ(difference(R"("ad":[])", R"("ad":[["0x1000","0x20"]])"), "entry 0x1000");
    EXPECT_EQ(difference(R"(["0x1000","0x0"])", R"(["0x1000","0x2003"])"), "entry 0x1000");
}

} // namespace
