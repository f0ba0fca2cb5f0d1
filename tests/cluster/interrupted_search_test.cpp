// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/search_on_ranks.h"
#include "explore/any_graph.h"
#include "support/temporary_folder.h"

#include <algorithm>
#include <filesystem>

namespace pfnscope::cluster::test {
namespace {

using explore::test::anyForm;
using explore::test::bruteForce;
using explore::test::Form;
using explore::test::Graph;
using explore::test::GraphModel;
using pfnscope::test::TemporaryFolder;

/// Stops at some time, on one number of ranks after the other; one rank is sometimes explore::Search.
RC_GTEST_PROP(InterruptedSearch, StoppedAnywhereAndResumedOnOtherRanksGivesTheSame, ()) {
    const TemporaryFolder folder;
    const std::string file = folder.file("checkpoint");
    const Graph graph{*rc::gen::inRange<std::uint32_t>(1, 40'000), *rc::gen::inRange(1U, 6U),
                      *rc::gen::arbitrary<std::uint64_t>(), 4, 100};
    const Form form = anyForm();
    const GraphModel model(graph, form);
    for (bool isFirst = true;; isFirst = false) {
        std::stop_source source;
        SearchOptions options;
        options.stop = source.get_token();
        options.checkpoint = file;
        options.progressEvery = std::chrono::milliseconds(0);
        options.progress = [&source, left = *rc::gen::inRange(0, 6)](const SearchProgress&) mutable {
            if (left-- == 0)
                source.request_stop();
        };
        const std::string from = isFirst ? std::string() : file;
        if (*rc::gen::inRange(0, 4) == 0) {
            const auto search =
                isFirst ? Search::create(model, options) : Search::resume(model, options, from);
            RC_ASSERT(search.has_value());
            const auto outcome = (*search)->run();
            RC_ASSERT(outcome.has_value());
            if (outcome->end == SearchEnd::Cancelled)
                continue;
            RC_ASSERT(explore::test::plainOf(**search, *outcome) == bruteForce(graph, form));
            return;
        }
        const Whole whole = searchOn(*rc::gen::inRange(1U, 5U), model, options, from);
        if (whole.end == SearchEnd::Cancelled)
            continue;
        RC_ASSERT(whole.end == SearchEnd::Exhausted);
        RC_ASSERT(whole.plain == bruteForce(graph, form));
        return;
    }
}

TEST(InterruptedSearch, AtItsMemoryLimitItIsACheckpointThatGoesOn) {
    const TemporaryFolder folder;
    const Graph graph{40'000, 5, 8, 3, 500};
    for (const Form form : {Form::Fixed, Form::Variable, Form::Replay}) {
        const GraphModel model(graph, form);
        SearchOptions options;
        options.checkpoint = folder.file("checkpoint");
        options.memory = Bytes(370U << 10);
        const Whole stopped = searchOn(3, model, options);
        EXPECT_EQ(stopped.end, SearchEnd::MemoryReached);
        EXPECT_GT(stopped.plain.states.size(), 1000U);
        const Whole whole = searchOn(2, model, {}, options.checkpoint);
        EXPECT_EQ(whole.end, SearchEnd::Exhausted);
        EXPECT_TRUE(whole.plain == bruteForce(graph, form));
    }
}

TEST(InterruptedSearch, ACheckpointThatDoesNotFitIsAnErrorOnAllRanks) {
    const TemporaryFolder folder;
    const GraphModel model(Graph{20'000, 5, 8, 0});
    SearchOptions options;
    options.checkpoint = folder.file("checkpoint");
    ASSERT_EQ(searchOn(2, model, options).end, SearchEnd::Exhausted);
    std::vector<std::optional<ErrorKind>> errors(3);
    const auto resumeWithin = [&](const std::string& file, Bytes memory) {
        onRanks(3, [&](Peers& peers) {
            SearchOptions little;
            little.memory = memory;
            const auto search = ClusterSearch::resume(model, little, peers, file);
            errors[peers.rank()] = search ? std::nullopt : std::optional(search.error().kind);
        });
        return errors;
    };
    const std::vector<std::optional<ErrorKind>> limit(3, ErrorKind::Limit), missing(3, ErrorKind::CannotRead);
    EXPECT_EQ(resumeWithin(options.checkpoint, Bytes(100U << 10)), limit);
    EXPECT_EQ(resumeWithin(folder.file("missing"), Bytes(100U << 20)), missing);
}

TEST(InterruptedSearch, AFolderThatIsNotThereIsAnErrorOnAllRanks) {
    const TemporaryFolder folder;
    const GraphModel model(Graph{100, 2, 8, 0});
    std::vector<std::optional<ErrorKind>> errors(2);
    onRanks(2, [&](Peers& peers) {
        SearchOptions options;
        options.checkpoint = folder.file("missing/checkpoint");
        const auto search = ClusterSearch::create(model, options, peers);
        const auto outcome = (*search)->run();
        errors[peers.rank()] = outcome ? std::nullopt : std::optional(outcome.error().kind);
    });
    EXPECT_EQ(errors, (std::vector<std::optional<ErrorKind>>(2, ErrorKind::CannotWrite)));
}

/// With a rank gone at any exchange after the first two, by which all have agreed to begin, the others end,
/// with findings that a whole search has too; and the checkpoint, if one was written by then, goes on to the
/// same end.
RC_GTEST_PROP(InterruptedSearch, ARankThatIsGoneEndsItWithWhatWasFound, ()) {
    const TemporaryFolder folder;
    const std::string file = folder.file("checkpoint");
    const Graph graph{20'000, 4, *rc::gen::arbitrary<std::uint64_t>(), 4, 200};
    const Form form = anyForm();
    const GraphModel model(graph, form);
    const Plain expected = bruteForce(graph, form);
    const Death death{*rc::gen::inRange(1U, 3U), *rc::gen::inRange<std::uint64_t>(2, 120)};
    std::optional<SearchOutcome> outcome;
    onRanks(
        3,
        [&](Peers& peers) {
            SearchOptions options;
            options.checkpoint = file;
            options.checkpointEvery = std::chrono::milliseconds(0);
            const auto search = ClusterSearch::create(model, options, peers);
            if (!search)
                return;
            const auto result = (*search)->run();
            if (peers.rank() == 0 && result)
                outcome = *result;
        },
        death);
    RC_ASSERT(outcome.has_value());
    for (const Finding& finding : outcome->findings)
        RC_ASSERT(std::ranges::any_of(expected.findings, [&](const Finding& known) {
            return known.kind == finding.kind && known.path == finding.path && known.seen >= finding.seen;
        }));
    RC_ASSERT(outcome->end == SearchEnd::RankLost || outcome->findings == expected.findings);
    if (std::filesystem::exists(file))
        RC_ASSERT(searchOn(2, model, {}, file).plain == expected);
}

} // namespace
} // namespace pfnscope::cluster::test
