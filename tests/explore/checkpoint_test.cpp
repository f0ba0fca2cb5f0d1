// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "bench/deposit_model.h"
#include "explore/graph_model.h"
#include "explore/kernel_machine.h"
#include "option/catalogue.h"
#include "support/temporary_folder.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace pfnscope::explore::test {
namespace {

namespace fs = std::filesystem;
using pfnscope::test::TemporaryFolder;

/// Asks the search to stop once it has reported so often.
SearchOptions stopAfter(std::stop_source& source, unsigned reports, const std::string& checkpoint) {
    SearchOptions options;
    options.threads = 2;
    options.stop = source.get_token();
    options.checkpoint = checkpoint;
    options.progressEvery = std::chrono::milliseconds(0);
    options.progress = [&source, reports](const SearchProgress&) mutable {
        if (reports-- == 0)
            source.request_stop();
    };
    return options;
}

RC_GTEST_PROP(Checkpoint, StoppedAnywhereAndResumedGivesTheSame, ()) {
    const TemporaryFolder folder;
    const std::string file = folder.file("checkpoint");
    const Graph graph{*rc::gen::inRange<std::uint32_t>(1, 12'000), *rc::gen::inRange(1U, 6U),
                      *rc::gen::arbitrary<std::uint64_t>(), 4, 100};
    const Form form = *rc::gen::element(Form::Fixed, Form::Variable, Form::Replay);
    const GraphModel model(graph, form);
    auto search = Search::create(model, {});
    for (bool isFirst = true;; isFirst = false) {
        std::stop_source source;
        const SearchOptions options = stopAfter(source, *rc::gen::inRange(0U, 12U), file);
        search = isFirst ? Search::create(model, options) : Search::resume(model, options, file);
        if (!search)
            RC_FAIL(toText(search.error()));
        const auto outcome = (*search)->run();
        RC_ASSERT(outcome.has_value());
        if (outcome->end == SearchEnd::Cancelled)
            continue;
        RC_ASSERT(outcome->end == SearchEnd::Exhausted);
        RC_ASSERT(plainOf(**search, *outcome) == bruteForce(graph, form));
        return;
    }
}

TEST(Checkpoint, ADepthAndAMemoryLimitCanBeRaised) {
    const TemporaryFolder folder;
    const std::string file = folder.file("checkpoint");
    const Graph graph{40'000, 5, 8, 3, 500};
    const GraphModel model(graph, Form::Replay);
    SearchOptions options;
    options.checkpoint = file;
    options.depth = 4;
    EXPECT_EQ((*Search::create(model, options))->run()->end, SearchEnd::DepthReached);
    options.depth = 100;
    options.memory = Bytes(900U << 10);
    EXPECT_EQ((*Search::resume(model, options, file))->run()->end, SearchEnd::MemoryReached);
    const auto search = Search::resume(model, {}, file);
    const auto outcome = (*search)->run();
    EXPECT_EQ(outcome->end, SearchEnd::Exhausted);
    EXPECT_TRUE(plainOf(**search, *outcome) == bruteForce(graph, Form::Replay));
}

/// Runs killed_search, with SIGKILL after a while if one is said. False: it came to its end.
bool searchAndKill(std::vector<std::string> arguments, std::optional<std::chrono::microseconds> after) {
    arguments.insert(arguments.begin(), PFNSCOPE_KILLED_SEARCH);
    std::vector<char*> argv;
    for (std::string& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_t child = 0;
    EXPECT_EQ(::posix_spawn(&child, argv[0], nullptr, nullptr, argv.data(), environ), 0);
    if (after) {
        std::this_thread::sleep_for(*after);
        ::kill(child, SIGKILL);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    return WIFSIGNALED(status);
}

/// Leaves the checkpoint of a search that was killed several times, whatever the machine's speed: the moments
/// are parts of the time that the whole search takes here, and one that came to its end is begun anew.
void searchKilledOften(std::vector<std::string> arguments, const std::string& file) {
    using Clock = std::chrono::steady_clock;
    arguments.insert(arguments.begin(), file);
    const Clock::time_point start = Clock::now();
    searchAndKill(arguments, std::nullopt);
    const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
    fs::remove(file);
    std::mt19937_64 random(std::random_device{}());
    int kills = 0;
    for (int round = 0; round < 1000 && (kills < 6 || !fs::exists(file)); ++round) {
        if (searchAndKill(arguments, std::chrono::microseconds(random() % (whole.count() / 2 + 1))))
            ++kills;
        else
            fs::remove(file);
    }
    ASSERT_GE(kills, 6);
    ASSERT_TRUE(fs::exists(file));
}

/// What the file holds, searched to the depth, is what a search that nobody disturbed finds: state by state.
void expectTheSame(const SearchModel& model, const SearchOptions& options, const std::string& file) {
    const auto resumed = Search::resume(model, options, file);
    ASSERT_TRUE(resumed.has_value()) << toText(resumed.error());
    const auto outcome = (*resumed)->run();
    const auto whole = Search::create(model, options);
    const auto expected = (*whole)->run();
    EXPECT_EQ(outcome->transitions, expected->transitions);
    EXPECT_EQ(outcome->statesAtDepth, expected->statesAtDepth);
    EXPECT_EQ(outcome->findings, expected->findings);
    ASSERT_EQ(outcome->states, expected->states);
    for (StateIndex i{0}; raw(i) < expected->states; i = StateIndex{raw(i) + 1}) {
        ASSERT_TRUE((*whole)->states().equals(i, (*resumed)->states().bytes(i)));
        ASSERT_EQ((*whole)->states().parent(i), (*resumed)->states().parent(i));
        ASSERT_EQ((*whole)->states().action(i), (*resumed)->states().action(i));
    }
}

TEST(Checkpoint, SurvivesAKillAtAnyMoment) {
    const TemporaryFolder folder;
    const std::string file = folder.file("checkpoint");
    searchKilledOften({"7"}, file);
    SearchOptions options;
    options.depth = 7;
    expectTheSame(bench::DepositModel(bench::Symmetry::SlotsSwap), options, file);
}

TEST(Checkpoint, SurvivesAKillOnTheKernelModel) {
    const TemporaryFolder folder;
    const std::string file = folder.file("checkpoint");
    searchKilledOften({"4", "B"}, file);
    const auto catalogue = option::Catalogue::shipped();
    const Question question{**catalogue.find("B"), *defaultAlphabet(), {}, kSmallGeometry};
    SearchOptions options;
    options.depth = 4;
    expectTheSame(KernelModel(question), options, file);
}

class DamagedCheckpoint : public ::testing::Test {
protected:
    DamagedCheckpoint() {
        SearchOptions options;
        options.checkpoint = file_;
        options.depth = 3;
        (void)(*Search::create(model_, options))->run();
        content_ = *readFile(file_);
    }
    std::optional<ErrorKind> errorOf(const std::string& content) {
        std::ofstream(file_, std::ios::binary) << content;
        const auto search = Search::resume(model_, {}, file_);
        return search ? std::nullopt : std::optional(search.error().kind);
    }

    TemporaryFolder folder_;
    std::string file_ = folder_.file("checkpoint");
    GraphModel model_{Graph{5000, 3, 5, 2, 5}, Form::Variable};
    std::string content_;
};

TEST_F(DamagedCheckpoint, WholeItIsAccepted) {
    EXPECT_EQ(errorOf(content_), std::nullopt);
}

TEST_F(DamagedCheckpoint, EachChangedByteIsSeen) {
    for (std::size_t at = 0; at < content_.size(); ++at)
        for (const char flip : {'\x01', '\x80'}) {
            std::string damaged = content_;
            damaged[at] = static_cast<char>(damaged[at] ^ flip);
            EXPECT_NE(errorOf(damaged), std::nullopt) << "byte " << at << " of " << content_.size();
        }
}

TEST_F(DamagedCheckpoint, EachCutIsSeen) {
    for (std::size_t length = 0; length < content_.size(); ++length)
        EXPECT_EQ(errorOf(content_.substr(0, length)), ErrorKind::Syntax) << length;
    EXPECT_EQ(errorOf(content_ + "x"), ErrorKind::Syntax);
}

TEST_F(DamagedCheckpoint, SaysWhatIsWrong) {
    EXPECT_EQ(
        errorOf(
            "not a checkpoint, but long enough to hold the header of one, which takes about a hundred bytes"),
        ErrorKind::Syntax);
    std::string newer = content_;
    newer[8] = 2;
    EXPECT_EQ(errorOf(newer), ErrorKind::Unsupported);
    EXPECT_EQ(errorOf(content_), std::nullopt);
    const GraphModel other(Graph{5000, 3, 6}, Form::Variable);
    EXPECT_EQ(Search::resume(other, {}, file_).error().kind, ErrorKind::Unsupported);
    SearchOptions small;
    small.memory = Bytes(100);
    EXPECT_EQ(Search::resume(model_, small, file_).error().kind, ErrorKind::Limit);
    small.memory = Bytes(200U << 10);
    EXPECT_EQ(Search::resume(model_, small, file_).error().kind, ErrorKind::Limit);
    EXPECT_EQ(Search::resume(model_, {}, folder_.file("missing")).error().kind, ErrorKind::CannotRead);
    EXPECT_EQ(Search::resume(model_, {}, "/").error().kind, ErrorKind::CannotRead);
}

TEST_F(DamagedCheckpoint, AFolderThatIsNotThereIsAnError) {
    SearchOptions options;
    options.checkpoint = folder_.file("missing/checkpoint");
    const auto search = Search::create(model_, options);
    EXPECT_EQ((*search)->run().error().kind, ErrorKind::CannotWrite);
}

} // namespace
} // namespace pfnscope::explore::test
