// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule/coroutine.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

using pfnscope::schedule::Coroutine;

TEST(Coroutine, PausesInTheMiddleOfWhatItHasCalled) {
    std::string order;
    Coroutine* self = nullptr;
    const auto deep = [&](auto&& again, int left) -> void {
        order += std::to_string(left);
        if (left == 0)
            self->pause();
        else
            again(again, left - 1);
        order += std::to_string(left);
    };
    Coroutine coroutine([&] { deep(deep, 2); });
    self = &coroutine;
    EXPECT_FALSE(coroutine.isDone());
    coroutine.resume();
    EXPECT_EQ(order, "210");
    order += "-";
    coroutine.resume();
    EXPECT_EQ(order, "210-012");
    EXPECT_TRUE(coroutine.isDone());
}

TEST(Coroutine, TwoTakeTurnsAndEachKeepsItsStack) {
    std::vector<int> sums;
    std::vector<std::unique_ptr<Coroutine>> both;
    for (int which = 0; which < 2; ++which)
        both.push_back(std::make_unique<Coroutine>([&, which] {
            int sum = 0;
            for (int i = 0; i < 100; ++i) {
                sum += i * (which + 1);
                both[static_cast<std::size_t>(which)]->pause();
            }
            sums.push_back(sum);
        }));
    for (int turn = 0; turn <= 100; ++turn)
        for (const auto& each : both)
            each->resume();
    EXPECT_EQ(sums, (std::vector{4950, 9900}));
}

TEST(Coroutine, ExceptionsStayOnTheirStack) {
    std::string caught;
    Coroutine* self = nullptr;
    Coroutine coroutine([&] {
        try {
            self->pause();
            throw std::runtime_error("inside");
        } catch (const std::runtime_error& error) {
            caught = error.what();
        }
    });
    self = &coroutine;
    coroutine.resume();
    try {
        throw std::runtime_error("outside");
    } catch (const std::runtime_error&) {
    }
    coroutine.resume();
    EXPECT_EQ(caught, "inside");
}

TEST(Coroutine, OneThatWasNeverStartedGoesWithoutATrace) {
    bool ran = false;
    {
        const Coroutine coroutine([&] { ran = true; });
    }
    EXPECT_FALSE(ran);
}
