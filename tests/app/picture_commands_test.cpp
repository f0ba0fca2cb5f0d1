// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "run_pfnscope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <sstream>
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

/// PNG and PDF are Qt's: a build without the window says so.
bool isUnsupported(const Answer& answer) {
    return answer.err.find("built without the window") != std::string::npos;
}

/// A folder for one test, gone afterwards.
struct Folder {
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("pfnscope-frames-" + std::to_string(::getpid()));
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(path))
            found.push_back(entry.path().filename().string());
        std::sort(found.begin(), found.end());
        return found;
    }
};

TEST(Render, NumberedFramesAreOneFileAStep) {
    const Folder folder;
    const Answer got = rendered({"--each-step", "--format", "svg", "-o", folder.path.string()});
    ASSERT_EQ(got.status, ExitStatus::Done) << got.err;
    EXPECT_THAT(folder.names(), testing::ElementsAre("step-000.svg", "step-001.svg", "step-002.svg",
                                                     "step-003.svg", "step-004.svg", "step-005.svg"));
    EXPECT_EQ(readFile((folder.path / "step-002.svg").string()).value(),
              rendered({"--step", "2", "--format", "svg"}).out);
    EXPECT_EQ(rendered({"--each-step", "--format", "svg"}).status, ExitStatus::BadInput);
    EXPECT_EQ(rendered({"--each-step", "--format", "html", "-o", folder.path.string()}).status,
              ExitStatus::BadInput);
}

TEST(Render, ALargePngIsCutIntoTiles) {
    const Folder folder;
    std::filesystem::create_directories(folder.path);
    const std::vector<std::string> cut{"--format", "png", "--step",        "2",
                                       "--scale",  "1",   "--most-pixels", "400"};
    const Answer nowhere = rendered(cut);
    if (isUnsupported(nowhere))
        return;
    EXPECT_EQ(nowhere.status, ExitStatus::BadInput);
    EXPECT_THAT(nowhere.err, testing::HasSubstr("tiles"));
    std::vector<std::string> toFile = cut;
    toFile.insert(toFile.end(), {"-o", (folder.path / "p.png").string()});
    ASSERT_EQ(rendered(toFile).status, ExitStatus::Done);
    EXPECT_THAT(folder.names(), testing::IsSupersetOf({"p-1-1.png", "p-1-2.png", "p-2-1.png", "p-2-2.png"}));
}

TEST(Render, ADiffSaysWhatAStepDidAndWhereOptionsPart) {
    const Answer step = rendered({"--step", "2", "--format", "diff"});
    ASSERT_EQ(step.status, ExitStatus::Done) << step.err;
    EXPECT_THAT(step.out, testing::StartsWith("--- thread/04-remap-unmap-4k, step 1/5, option A"));
    EXPECT_THAT(step.out, testing::HasSubstr("\n~ PMD entry 0 (0x7f0000000000)\n-   2M pfn 0x200000"));
    std::istringstream lines(step.out);
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 72U);
        EXPECT_THAT(line.substr(0, 1), testing::AnyOf("+", "-", "~", "@", " ")) << line;
    }
    const Answer options = rendered({"--step", "2", "--format", "diff", "--against", "mainline"});
    ASSERT_EQ(options.status, ExitStatus::Done) << options.err;
    EXPECT_THAT(options.out, testing::HasSubstr("+++ thread/04-remap-unmap-4k, step 2/5, option mainline"));
    EXPECT_EQ(rendered({"--format", "diff", "--against", "nobody"}).status, ExitStatus::BadInput);
}

TEST(Render, APageIsOpenedAsTheScenarioItWasMadeFrom) {
    const std::string page = "/tmp/pfnscope-page-" + std::to_string(::getpid()) + ".html";
    ASSERT_EQ(rendered({"--format", "html", "-o", page}).status, ExitStatus::Done);
    const Answer fromPage = runPfnscope({"compare", page, "--option", "A,C", "--json"});
    const Answer fromFile = runPfnscope({"compare", "thread/04-remap-unmap-4k", "--option", "A,C", "--json"});
    ::unlink(page.c_str());
    ASSERT_EQ(fromPage.status, ExitStatus::Done) << fromPage.err;
    const auto results = nlohmann::json::parse(fromPage.out)["results"];
    const auto expected = nlohmann::json::parse(fromFile.out)["results"];
    ASSERT_EQ(results.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(results[i]["verdict"], expected[i]["verdict"]);
        EXPECT_EQ(results[i]["steps"], expected[i]["steps"]);
    }
}

TEST(Render, EveryFormatSaysWhereItComesFromAndIsTheSameTwice) {
    for (const char* format : {"text", "unicode", "diff", "svg", "png", "pdf", "dot", "mermaid", "calls",
                               "html", "json", "jsonl", "csv", "cast"}) {
        const Answer got = rendered({"--format", format});
        if (isUnsupported(got))
            continue;
        ASSERT_EQ(got.status, ExitStatus::Done) << format << got.err;
        if (std::string_view(format) != "pdf") { // there it is written in glyphs
            EXPECT_THAT(got.out, testing::HasSubstr("04-remap-unmap-4k")) << format;
        }
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
        const Answer got = runPfnscope({"bits", "2-MByte", "--format", format});
        EXPECT_EQ(got.status, ExitStatus::Done);
        EXPECT_THAT(got.out, testing::HasSubstr("SPECIAL")) << format;
    }
    EXPECT_EQ(runPfnscope({"bits", "nonsense"}).status, ExitStatus::BadInput);
    EXPECT_EQ(runPfnscope({"bits", "--format", "svg"}).status, ExitStatus::BadInput) << "several in one file";
    const Folder folder;
    EXPECT_EQ(runPfnscope({"bits", "--format", "svg", "-o", folder.path.string()}).status, ExitStatus::Done);
    EXPECT_GE(folder.names().size(), 8U);
}

TEST(Report, IsAMailOrAPage) {
    const std::vector<std::string> asked{"report", "thread/02-vfio-unmap-4k", "--option", "mainline,naive"};
    const Answer text = runPfnscope(asked);
    ASSERT_EQ(text.status, ExitStatus::Done) << text.err;
    EXPECT_THAT(text.out, testing::AllOf(testing::HasSubstr("Verdicts"), testing::HasSubstr("naive")));
    const std::string markdown = "/tmp/pfnscope-report-" + std::to_string(::getpid()) + ".md";
    std::vector<std::string> tracker = asked;
    tracker.insert(tracker.end(), {"-o", markdown});
    EXPECT_EQ(runPfnscope(tracker).status, ExitStatus::Done);
    EXPECT_THAT(readFile(markdown).value_or(""),
                testing::AllOf(testing::HasSubstr("| scenario | mainline | naive |"),
                               testing::HasSubstr("```text\n")));
    ::unlink(markdown.c_str());
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
