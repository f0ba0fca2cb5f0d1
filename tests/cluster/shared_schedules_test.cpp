// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/local_peers.h"
#include "cluster/shared_schedules.h"

#include <gtest/gtest.h>

namespace pfnscope::cluster::test {
namespace {

using schedule::SearchResult;

check::Finding findingOf(std::size_t number) {
    return {check::FindingKind::Leak, number, "function " + std::to_string(number), VirtAddr(number << 12),
            std::string(number, 'x')};
}

/// A result that differs from any other in every field.
SearchResult resultOf(std::size_t number) {
    SearchResult result;
    for (std::size_t race = 0; race < number % 3; ++race)
        result.races.push_back({findingOf(10 * number + race),
                                {{{schedule::ActorKind::Interrupt, machine::CpuId(1)}, 7},
                                 {{schedule::ActorKind::Operation, machine::CpuId(0)}, 0}},
                                static_cast<unsigned>(number)});
    if (number % 2 == 0)
        result.alone.push_back(findingOf(number));
    result.schedules = 3 * number;
    result.cut = 3 * number + 1;
    result.steps = 3 * number + 2;
    result.longest = number;
    result.exhausted = number % 5 != 0;
    return result;
}

void expectSame(const SearchResult& one, const SearchResult& other) {
    ASSERT_EQ(one.races.size(), other.races.size());
    for (std::size_t i = 0; i < one.races.size(); ++i) {
        EXPECT_EQ(one.races[i].finding, other.races[i].finding);
        EXPECT_EQ(one.races[i].schedule, other.races[i].schedule);
        EXPECT_EQ(one.races[i].preemptions, other.races[i].preemptions);
    }
    EXPECT_EQ(one.alone, other.alone);
    EXPECT_EQ(one.schedules, other.schedules);
    EXPECT_EQ(one.cut, other.cut);
    EXPECT_EQ(one.steps, other.steps);
    EXPECT_EQ(one.longest, other.longest);
    EXPECT_EQ(one.exhausted, other.exhausted);
}

/// What each rank has in the end.
std::vector<std::vector<SearchResult>> searchOn(unsigned ranks, std::size_t count,
                                                std::optional<Death> death = {}) {
    std::vector<std::vector<SearchResult>> results(ranks);
    onRanks(
        ranks, [&](Peers& peers) { results[peers.rank()] = searchSchedules(peers, count, resultOf); }, death);
    return results;
}

TEST(SharedSchedules, AreInOrderOnAllRanks) {
    for (const unsigned ranks : {1U, 2U, 4U})
        for (const std::size_t count : {0U, 1U, 7U, 50U})
            for (const auto& results : searchOn(ranks, count)) {
                ASSERT_EQ(results.size(), count);
                for (std::size_t i = 0; i < count; ++i)
                    expectSame(results[i], resultOf(i));
            }
}

TEST(SharedSchedules, WithARankGoneAreTheFirstOnes) {
    const auto results = searchOn(3, 100, Death{1, 2});
    for (const unsigned rank : {0U, 2U}) {
        EXPECT_GT(results[rank].size(), 0U);
        EXPECT_LT(results[rank].size(), 100U);
        for (std::size_t i = 0; i < results[rank].size(); ++i)
            expectSame(results[rank][i], resultOf(i));
    }
}

} // namespace
} // namespace pfnscope::cluster::test
