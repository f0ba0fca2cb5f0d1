// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/launch.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace pfnscope::cluster {
namespace {

class Environment : public ::testing::Test {
protected:
    ~Environment() override {
        for (const char* const name : kNames)
            ::unsetenv(name);
    }
    static constexpr const char* kNames[] = {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "PMI_RANK",
                                             "PMI_SIZE"};
};

TEST_F(Environment, WithoutALauncherThereIsOneRank) {
    EXPECT_EQ(launchedAs().rank, 0U);
    EXPECT_EQ(launchedAs().size, 1U);
}

TEST_F(Environment, SaysWhatOpenMpiOrPmiSays) {
    ::setenv("PMI_RANK", "1", 1);
    ::setenv("PMI_SIZE", "3", 1);
    EXPECT_EQ(launchedAs().rank, 1U);
    EXPECT_EQ(launchedAs().size, 3U);
    ::setenv("OMPI_COMM_WORLD_RANK", "2", 1);
    ::setenv("OMPI_COMM_WORLD_SIZE", "4", 1);
    EXPECT_EQ(launchedAs().rank, 2U);
    EXPECT_EQ(launchedAs().size, 4U);
}

} // namespace
} // namespace pfnscope::cluster
