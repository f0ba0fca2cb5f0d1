// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "run_pfnscope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

namespace pfnscope::app {
namespace {

using test::Answer;
using test::runPfnscope;

Answer rendered(const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"render", "thread/04-remap-unmap-4k", "--option", "A"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return runPfnscope(arguments);
}

TEST(Render, EveryFormatSaysWhereItComesFromAndIsTheSameTwice) {
    for (const char* format :
         {"text", "unicode", "svg", "dot", "mermaid", "calls", "html", "json", "jsonl", "csv", "cast"}) {
        const Answer got = rendered({"--format", format});
        ASSERT_EQ(got.status, ExitStatus::Done) << format << got.err;
        EXPECT_THAT(got.out, testing::HasSubstr("04-remap-unmap-4k")) << format;
        EXPECT_EQ(got.out, rendered({"--format", format}).out) << format;
    }
}

TEST(Render, APngAndAPdfAreDrawnOrRefusedWithAReason) {
    const Answer png = rendered({"--step", "2", "--format", "png"});
    const Answer pdf = rendered({"--step", "2", "--format", "pdf"});
    if (png.status == ExitStatus::Done) {
        EXPECT_THAT(png.out, testing::StartsWith("\x89PNG"));
        EXPECT_THAT(pdf.out, testing::StartsWith("%PDF"));
    } else {
        EXPECT_THAT(png.err, testing::HasSubstr("built without the window"));
        EXPECT_EQ(pdf.status, ExitStatus::BadInput);
    }
}

TEST(Render, WritesTheFileThatItIsTold) {
    const std::string path = "/tmp/pfnscope-render-" + std::to_string(::getpid()) + ".svg";
    EXPECT_EQ(rendered({"--format", "svg", "-o", path}).status, ExitStatus::Done);
    const auto content = readFile(path);
    ::unlink(path.c_str());
    ASSERT_TRUE(content.has_value());
    EXPECT_THAT(*content, testing::StartsWith("<svg"));
    EXPECT_EQ(rendered({"--format", "svg", "-o", "/nowhere/at/all.svg"}).status, ExitStatus::BadInput);
}

TEST(Render, RefusesWhatItCannotShow) {
    EXPECT_EQ(rendered({"--step", "99"}).status, ExitStatus::BadInput);
    EXPECT_THAT(rendered({"--step", "99"}).err, testing::HasSubstr("a step from 0 to"));
    EXPECT_EQ(rendered({"--format", "gif"}).status, ExitStatus::BadInput);
    EXPECT_EQ(runPfnscope({"render", "no/such"}).status, ExitStatus::BadInput);
}

TEST(Bits, AreThereInEveryForm) {
    for (const char* format : {"text", "svg", "mermaid"}) {
        const Answer got = runPfnscope({"bits", "--format", format});
        EXPECT_EQ(got.status, ExitStatus::Done);
        EXPECT_THAT(got.out, testing::HasSubstr("SPECIAL")) << format;
    }
}

TEST(Report, IsAMailOrAPage) {
    const std::vector<std::string> asked{"report", "thread/02-vfio-unmap-4k", "--option", "mainline,naive"};
    const Answer text = runPfnscope(asked);
    ASSERT_EQ(text.status, ExitStatus::Done) << text.err;
    EXPECT_THAT(text.out, testing::AllOf(testing::HasSubstr("Verdicts"), testing::HasSubstr("naive")));
    const std::string path = "/tmp/pfnscope-report-" + std::to_string(::getpid()) + ".html";
    std::vector<std::string> page = asked;
    page.insert(page.end(), {"-o", path});
    EXPECT_EQ(runPfnscope(page).status, ExitStatus::Done);
    const auto content = readFile(path);
    ::unlink(path.c_str());
    ASSERT_TRUE(content.has_value());
    EXPECT_THAT(*content, testing::StartsWith("<!DOCTYPE html>"));
}

} // namespace
} // namespace pfnscope::app
