// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_pfnscope.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <fstream>

namespace pfnscope::app {
namespace {

using test::Answer;
using test::runPfnscope;
using testing::HasSubstr;

constexpr std::string_view kTlb = "(qemu) info tlb\n"
                                  "00007f0000000000: 0000000200000000 X-PDA--UW\n"
                                  "00007f0000200000: 0000000200200000 X-PDA--UW\n"
                                  "00007f0000400000: 0000000012345000 X--DA--UW\n"
                                  "(qemu) quit\n"
                                  "$ make coffee\n";

class DumpCommand : public testing::Test {
protected:
    ~DumpCommand() override { std::remove(path_.c_str()); }
    Answer dump(std::string_view content, std::vector<std::string> more = {}) {
        std::ofstream(path_, std::ios::binary) << content;
        more.insert(more.begin(), {"dump", path_});
        return runPfnscope(more);
    }
    const std::string path_ = testing::TempDir() + "pfnscope_dump_command_" +
                              testing::UnitTest::GetInstance()->current_test_info()->name() + ".txt";
};

TEST_F(DumpCommand, ListsWhatIsMappedAndWhatWasPassedOver) {
    const Answer got = dump(kTlb);
    ASSERT_EQ(got.status, ExitStatus::Done) << got.err;
    EXPECT_EQ(got.out,
              "qemu-info-tlb: 2 ranges; it does not tell whether a lone large page has 2 MiB or 1 GiB\n"
              "  0x00007f0000000000-0x00007f0000400000       2 x 2M RW NX AD pfn 0x200000\n"
              "  0x00007f0000400000-0x00007f0000401000       1 x 4K RW NX AD pfn 0x12345\n"
              "1 of 6 lines passed over:\n"
              "  line 6 is none of this format's lines: $ make coffee\n");
}

TEST_F(DumpCommand, DrawsAsRenderDoes) {
    const Answer got = dump(kTlb, {"--format", "text", "--within", "0x7f0000000000+4M"});
    ASSERT_EQ(got.status, ExitStatus::Done) << got.err;
    EXPECT_THAT(got.out, HasSubstr("0-1 2 x 2M pfn 0x200000"));
    EXPECT_THAT(got.out, testing::Not(HasSubstr("0x12345")));
    EXPECT_THAT(got.out, HasSubstr("(qemu-info-tlb), pfnscope"));
    EXPECT_THAT(got.err, HasSubstr("passed over"));
    EXPECT_THAT(dump(kTlb, {"--format", "svg"}).out, testing::StartsWith("<svg"));
    EXPECT_EQ(dump(kTlb, {"--format", "html"}).status, ExitStatus::BadInput) << "there is no run";
}

TEST_F(DumpCommand, JsonHasEveryWord) {
    const auto json = nlohmann::json::parse(dump(kTlb, {"--json"}).out);
    EXPECT_EQ(json["format"], "qemu-info-tlb");
    EXPECT_EQ(json["runs"][0]["word"], "0x80000002000000e7");
    EXPECT_EQ(json["runs"][0]["count"], 2);
    EXPECT_EQ(json["skipped"][0]["line"], 6);
}

TEST_F(DumpCommand, BinaryDumpsAreNamedByTheirOptions) {
    const std::uint64_t present = (std::uint64_t{1} << 63) | 0x1234;
    const std::string bytes(reinterpret_cast<const char*>(&present), sizeof present);
    EXPECT_THAT(dump(bytes, {"--at", "0x7f0000000000"}).out, HasSubstr("pagemap: 1 ranges"));
    const std::string image(4096, '\0');
    EXPECT_THAT(dump(image, {"--root", "0x1000", "--base", "0x1000"}).out,
                HasSubstr("memory-image: 0 ranges"));
    EXPECT_EQ(dump(image, {"--root", "0x1000"}).status, ExitStatus::BadInput);
}

TEST_F(DumpCommand, WhatCannotBeReadSaysWhatWasExpected) {
    const Answer unknown = dump("title: a scenario\n");
    EXPECT_EQ(unknown.status, ExitStatus::BadInput);
    EXPECT_THAT(unknown.err, HasSubstr("--as FORMAT"));
    EXPECT_EQ(dump(kTlb, {"--as", "ptdump"}).status, ExitStatus::BadInput);
    EXPECT_EQ(dump(kTlb, {"--within", "everything"}).status, ExitStatus::BadInput);
    EXPECT_EQ(runPfnscope({"dump", "/nowhere"}).status, ExitStatus::BadInput);
}

} // namespace
} // namespace pfnscope::app
