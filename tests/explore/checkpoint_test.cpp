// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "bench/deposit_model.h"
#include "explore/graph_model.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace pfnscope::explore::test {
namespace {

namespace fs = std::filesystem;

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (fs::temp_directory_path() / "pfnscope-explore-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~TemporaryFolder() { fs::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    fs::path path_;
};

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
    const Graph graph{*rc::gen::inRange<std::uint32_t>(1, 30'000), *rc::gen::inRange(1U, 6U),
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

/// The search in a process of its own, killed after a while. What is left behind is the file.
void searchAndKill(const SearchModel& model, const std::string& file, std::chrono::milliseconds after) {
    const pid_t child = ::fork();
    if (child == 0) {
        SearchOptions options;
        options.threads = 2;
        options.checkpoint = file;
        options.checkpointEvery = std::chrono::milliseconds(1);
        auto search =
            fs::exists(file) ? Search::resume(model, options, file) : Search::create(model, options);
        const bool isDone = search.has_value() && (*search)->run().has_value();
        ::_exit(isDone ? 0 : 1);
    }
    std::this_thread::sleep_for(after);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
}

TEST(Checkpoint, SurvivesAKillAtAnyMoment) {
    const bench::DepositModel model(bench::Symmetry::SlotsSwap);
    SearchOptions bounded;
    bounded.depth = 6;
    const auto whole = Search::create(model, bounded);
    const auto expected = (*whole)->run();
    const TemporaryFolder folder;
    const std::string file = folder.file("checkpoint");
    std::mt19937 random(20261122);
    for (int round = 0; round < 6; ++round)
        searchAndKill(model, file, std::chrono::milliseconds(20 + random() % 150));
    ASSERT_TRUE(fs::exists(file));
    // The children search without a bound: what they have beyond the sixth action does not matter.
    const auto search = Search::resume(model, {}, file);
    ASSERT_TRUE(search.has_value()) << toText(search.error());
    const auto outcome = (*search)->run();
    ASSERT_EQ(outcome->states, 650'309U);
    for (std::uint32_t i = 0; i < expected->states; ++i) {
        ASSERT_TRUE((*whole)->states().equals(StateIndex{i}, (*search)->states().bytes(StateIndex{i})));
        ASSERT_EQ((*whole)->states().parent(StateIndex{i}), (*search)->states().parent(StateIndex{i}));
        ASSERT_EQ((*whole)->states().action(StateIndex{i}), (*search)->states().action(StateIndex{i}));
    }
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
