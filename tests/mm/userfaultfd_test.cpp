// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_process.h"
#include "mm/pgtable_x86.h"

#include <gtest/gtest.h>

namespace pfnscope::mm {
namespace {

using hw::Level;
using machine::Counter;
using test::kBase;
using test::kPmd;

constexpr VirtAddr kElsewhere = kBase + Bytes(1ULL << 32); // under another PMD page

class UffdMove : public ::testing::Test {
protected:
    void SetUp() override {
        for (const VirtAddr at : {kBase, kElsewhere})
            ASSERT_TRUE(bench_.map(Backing::Anonymous, at, kPmd * 2, Share::Private).ok());
        ASSERT_TRUE(bench_.write(kBase).ok());
    }
    test::Bench bench_;
};

TEST_F(UffdMove, TheDepositGoesAlong) {
    const auto deposit = bench_.depositsAt(kBase);
    const Word leaf = bench_.entry(kBase, Level::Pmd);
    ASSERT_TRUE(bench_.run(UserfaultMove{kBase, kElsewhere, kPmd}).ok());
    EXPECT_EQ(bench_.entry(kBase, Level::Pmd), 0U);
    EXPECT_EQ(bench_.entry(kElsewhere, Level::Pmd), leaf);
    EXPECT_TRUE(bench_.depositsAt(kBase).empty());
    EXPECT_EQ(bench_.depositsAt(kElsewhere), deposit);
    EXPECT_EQ(bench_.mm().counter(Counter::AnonPages), 512);
    ASSERT_TRUE(bench_.run(Exit{}).ok());
    EXPECT_FALSE(bench_.happened(machine::HappeningKind::BadPageTables));
}

TEST_F(UffdMove, OnePageSplitsTheSource) {
    ASSERT_TRUE(bench_.run(UserfaultMove{kBase + kPageSize, kElsewhere, kPageSize}).ok());
    EXPECT_EQ(bench_.ptesMapped(kBase), 511U);
    EXPECT_EQ(bench_.ptesMapped(kElsewhere), 1U);
    EXPECT_TRUE(bench_.depositsAt(kBase).empty());
}

TEST_F(UffdMove, WhatIsTakenOrSharedOrNotThereIsRefused) {
    ASSERT_TRUE(bench_.write(kElsewhere).ok());
    EXPECT_EQ(bench_.run(UserfaultMove{kBase, kElsewhere, kPmd}).error, Errno::Exist);
    EXPECT_EQ(bench_.run(UserfaultMove{kBase + kPmd, kElsewhere + kPmd, kPmd}).error, Errno::Inval);
    ASSERT_TRUE(bench_.run(Munmap{kElsewhere, kPmd}).ok());
    ASSERT_TRUE(bench_.map(Backing::Anonymous, kElsewhere, kPmd, Share::Private).ok());
    ASSERT_TRUE(bench_.run(Fork{"child"}).ok());
    EXPECT_EQ(bench_.run(UserfaultMove{kBase, kElsewhere, kPmd}).error, Errno::Busy);
}

} // namespace
} // namespace pfnscope::mm
