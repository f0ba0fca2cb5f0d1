// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_process.h"
#include "option/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

/// What syzbot-ci reported of the first two postings (kernel-facts 1.1, 6.1 and 6.2), by the same functions.
namespace pfnscope::mm::test {
namespace {

using testing::ElementsAre;
using testing::IsSupersetOf;

option::Option optionNamed(std::string_view name) {
    return **option::Catalogue::shipped().find(name);
}

/// Those of `wanted` that the oops names, in its order: innermost first.
std::vector<std::string_view> among(const Oops& oops, const std::vector<std::string_view>& wanted) {
    std::vector<std::string_view> found;
    for (const std::string_view function : oops.trace)
        if (std::find(wanted.begin(), wanted.end(), function) != wanted.end())
            found.push_back(function);
    return found;
}

class PostedSeries : public testing::TestWithParam<const char*> {};

/// "pgtable_trans_huge_withdraw at NULL + 8, via zap_deposited_table, zap_huge_pmd, exit_mmap, copy_process":
/// the fork copies the leaf without a table, fails further on, and tears down what it has made.
TEST_P(PostedSeries, AForkThatFailsDiesInWithdraw) {
    Bench bench(optionNamed(GetParam()));
    ASSERT_TRUE(bench.mapRemapped().ok());
    ASSERT_TRUE(bench.mapAnonymous(kBase + kFour + kFour, kPmd).ok());
    ASSERT_TRUE(bench.write(kBase + kFour + kFour).ok());
    // The child's PGD, PUD and PMD tables are there; the table for the anonymous page's deposit is not.
    bench.run(FailAlloc{4});
    const Outcome fork = bench.run(Fork{"child"});
    ASSERT_TRUE(fork.oops.has_value());
    EXPECT_EQ(fork.oops->function, "pgtable_trans_huge_withdraw");
    EXPECT_EQ(fork.oops->address, VirtAddr(8));
    EXPECT_FALSE(fork.oops->isBug);
    EXPECT_THAT(among(*fork.oops, {"zap_deposited_table", "zap_huge_pmd", "exit_mmap", "copy_process"}),
                ElementsAre("zap_deposited_table", "zap_huge_pmd", "exit_mmap", "copy_process"));
}

/// The same at the exit of a child that came about.
TEST_P(PostedSeries, AChildThatExitsDiesInWithdraw) {
    Bench bench(optionNamed(GetParam()));
    ASSERT_TRUE(bench.mapRemapped().ok());
    const machine::Pid child(static_cast<std::uint32_t>(bench.run(Fork{"child"}).value));
    const Outcome exit = bench.run(Exit{}, child);
    ASSERT_TRUE(exit.oops.has_value());
    EXPECT_EQ(exit.oops->function, "pgtable_trans_huge_withdraw");
    EXPECT_EQ(exit.oops->address, VirtAddr(8));
    EXPECT_THAT(
        among(*exit.oops, {"zap_deposited_table", "zap_huge_pmd", "unmap_vmas", "exit_mmap", "do_exit"}),
        ElementsAre("zap_deposited_table", "zap_huge_pmd", "unmap_vmas", "exit_mmap", "do_exit"));
}

INSTANTIATE_TEST_SUITE_P(FirstTwo, PostedSeries, testing::Values("rfc-v1", "rfc-v2"));

/// "non-zero pgtables_bytes on freeing mm: 4096": a huge page of shmem, a part of it unmapped, exit.
TEST(PostedSeriesV1, TheSplitOfAShmemLeafForgetsItsTable) {
    for (const char* name : {"rfc-v1", "rfc-v2"}) {
        Bench bench(optionNamed(name));
        ASSERT_TRUE(bench.map(Backing::Shmem, kBase, kFour, Share::Shared).ok());
        ASSERT_TRUE(bench.write(kBase).ok());
        ASSERT_TRUE(bench.run(Munmap{kBase + kPageSize, kPageSize}).ok());
        ASSERT_TRUE(bench.run(Exit{}).ok());
        EXPECT_EQ(bench.happened(machine::HappeningKind::BadPageTables), name == std::string_view("rfc-v1"))
            << name;
    }
}

/// The fourth gives the child a table.
TEST(PostedSeriesV4, SurvivesBoth) {
    Bench bench(optionNamed("rfc-v4"));
    ASSERT_TRUE(bench.mapRemapped().ok());
    const machine::Pid child(static_cast<std::uint32_t>(bench.run(Fork{"child"}).value));
    EXPECT_TRUE(bench.run(Exit{}, child).ok());
    bench.run(FailAlloc{4});
    EXPECT_EQ(bench.run(Fork{"child"}).error, Errno::NoMem);
    EXPECT_TRUE(bench.run(Exit{}).ok());
    EXPECT_FALSE(bench.happened(machine::HappeningKind::BadPageTables));
}

} // namespace
} // namespace pfnscope::mm::test
