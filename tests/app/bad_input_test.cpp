// SPDX-License-Identifier: GPL-3.0-or-later
#include "run_pfnscope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace pfnscope::app {
namespace {

using test::Answer;
using test::runPfnscope;

struct BadFile {
    const char* name;
    const char* error; ///< behind the folder of the file
};

class BadFiles : public testing::TestWithParam<BadFile> {};

TEST_P(BadFiles, GetPlaceAndExpectationAndStatus2) {
    const std::string folder = std::string(PFNSCOPE_TEST_DATA) + "/bad/";
    for (const char* command : {"run", "compare"}) {
        const Answer got = runPfnscope({command, folder + GetParam().name});
        EXPECT_EQ(got.status, ExitStatus::BadInput);
        EXPECT_TRUE(got.out.empty()) << got.out;
        EXPECT_EQ(got.err, "pfnscope: " + folder + GetParam().error + "\n");
    }
}

INSTANTIATE_TEST_SUITE_P(
    Corpus, BadFiles,
    testing::Values(
        BadFile{"unknown_key.yaml", "unknown_key.yaml:6:23: unknown key 'siez': expected one of at, size"},
        BadFile{"wrong_type.yaml", "wrong_type.yaml:6:29: wrong type 'a list': expected a size"},
        BadFile{
            "overlap.yaml",
            "overlap.yaml:6:25: overlap '0x7f0000200000 to 0x7f0000400000': expected a range where nothing "
            "is mapped"},
        BadFile{"unaligned.yaml", "unaligned.yaml:6:18: not aligned 'bar + 100': expected a multiple of 4K"},
        BadFile{"out_of_range.yaml",
                "out_of_range.yaml:6:27: out of range '99': expected a CPU from 0x0 to 0x7"},
        BadFile{"missing_key.yaml", "missing_key.yaml:1:1: missing key 'steps': expected 'steps' here"},
        BadFile{
            "unknown_name.yaml",
            "unknown_name.yaml:6:17: unknown name 'baz': expected an address, or a map of this process: bar"},
        BadFile{"unknown_option.yaml", "unknown_option.yaml:7:3: unknown name 'Z': expected an option: one "
                                       "of mainline, mainline-7.x, naive, rfc-v1, "
                                       "rfc-v2, rfc-v4, A, B, C, D, A-bare, B-bare, C-bare, D-bare, E"},
        BadFile{"duplicate_key.yaml", "duplicate_key.yaml:6:22: given twice 'at': expected each key once"},
        BadFile{"empty.yaml", "empty.yaml:1:1: syntax error 'an empty file': expected a YAML map"},
        BadFile{"only_comment.yaml",
                "only_comment.yaml:1:1: syntax error 'an empty file': expected a YAML map"},
        BadFile{"binary.yaml", "binary.yaml:1:1: syntax error 'binary data': expected a YAML text in UTF-8"},
        BadFile{"alias_bomb.yaml",
                "alias_bomb.yaml:1:4: not supported '&a': expected no anchors and no aliases"},
        BadFile{"second_document.yaml",
                "second_document.yaml:2:1: syntax error 'a second document': expected one document"},
        BadFile{
            "tag.yaml",
            "tag.yaml:1:8: not supported 'tag tag:yaml.org,2002:binary': expected a value without a tag"}));

TEST(BadInput, DeepNestingAndBrokenYamlEndInALine) {
    for (const char* name : {"deep.yaml", "not_yaml.yaml"}) {
        const Answer got = runPfnscope({"run", std::string(PFNSCOPE_TEST_DATA) + "/bad/" + name});
        EXPECT_EQ(got.status, ExitStatus::BadInput);
        EXPECT_THAT(got.err, testing::MatchesRegex("pfnscope: .*yaml:[0-9]+:[0-9]+: .*: expected .*\n"));
    }
}

TEST(BadInput, AMillionSteps) {
    const auto path = std::filesystem::temp_directory_path() / "pfnscope_million_steps.yaml";
    {
        std::ofstream file(path);
        file << "title: t\nsteps:\n";
        for (int i = 0; i < 1'000'000; ++i)
            file << "  - exit:\n";
    }
    const Answer got = runPfnscope({"compare", path.string()});
    std::filesystem::remove(path);
    EXPECT_EQ(got.status, ExitStatus::BadInput);
    EXPECT_EQ(got.err, "pfnscope: " + path.string() +
                           ":10003:5: over the limit 'item 10001 of a list': expected at most 10000\n");
}

TEST(BadInput, FilesThatAreNone) {
    EXPECT_EQ(runPfnscope({"run", "/nowhere.yaml"}).status, ExitStatus::BadInput);
    EXPECT_THAT(runPfnscope({"run", "/nowhere.yaml"}).err,
                testing::StartsWith("pfnscope: /nowhere.yaml: cannot read"));
    EXPECT_EQ(runPfnscope({"run", PFNSCOPE_TEST_DATA}).status, ExitStatus::BadInput);
}

TEST(BadInput, CommandLines) {
    EXPECT_EQ(runPfnscope({"run"}).status, ExitStatus::BadInput);
    EXPECT_EQ(runPfnscope({"fly"}).status, ExitStatus::BadInput);
    EXPECT_EQ(runPfnscope({"run", "x.yaml", "--colour"}).status, ExitStatus::BadInput);
    const Answer option = runPfnscope({"compare", "thread/01-vfio-unmap-all", "--option", "Z"});
    EXPECT_EQ(option.status, ExitStatus::BadInput);
    EXPECT_THAT(option.err,
                testing::StartsWith("pfnscope: unknown name 'Z': expected an option: one of mainline"));
}

} // namespace
} // namespace pfnscope::app
