// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/graph_model.h"

#include <gtest/gtest.h>

namespace pfnscope::explore::test {
namespace {

const Graph kGraph{150'000, 6, 23, 4, 1000};

TEST(SearchLimits, StopsBeforeItTakesMoreMemory) {
    const GraphModel model(kGraph);
    const auto whole = Search::create(model, {});
    const Plain all = plainOf(**whole, *(*whole)->run());
    std::uint32_t least = 0;
    for (const std::uint64_t limit : {400U << 10, 3U << 19, 3U << 20}) {
        SearchOptions options;
        options.memory = Bytes(limit);
        options.threads = 1;
        const auto search = Search::create(model, options);
        const auto outcome = (*search)->run();
        ASSERT_TRUE(outcome.has_value());
        EXPECT_EQ(outcome->end, SearchEnd::MemoryReached);
        EXPECT_LE(outcome->peakMemory.raw(), limit + (64U << 10)); // the thread's scratch
        EXPECT_GT(outcome->states, least);
        least = outcome->states;
        ASSERT_LT(outcome->states, all.states.size());
        const Plain part = plainOf(**search, *outcome);
        EXPECT_TRUE(std::equal(part.states.begin(), part.states.end(), all.states.begin()));
        EXPECT_TRUE(std::equal(part.paths.begin(), part.paths.end(), all.paths.begin()));
        for (unsigned depth = 0; depth <= outcome->depth; ++depth)
            EXPECT_EQ(outcome->statesAtDepth[depth], all.statesAtDepth[depth]) << depth;
    }
}

TEST(SearchLimits, StopsAtTheSameStateOnAnyNumberOfThreads) {
    const GraphModel model(kGraph, Form::Variable);
    std::optional<Plain> first;
    for (const unsigned threads : {1U, 2U, 4U}) {
        SearchOptions options;
        options.memory = Bytes(3U << 20);
        options.threads = threads;
        const auto search = Search::create(model, options);
        const auto outcome = (*search)->run();
        EXPECT_EQ(outcome->end, SearchEnd::MemoryReached);
        const Plain plain = plainOf(**search, *outcome);
        if (!first)
            first = plain;
        EXPECT_TRUE(plain == *first) << threads << " threads";
    }
}

TEST(SearchLimits, ALimitTooSmallForTheFirstStateIsReached) {
    const GraphModel model(kGraph);
    SearchOptions options;
    options.memory = Bytes(1);
    const auto search = Search::create(model, options);
    const auto outcome = (*search)->run();
    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(outcome->end, SearchEnd::MemoryReached);
    EXPECT_EQ(outcome->states, 0U);
    EXPECT_TRUE(outcome->statesAtDepth.empty());
}

TEST(SearchLimits, StopsWhenAsked) {
    const GraphModel model(kGraph);
    std::stop_source source;
    SearchOptions options;
    options.stop = source.get_token();
    options.progressEvery = std::chrono::milliseconds(0);
    options.progress = [&source](const SearchProgress& now) {
        if (now.states > 20'000)
            source.request_stop();
    };
    const auto search = Search::create(model, options);
    const auto outcome = (*search)->run();
    EXPECT_EQ(outcome->end, SearchEnd::Cancelled);
    EXPECT_GT(outcome->states, 20'000U);
    EXPECT_LT(outcome->states, 60'000U);
}

TEST(SearchLimits, StopsBeforeItStarts) {
    const GraphModel model(kGraph);
    std::stop_source source;
    source.request_stop();
    SearchOptions options;
    options.stop = source.get_token();
    const auto search = Search::create(model, options);
    const auto outcome = (*search)->run();
    EXPECT_EQ(outcome->end, SearchEnd::Cancelled);
    EXPECT_EQ(outcome->states, 0U);
}

} // namespace
} // namespace pfnscope::explore::test
