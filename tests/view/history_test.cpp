// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/differences.h"
#include "view/history.h"
#include "view/table_builder.h"

#include <gtest/gtest.h>

using namespace pfnscope;
using namespace pfnscope::view;
using namespace pfnscope::test;

namespace {

constexpr VirtAddr kBar(0x7f0000000000);
constexpr Pfn kDevice(0x200000);

struct SplitHistory : testing::Test {
    void SetUp() override {
        {
            const auto operation = machine.enter("remap");
            build.hugeLeaf(kBar, kDevice);
            const auto call = machine.enter("pgtable_trans_huge_deposit");
            build.deposit(kBar);
        }
        mapped = machine.position();
        {
            const auto operation = machine.enter("munmap");
            const auto call = machine.enter("__split_huge_pmd", {{"address", kBar}});
            build.split(kBar);
        }
    }
    machine::Machine machine;
    TableBuilder build{machine};
    machine::Position mapped = 0;
};

TEST_F(SplitHistory, NamesEveryWriterOfAWord) {
    const Pfn pmd = build.tableFor(kBar, hw::Level::Pmd);
    const auto writes = writersOf(machine.journal(), pmd, 0, machine.position());
    ASSERT_EQ(writes.size(), 3U);
    EXPECT_EQ(writes[0].function, "__split_huge_pmd");
    EXPECT_EQ(writes[1].after, 0U);
    EXPECT_EQ(writes[2].function, "remap");
    EXPECT_EQ(writes[2].before, 0U);
    const Pfn pte = build.tableFor(kBar, hw::Level::Pte);
    const auto filled = writersOf(machine.journal(), pte, 5, machine.position());
    ASSERT_EQ(filled.size(), 1U);
    EXPECT_EQ(filled[0].after, PhysAddr(kDevice + 5).raw() | kSpecialPage);
    EXPECT_TRUE(writersOf(machine.journal(), pte, 5, mapped).empty());
}

TEST_F(SplitHistory, WritesTheCallTree) {
    const auto lines = callTree(machine.journal(), machine.position());
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].text, "munmap()");
    EXPECT_EQ(lines[1].text, "__split_huge_pmd(address 0x7f0000000000)");
    EXPECT_TRUE(lines[1].current);
    EXPECT_TRUE(callTree(machine.journal(), 0).empty());
}

TEST_F(SplitHistory, KeepsTheLedgerOfSpareTables) {
    auto ledger = depositLedger(machine.journal(), mapped);
    ASSERT_EQ(ledger.size(), 1U);
    EXPECT_EQ(ledger[0].fate, SpareFate::Deposited);
    EXPECT_EQ(ledger[0].depositedBy, "remap");
    EXPECT_EQ(ledger[0].forAddress, kBar);
    ledger = depositLedger(machine.journal(), machine.position());
    EXPECT_EQ(ledger[0].fate, SpareFate::Linked);
    EXPECT_EQ(ledger[0].withdrawnBy, "__split_huge_pmd");
}

TEST_F(SplitHistory, CountsCosts) {
    const auto series = costSeries(machine.journal());
    EXPECT_EQ(costAt(series, mapped).deposited, 1);
    EXPECT_EQ(costAt(series, machine.position()).deposited, 0);
    EXPECT_EQ(costAt(series, machine.position()).tables, 4);
    EXPECT_EQ(costAt(series, 0), CostPoint{});
}

TEST_F(SplitHistory, SaysWhatDiffers) {
    const TableGraph now = snapshotGraph(machine.state());
    machine.moveTo(mapped);
    const TableGraph before = snapshotGraph(machine.state());
    const auto list = differences(before, now, Kinship::SameHistory);
    ASSERT_EQ(list.size(), 4U);
    EXPECT_EQ(list[0].words,
              "PMD entry 0 (0x7f0000000000): was 2M pfn 0x200000 RW NX AD sp, is -> PTE 0x4003.");
    EXPECT_EQ(list[1].mark, Mark::Added);
    EXPECT_EQ(list[2].after, "512 x 4K pfn 0x200000-0x2001ff RW NX AD sp");
    EXPECT_EQ(list[3].before, "1");
    EXPECT_TRUE(differences(now, now, Kinship::SameHistory).empty());
}

} // namespace
