// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/deposit_model.h"
#include "explore/search.h"

#include <gtest/gtest.h>

/// The whole deposit model. The numbers are SPIN's and Rumur's on the same model.
namespace pfnscope::bench {
namespace {

struct Expected {
    Symmetry symmetry;
    std::uint32_t states;
    std::uint64_t transitions; ///< 0: no other program's count to compare with
};

class WholeDepositModel : public ::testing::TestWithParam<Expected> {};

TEST_P(WholeDepositModel, HasExactlySoManyStates) {
    const DepositModel model(GetParam().symmetry);
    const auto search = explore::Search::create(model, {});
    const auto outcome = (*search)->run();
    ASSERT_TRUE(outcome.has_value());
    EXPECT_EQ(outcome->end, explore::SearchEnd::Exhausted);
    EXPECT_EQ(outcome->states, GetParam().states);
    if (GetParam().transitions != 0) {
        EXPECT_EQ(outcome->transitions, GetParam().transitions);
    }
    EXPECT_TRUE(outcome->findings.empty());
    EXPECT_LE(outcome->bytesPerState(), 100.0);
    EXPECT_TRUE(hasTrueWayBack((*search)->states(), GetParam().symmetry));
}

INSTANTIATE_TEST_SUITE_P(Symmetries, WholeDepositModel,
                         ::testing::Values(Expected{Symmetry::Distinct, 3'864'464, 77'537'049},
                                           Expected{Symmetry::SlotsSwap, 650'309, 0}));

} // namespace
} // namespace pfnscope::bench
