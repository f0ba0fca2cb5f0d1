// SPDX-License-Identifier: GPL-3.0-or-later
// A file of many cases needs no more memory than one of few.
#include "run_pfnscope.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pfnscope::app {
namespace {

/// Runs the command in a process of its own; the most memory that it ever held, in KiB, or -1.
long peakOf(const std::string& file) {
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(static_cast<int>(test::runPfnscope({"mmu", file}).status));
    int status = -1;
    rusage usage{};
    if (child < 0 || ::wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) ||
        WEXITSTATUS(status) != static_cast<int>(ExitStatus::Done))
        return -1;
    return usage.ru_maxrss;
}

TEST(MmuStream, TwoHundredThousandCasesTakeTheMemoryOfAThousand) {
    constexpr unsigned kTimes = 200;
    const std::string few = std::string(PFNSCOPE_TEST_DATA) + "/mmu/x86_4level.jsonl.gz";
    const std::string many = testing::TempDir() + "pfnscope_mmu_stream.jsonl.gz";
    std::ifstream file(few, std::ios::binary);
    const std::string member((std::istreambuf_iterator<char>(file)), {});
    {
        std::ofstream out(many, std::ios::binary);
        for (unsigned i = 0; i < kTimes; ++i)
            out << member;
    }
    const long peakOfFew = peakOf(few);
    const long peakOfMany = peakOf(many);
    std::remove(many.c_str());
    ASSERT_GT(peakOfFew, 0);
    ASSERT_GT(peakOfMany, 0);
    EXPECT_LT(peakOfMany - peakOfFew, 4 * 1024) << peakOfFew << " KiB, then " << peakOfMany;
}

} // namespace
} // namespace pfnscope::app
