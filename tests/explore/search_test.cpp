// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/any_graph.h"

#include <gtest/gtest.h>

namespace pfnscope::explore::test {
namespace {

std::uint64_t sameHash(std::span<const std::byte>) {
    return ~0ULL;
}
std::uint64_t fewHashes(std::span<const std::byte> bytes) {
    return static_cast<std::uint64_t>(bytes[0]) << 62;
}

Plain searchThrough(const Graph& graph, Form form, SearchOptions options) {
    const GraphModel model(graph, form);
    auto search = Search::create(model, std::move(options));
    const auto outcome = (*search)->run();
    return plainOf(**search, *outcome);
}

RC_GTEST_PROP(Search, FindsWhatPlainEnumerationFinds, ()) {
    const Graph graph = anyGraph(3000);
    const Form form = anyForm();
    SearchOptions options;
    options.threads = *rc::gen::inRange(1U, 5U);
    RC_ASSERT(searchThrough(graph, form, options) == bruteForce(graph, form));
}

RC_GTEST_PROP(Search, StopsAtItsDepth, ()) {
    const Graph graph = anyGraph(1000);
    const Form form = anyForm();
    SearchOptions options;
    options.threads = 2;
    options.depth = *rc::gen::inRange(0U, 8U);
    RC_ASSERT(searchThrough(graph, form, options) == bruteForce(graph, form, options.depth));
}

RC_GTEST_PROP(Search, TellsStatesApartWhateverTheHash, ()) {
    const Graph graph = anyGraph(400);
    const Form form = anyForm();
    SearchOptions options;
    options.threads = *rc::gen::inRange(1U, 5U);
    options.hash = *rc::gen::element(&sameHash, &fewHashes);
    RC_ASSERT(searchThrough(graph, form, options) == bruteForce(graph, form));
}

TEST(Search, IsTheSameOnAnyNumberOfThreads) {
    const Graph graph{40'000, 6, 17, 5, 1000};
    for (const Form form : {Form::Fixed, Form::Variable, Form::Replay}) {
        const Plain expected = bruteForce(graph, form);
        ASSERT_GT(expected.states.size(), 35'000U);
        ASSERT_EQ(expected.findings.size(), 5U);
        for (const unsigned threads : {1U, 2U, 4U}) {
            SearchOptions options;
            options.threads = threads;
            EXPECT_TRUE(searchThrough(graph, form, options) == expected) << threads << " threads";
        }
    }
}

TEST(Search, SaysHowFarItIs) {
    const Graph graph{50'000, 5, 4, 0};
    SearchOptions options;
    options.progressEvery = std::chrono::milliseconds(0);
    std::vector<SearchProgress> reports;
    options.progress = [&reports](const SearchProgress& now) { reports.push_back(now); };
    const GraphModel model(graph);
    const auto search = Search::create(model, options);
    const auto outcome = (*search)->run();
    ASSERT_GT(reports.size(), 3U);
    for (std::size_t i = 1; i < reports.size(); ++i) {
        EXPECT_GE(reports[i].states, reports[i - 1].states);
        EXPECT_GE(reports[i].depth, reports[i - 1].depth);
    }
    EXPECT_EQ(reports.back().states, outcome->states);
    EXPECT_EQ(reports.back().transitions, outcome->transitions);
    EXPECT_EQ(outcome->end, SearchEnd::Exhausted);
}

/// A counter that overflows: the finding is on a transition that leads nowhere, and on the initial state.
class Counter final : public SearchModel, public SearchWorker {
public:
    StateSize stateSize() const override { return {1}; }
    WayToState wayToState() const override { return WayToState::Bytes; }
    std::string identity() const override { return "counter"; }
    std::unique_ptr<SearchWorker> makeWorker() const override { return std::make_unique<Counter>(); }
    void initial(Emitter& out) override {
        out.finding(FindingKind{7}, ActionId{});
        put(std::byte{0}, ActionId{}, out);
    }
    void expand(const Origin& origin, Emitter& out) override {
        const auto value = static_cast<unsigned>(origin.bytes[0]);
        if (value == 255)
            out.finding(FindingKind{1}, ActionId{9});
        else
            put(static_cast<std::byte>(value + 1), ActionId{9}, out);
    }

private:
    static void put(std::byte value, ActionId action, Emitter& out) {
        out.successor(std::span(&value, 1), action);
    }
};

TEST(Search, KeepsFindingsOfInitialStatesAndOfDeadEnds) {
    const Counter model;
    const auto search = Search::create(model, {});
    const auto outcome = (*search)->run();
    ASSERT_EQ(outcome->findings.size(), 2U);
    EXPECT_EQ(outcome->findings[0], (Finding{FindingKind{7}, {}, 1}));
    EXPECT_EQ(outcome->findings[1], (Finding{FindingKind{1}, std::vector<ActionId>(256, ActionId{9}), 1}));
    EXPECT_EQ(outcome->depth, 255U);
    EXPECT_EQ(outcome->states, 256U);
}

/// All words of two letters, which counts what a replay does to get from one to the next.
class WordMachine {
public:
    explicit WordMachine(std::uint64_t& steps) : steps_(steps) {}
    void redo(ActionId action) {
        ++steps_;
        word_ = word_ << 1 | static_cast<unsigned>(action);
    }
    void undo() {
        ++steps_;
        word_ >>= 1;
    }
    void present(Emitter& out) { put(word_, ActionId{}, out); }
    void expand(Emitter& out) {
        for (const unsigned letter : {0U, 1U})
            put(word_ << 1 | letter, static_cast<ActionId>(letter), out);
    }

private:
    static void put(std::uint32_t word, ActionId action, Emitter& out) {
        out.successor(std::as_bytes(std::span(&word, 1)), action);
    }
    std::uint64_t& steps_;
    std::uint32_t word_ = 1; // the leading one tells the length
};

class WordModel final : public SearchModel {
public:
    explicit WordModel(std::uint64_t& steps) : steps_(steps) {}
    StateSize stateSize() const override { return {4}; }
    WayToState wayToState() const override { return WayToState::Path; }
    std::string identity() const override { return "words"; }
    std::unique_ptr<SearchWorker> makeWorker() const override {
        return std::make_unique<ReplayWorker<WordMachine>>(WordMachine(steps_));
    }

private:
    std::uint64_t& steps_;
};

TEST(Replay, NeighboursShareNearlyAllOfTheirWay) {
    std::uint64_t steps = 0;
    const WordModel model(steps);
    SearchOptions options;
    options.threads = 1;
    options.depth = 16;
    const auto outcome = (*Search::create(model, options))->run();
    EXPECT_EQ(outcome->states, (1U << 17) - 1);
    // As counting in binary: of the last letters half change once, a quarter twice, ... each taken back and
    // done.
    EXPECT_LT(steps, 4 * std::uint64_t{1U << 16} + 16 * 16);
}

} // namespace
} // namespace pfnscope::explore::test
