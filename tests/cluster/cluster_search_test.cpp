// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/deposit_model.h"
#include "cluster/cluster_exploration.h"
#include "cluster/search_on_ranks.h"
#include "explore/any_graph.h"
#include "option/catalogue.h"

namespace pfnscope::cluster::test {
namespace {

using explore::test::anyForm;
using explore::test::anyGraph;
using explore::test::bruteForce;
using explore::test::Form;
using explore::test::Graph;
using explore::test::GraphModel;

std::uint64_t allToOneRank(std::span<const std::byte>) {
    return 7;
}
std::uint64_t fewTags(std::span<const std::byte> bytes) {
    return hashBytes(bytes) & 0xffffffffU;
}

RC_GTEST_PROP(ClusterSearch, NumbersEachStateAsPlainEnumerationDoes, ()) {
    const Graph graph = anyGraph(3000);
    const Form form = anyForm();
    const Whole whole = searchOn(*rc::gen::inRange(1U, 6U), GraphModel(graph, form), {});
    RC_ASSERT(whole.end == SearchEnd::Exhausted);
    RC_ASSERT(whole.plain == bruteForce(graph, form));
}

RC_GTEST_PROP(ClusterSearch, StopsAtItsDepth, ()) {
    const Graph graph = anyGraph(1000);
    const Form form = anyForm();
    SearchOptions options;
    options.depth = *rc::gen::inRange(0U, 8U);
    RC_ASSERT(searchOn(3, GraphModel(graph, form), options).plain == bruteForce(graph, form, options.depth));
}

RC_GTEST_PROP(ClusterSearch, TellsStatesApartWhateverTheHash, ()) {
    const Graph graph = anyGraph(400);
    const Form form = anyForm();
    SearchOptions options;
    options.hash = *rc::gen::element(&allToOneRank, &fewTags);
    RC_ASSERT(searchOn(3, GraphModel(graph, form), options).plain == bruteForce(graph, form));
}

TEST(ClusterSearch, OfManyRoundsIsTheSameOnAnyNumberOfRanks) {
    const Graph graph{40'000, 6, 17, 5, 1000};
    for (const Form form : {Form::Fixed, Form::Variable, Form::Replay}) {
        const Plain expected = bruteForce(graph, form);
        ASSERT_GT(expected.states.size(), 35'000U);
        ASSERT_EQ(expected.findings.size(), 5U);
        for (const unsigned ranks : {1U, 2U, 4U})
            EXPECT_TRUE(searchOn(ranks, GraphModel(graph, form), {}).plain == expected) << ranks << " ranks";
    }
}

TEST(ClusterSearch, OfTheKernelModelIsThatOfOneProcess) {
    const auto catalogue = option::Catalogue::shipped();
    for (const char* name : {"mainline", "C"}) {
        const Question question{**catalogue.find(name), *defaultAlphabet(), {}, kSmallGeometry};
        SearchOptions options;
        options.depth = 3;
        const auto one = explore::explore(question, options);
        ASSERT_TRUE(one.has_value());
        for (const unsigned ranks : {2U, 3U}) {
            std::optional<Exploration> many;
            onRanks(ranks, [&](Peers& peers) {
                auto result = cluster::explore(question, options, peers);
                if (peers.rank() == 0 && result)
                    many = std::move(*result);
            });
            ASSERT_TRUE(many.has_value());
            EXPECT_EQ(many->search.statesAtDepth, one->search.statesAtDepth);
            EXPECT_EQ(many->search.transitions, one->search.transitions);
            EXPECT_EQ(many->search.findings, one->search.findings);
            EXPECT_EQ(many->counterexamples.size(), one->counterexamples.size());
        }
    }
}

TEST(ClusterSearch, OfTheDepositModelHasItsStates) {
    const bench::DepositModel model(bench::Symmetry::SlotsSwap);
    SearchOptions options;
    options.depth = 7;
    const auto one = (*Search::create(model, options))->run();
    const Whole many = searchOn(3, model, options);
    EXPECT_EQ(many.plain.statesAtDepth, one->statesAtDepth);
    EXPECT_EQ(many.plain.transitions, one->transitions);
}

TEST(ClusterSearch, SaysHowFarItIs) {
    const GraphModel model(Graph{50'000, 5, 4, 0});
    SearchOptions options;
    options.progressEvery = std::chrono::milliseconds(0);
    std::vector<SearchProgress> reports;
    options.progress = [&reports](const SearchProgress& now) { reports.push_back(now); };
    const Whole whole = searchOn(2, model, options);
    ASSERT_GT(reports.size(), 3U);
    for (std::size_t i = 1; i < reports.size(); ++i)
        EXPECT_GE(reports[i].states, reports[i - 1].states);
    EXPECT_EQ(reports.back().states, whole.plain.states.size());
    EXPECT_EQ(reports.back().transitions, whole.plain.transitions);
}

} // namespace
} // namespace pfnscope::cluster::test
