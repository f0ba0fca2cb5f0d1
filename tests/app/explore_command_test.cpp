// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/run_pfnscope.h"
#include "base/atomic_file.h"
#include "option/catalogue.h"
#include "option/option_yaml.h"
#include "support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pfnscope::app {
namespace {

namespace fs = std::filesystem;
using test::Answer;
using test::runPfnscope;
using testing::HasSubstr;
using testing::StartsWith;
using Json = nlohmann::json;

class ExploreCommand : public testing::Test {
protected:
    std::string file(const std::string& name) const { return folder_.file(name); }
    std::string write(const std::string& name, const std::string& content) const {
        std::ofstream(file(name)) << content;
        return file(name);
    }

    test::TemporaryFolder folder_;
};

std::vector<Json> linesOf(const Answer& answer) {
    std::istringstream lines(answer.out);
    std::vector<Json> objects;
    for (std::string line; std::getline(lines, line);)
        objects.push_back(Json::parse(line));
    return objects;
}

/// What must be the same on every machine and in every run.
Json withoutSpeed(Json object) {
    for (const char* key : {"seconds", "states_per_second", "bytes_per_state"})
        object.erase(key);
    return object;
}

TEST_F(ExploreCommand, SaysForEachOptionWhatWasFoundAndHowFarItLooked) {
    const Answer answer = runPfnscope({"explore", "--option", "C", "--option", "mainline", "--depth", "3"});
    EXPECT_EQ(answer.status, ExitStatus::Done) << answer.err;
    EXPECT_THAT(answer.out, StartsWith("C: depth 3, "));
    EXPECT_THAT(answer.out, HasSubstr("every sequence of this length was tried"));
    EXPECT_THAT(answer.out, HasSubstr("  lost after 3 operations\n    mmap remap-sigbus\n"));
    EXPECT_THAT(answer.out, HasSubstr("    through munmap, __x64_sys_munmap"));
    EXPECT_THAT(answer.out, testing::ContainsRegex("\nC +2 +2 +3 +3 +2\n"));
    EXPECT_THAT(answer.out, testing::ContainsRegex("\nmainline( +none to 3){4} +2\n"));
    EXPECT_THAT(answer.out, HasSubstr("\nunder none of them: bug, "));
    EXPECT_EQ(answer.err, "");
}

TEST_F(ExploreCommand, JsonIsOneObjectALineAndTheSameEachTime) {
    const std::vector<std::string> arguments{"explore", "--option", "C", "--option",
                                             "A",       "--depth",  "3", "--json"};
    const auto first = linesOf(runPfnscope(arguments));
    const auto second = linesOf(runPfnscope(arguments));
    ASSERT_EQ(first.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i)
        EXPECT_EQ(withoutSpeed(first[i]), withoutSpeed(second[i]));
    const Json& c = first[0];
    EXPECT_EQ(c["option"], "C");
    EXPECT_EQ(c["end"], "depth");
    EXPECT_EQ(c["exhausted"], true);
    EXPECT_EQ(c["depth"], 3);
    EXPECT_GT(c["states"], 1000);
    EXPECT_GT(c["transitions"], c["states"]);
    ASSERT_FALSE(c["findings"].empty());
    for (const Json& finding : c["findings"]) {
        EXPECT_TRUE(finding["steps"].is_array());
        EXPECT_FALSE(finding["functions"].empty());
        EXPECT_EQ(finding["reproduces_in_real_geometry"], true);
        for (const char* key : {"kind", "text", "function", "va"})
            EXPECT_TRUE(finding[key].is_string()) << key;
    }
}

TEST_F(ExploreCommand, JudgesAnOptionFromAFileAsItJudgesItsOwn) {
    option::Option mine = **option::Catalogue::shipped().find("C");
    mine.name = "F";
    const std::string path = write("mine.yaml", option::toYaml(mine));
    const auto theirs = linesOf(runPfnscope({"explore", "--option", path, "--depth", "3", "--json"}));
    const auto ours = linesOf(runPfnscope({"explore", "--option", "C", "--depth", "3", "--json"}));
    ASSERT_EQ(theirs.size(), 1U);
    EXPECT_EQ(theirs[0]["option"], "F");
    EXPECT_EQ(theirs[0]["findings"], ours[0]["findings"]);
    EXPECT_EQ(theirs[0]["states"], ours[0]["states"]);
}

TEST_F(ExploreCommand, ABadOptionFileHasALine) {
    const std::string path = write("bad.yaml", "name: F\nrules:\n  remap.huge: sometimes\n");
    const Answer answer = runPfnscope({"explore", "--option", path, "--depth", "2"});
    EXPECT_EQ(answer.status, ExitStatus::BadInput);
    EXPECT_THAT(answer.err, testing::ContainsRegex("bad.yaml:[0-9]+:[0-9]+: .*expected"));
    EXPECT_EQ(runPfnscope({"explore", "--option", "nobody"}).status, ExitStatus::BadInput);
}

TEST_F(ExploreCommand, TakesAnAlphabetOfOnesOwn) {
    const std::string path =
        write("mine.yaml", "name: mine\ndrivers: {bar: {remap: whole, then: {fault: sigbus}}}\n"
                           "operations: [mmap: bar, munmap: 0/middle, touch: 0/first]\n");
    const auto found =
        linesOf(runPfnscope({"explore", "--option", "C", "--alphabet", path, "--depth", "3", "--json"}));
    ASSERT_EQ(found.size(), 1U);
    std::set<std::string> kinds;
    for (const Json& finding : found[0]["findings"])
        kinds.insert(finding["kind"]);
    EXPECT_EQ(kinds, (std::set<std::string>{"lost"}));
}

TEST_F(ExploreCommand, AnAlphabetThatEndsIsExhausted) {
    const std::string path =
        write("mine.yaml", "name: mine\noperations: [mmap_anonymous: '3', munmap: '3']\n");
    const auto found =
        linesOf(runPfnscope({"explore", "--option", "A", "--alphabet", path, "--depth", "64", "--json"}));
    EXPECT_EQ(found[0]["end"], "exhausted");
    EXPECT_TRUE(found[0]["findings"].empty());
}

TEST_F(ExploreCommand, BadAlphabetsHaveALineAndAColumn) {
    const auto errorOf = [&](const std::string& text) {
        const Answer answer = runPfnscope({"explore", "--alphabet", write("a.yaml", text)});
        EXPECT_EQ(answer.status, ExitStatus::BadInput);
        EXPECT_EQ(answer.out, "");
        return answer.err;
    };
    EXPECT_THAT(errorOf("name: x\noperations: [jump]\n"),
                HasSubstr("a.yaml:2:14: unknown name 'jump': expected one of mmap,"));
    EXPECT_THAT(errorOf("name: x\noperations:\n  - munmap: 0/third\n"),
                HasSubstr("a.yaml:3:13: unknown name '0/third'"));
    EXPECT_THAT(errorOf("name: x\nbounds: {depth: 3}\noperations: [exit]\n"),
                HasSubstr("a.yaml:2:10: unknown key 'depth'"));
    EXPECT_THAT(errorOf("name: x\n- y\n"), HasSubstr("a.yaml:2:"));
    EXPECT_THAT(errorOf(""), HasSubstr("a.yaml:1:1: syntax error 'an empty file'"));
    const Answer unknown = runPfnscope({"explore", "--alphabet", "latin"});
    EXPECT_EQ(unknown.status, ExitStatus::BadInput);
    EXPECT_EQ(unknown.err, "pfnscope: unknown name 'latin': expected an alphabet: one of default, pairs, "
                           "broken-drivers, null-ops, or a file\n");
}

TEST_F(ExploreCommand, ShowsTheAlphabetsItShips) {
    for (const char* name : {"default", "pairs", "broken-drivers", "null-ops"}) {
        const Answer shown = runPfnscope({"explore", "--alphabet", name, "--show-alphabet"});
        EXPECT_EQ(shown.status, ExitStatus::Done);
        const std::string path = write("copy.yaml", shown.out);
        const auto copied =
            linesOf(runPfnscope({"explore", "--option", "A", "--alphabet", path, "--depth", "2", "--json"}));
        const auto shipped =
            linesOf(runPfnscope({"explore", "--option", "A", "--alphabet", name, "--depth", "2", "--json"}));
        EXPECT_EQ(withoutSpeed(copied.at(0)), withoutSpeed(shipped.at(0)));
    }
}

TEST_F(ExploreCommand, SavesWhatRunReproduces) {
    const Answer answer =
        runPfnscope({"explore", "--option", "D", "--depth", "3", "--save", file("found"), "--json"});
    ASSERT_EQ(answer.status, ExitStatus::Done) << answer.err;
    const Json findings = linesOf(answer).at(0)["findings"];
    ASSERT_FALSE(findings.empty());
    for (const Json& finding : findings) {
        const std::string kind = finding["kind"];
        const Answer run = runPfnscope({"run", file("found/D-" + kind + ".yaml"), "--option", "D", "--json"});
        EXPECT_EQ(run.status, ExitStatus::Done) << kind << run.err;
        EXPECT_THAT(run.out, HasSubstr("\"kind\": \"" + kind + "\"")) << run.out;
    }
    const Answer nowhere = runPfnscope({"explore", "--option", "D", "--depth", "2", "--save", "/proc/none"});
    EXPECT_EQ(nowhere.status, ExitStatus::BadInput);
    EXPECT_THAT(nowhere.err, HasSubstr("/proc/none"));
}

TEST_F(ExploreCommand, AtItsMemoryLimitItSaysHowFarItGot) {
    const std::vector<std::string> arguments{"explore", "--option", "mainline", "--depth",
                                             "9",       "--memory", "3M"};
    const Answer text = runPfnscope(arguments);
    EXPECT_EQ(text.status, ExitStatus::Incomplete);
    EXPECT_THAT(text.out, testing::ContainsRegex("mainline: depth [2-4], [0-9]+ states"));
    EXPECT_THAT(text.out, HasSubstr("the memory limit ended the search"));
    auto asJson = arguments;
    asJson.emplace_back("--json");
    const Json object = linesOf(runPfnscope(asJson)).at(0);
    EXPECT_EQ(object["end"], "memory");
    EXPECT_EQ(object["exhausted"], false);
    EXPECT_EQ(runPfnscope({"explore", "--memory", "much"}).status, ExitStatus::BadInput);
}

TEST_F(ExploreCommand, GoesOnFromACheckpoint) {
    const std::string path = file("search");
    EXPECT_EQ(runPfnscope({"explore", "--option", "B", "--depth", "3", "--checkpoint", path}).status,
              ExitStatus::Done);
    const auto resumed =
        linesOf(runPfnscope({"explore", "--option", "B", "--depth", "4", "--resume", path, "--json"}));
    const auto whole = linesOf(runPfnscope({"explore", "--option", "B", "--depth", "4", "--json"}));
    EXPECT_EQ(withoutSpeed(resumed.at(0)), withoutSpeed(whole.at(0)));
    const Answer other = runPfnscope({"explore", "--option", "C", "--depth", "4", "--resume", path});
    EXPECT_EQ(other.status, ExitStatus::BadInput);
    EXPECT_THAT(other.err, HasSubstr("a search of another model"));
    const Answer many = runPfnscope({"explore", "--resume", path});
    EXPECT_EQ(many.status, ExitStatus::BadInput);
    EXPECT_THAT(many.err, HasSubstr("expected one --option with --checkpoint or --resume"));
}

TEST_F(ExploreCommand, ReportsItsProgressOnTheErrorStream) {
    const Answer answer =
        runPfnscope({"explore", "--option", "mainline", "--depth", "5", "--memory", "40M", "--progress"});
    EXPECT_THAT(answer.err, testing::ContainsRegex(
                                "\rmainline: depth [0-9], [0-9]+ states, [0-9]+ states/s, [0-9]+ MiB"));
    EXPECT_THAT(answer.out, testing::Not(HasSubstr("MiB")));
}

/// The program itself, with its two streams.
class Program {
public:
    explicit Program(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), PFNSCOPE_PROGRAM);
        std::vector<char*> argv;
        for (std::string& argument : arguments)
            argv.push_back(argument.data());
        argv.push_back(nullptr);
        int out[2];
        int err[2];
        if (::pipe(out) != 0 || ::pipe(err) != 0)
            return;
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, out[1], 1);
        posix_spawn_file_actions_adddup2(&actions, err[1], 2);
        for (const int end : {out[0], out[1], err[0], err[1]})
            posix_spawn_file_actions_addclose(&actions, end);
        ::posix_spawn(&child_, argv[0], &actions, nullptr, argv.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        ::close(out[1]);
        ::close(err[1]);
        out_ = out[0];
        err_ = err[0];
    }
    ~Program() {
        ::close(out_);
        ::close(err_);
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    /// Reads the error stream until something comes.
    void awaitProgress() const {
        char byte = 0;
        (void)!::read(err_, &byte, 1);
    }
    void interrupt() const { ::kill(child_, SIGINT); }
    /// To the end; the exit status, or -1 if a signal ended it.
    int finish(std::string& output) const {
        char buffer[4096];
        for (ssize_t got = 0; (got = ::read(out_, buffer, sizeof buffer)) > 0;)
            output.append(buffer, static_cast<std::size_t>(got));
        int status = 0;
        ::waitpid(child_, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    pid_t child_ = -1;
    int out_ = -1;
    int err_ = -1;
};

TEST_F(ExploreCommand, InterruptedItSaysWhatItFoundAndKeepsTheSearch) {
    const std::string path = file("search");
    const Program program(
        {"explore", "--option", "B", "--depth", "12", "--progress", "--json", "--checkpoint", path});
    program.awaitProgress();
    program.interrupt();
    std::string output;
    EXPECT_EQ(program.finish(output), static_cast<int>(ExitStatus::Interrupted));
    const Json object = Json::parse(output);
    EXPECT_EQ(object["end"], "cancelled");
    EXPECT_EQ(object["exhausted"], false);
    EXPECT_GT(object["states"], 1);
    const Answer resumed = runPfnscope({"explore", "--option", "B", "--depth", "3", "--resume", path});
    EXPECT_EQ(resumed.status, ExitStatus::Done) << resumed.err;
}

} // namespace
} // namespace pfnscope::app
