// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/deposit_model.h"
#include "explore/search.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace pfnscope::bench {
namespace {

using explore::Search;
using explore::SearchOptions;
using explore::StateIndex;

std::string textOf(const DepositState& state) {
    return {reinterpret_cast<const char*>(&state), sizeof state};
}

/// States in reach of at most `depth` actions, by sets alone.
std::set<std::string> plainStates(unsigned depth) {
    std::set<std::string> all{textOf(initialDepositState())};
    std::set<std::string> level = all;
    for (unsigned step = 0; step < depth; ++step) {
        std::set<std::string> next;
        for (const std::string& text : level)
            forEachTransition(depositStateOf(std::as_bytes(std::span(text))),
                              [&](const DepositState& to, ActionId) {
                                  if (all.insert(textOf(to)).second)
                                      next.insert(textOf(to));
                              });
        level = std::move(next);
    }
    return all;
}

std::set<std::string> searchedStates(Symmetry symmetry, unsigned depth) {
    const DepositModel model(symmetry);
    SearchOptions options;
    options.depth = depth;
    const auto search = Search::create(model, options);
    EXPECT_EQ((*search)->run()->end, explore::SearchEnd::DepthReached);
    EXPECT_TRUE(hasTrueWayBack((*search)->states(), symmetry));
    std::set<std::string> states;
    for (std::uint32_t i = 0; i < (*search)->states().count(); ++i)
        states.insert(textOf(depositStateOf((*search)->states().bytes(StateIndex{i}))));
    EXPECT_EQ(states.size(), (*search)->states().count());
    return states;
}

TEST(DepositModel, SearchEqualsSets) {
    EXPECT_TRUE(searchedStates(Symmetry::Distinct, 5) == plainStates(5));
}

TEST(DepositModel, SymmetryMergesExactlyWhatDiffersByTheOrderOfSlots) {
    std::set<std::string> merged;
    for (const std::string& text : plainStates(5)) {
        DepositState state = depositStateOf(std::as_bytes(std::span(text)));
        sortSlots(state);
        merged.insert(textOf(state));
    }
    EXPECT_TRUE(searchedStates(Symmetry::SlotsSwap, 5) == merged);
}

TEST(DepositModel, SortingSlotsGivesOneStateForAllOrders) {
    for (const std::string& text : plainStates(4)) {
        DepositState state = depositStateOf(std::as_bytes(std::span(text)));
        DepositState swapped = state;
        for (auto& space : swapped.spaces)
            std::swap(space[0], space[2]);
        DepositState rotated = state;
        for (auto& space : rotated.spaces)
            std::ranges::rotate(space, space.begin() + 1);
        for (DepositState* const each : {&state, &swapped, &rotated})
            sortSlots(*each);
        EXPECT_EQ(textOf(state), textOf(swapped));
        EXPECT_EQ(textOf(state), textOf(rotated));
    }
}

/// A way back through symmetric states is one of slots renamed; on the plain model it becomes actions that
/// can be done.
TEST(DepositModel, AWayThroughSymmetricStatesIsAWayThroughPlainOnes) {
    const DepositModel model(Symmetry::SlotsSwap);
    SearchOptions options;
    options.depth = 6;
    const auto search = Search::create(model, options);
    const auto outcome = (*search)->run();
    const auto& store = (*search)->states();
    for (std::uint32_t i = 0; i < outcome->states; i += 997) {
        std::vector<StateIndex> way;
        for (StateIndex at{i}; at != explore::kNoState; at = store.parent(at))
            way.insert(way.begin(), at);
        DepositState plain = initialDepositState();
        for (std::size_t step = 1; step < way.size(); ++step) {
            bool found = false;
            forEachTransition(DepositState(plain), [&](const DepositState& to, ActionId) {
                DepositState sorted = to;
                sortSlots(sorted);
                if (!found && store.equals(way[step], std::as_bytes(std::span(&sorted, 1)))) {
                    plain = to;
                    found = true;
                }
            });
            ASSERT_TRUE(found) << "state " << i << ", step " << step;
        }
    }
}

} // namespace
} // namespace pfnscope::bench
