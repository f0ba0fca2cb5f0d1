// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_process.h"
#include "mm/dax.h"
#include "mm/pgtable_x86.h"

#include <gtest/gtest.h>

namespace pfnscope::mm {
namespace {

using hw::Level;
using machine::Counter;
using test::kBase;
using test::kPmd;

class DaxFault : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(bench_.map(Backing::Dax, kBase, kPmd * 2, Share::Shared).ok()); }
    Word leaf() const { return bench_.entry(kBase, Level::Pmd); }
    Pfn frame() const { return entryPfn(bench_.machine.state().geometry(), Level::Pmd, leaf()); }
    test::Bench bench_;
};

TEST_F(DaxFault, AHoleIsTheHugeZeroPageWithoutADeposit) {
    ASSERT_TRUE(bench_.read(kBase).ok());
    const auto zero = bench_.machine.state().globals.hugeZeroFolio;
    ASSERT_TRUE(zero);
    EXPECT_EQ(frame(), bench_.machine.state().folios.at(*zero).head);
    EXPECT_TRUE(bench_.depositsAt(kBase).empty());
    EXPECT_EQ(bench_.mm().counter(Counter::PgtablesBytes), 2 * 4096);
    ASSERT_TRUE(bench_.run(Exit{}).ok()); // zap asks vma_is_dax() and withdraws nothing
    EXPECT_FALSE(bench_.happened(machine::HappeningKind::BadPageTables));
}

TEST_F(DaxFault, AWriteAllocatesAndTheZerosGo) {
    ASSERT_TRUE(bench_.read(kBase).ok());
    ASSERT_TRUE(bench_.write(kBase + Bytes(0x3000)).ok());
    EXPECT_EQ(frame(), kPmemBase);
    EXPECT_TRUE(isDirty(leaf()));
    ASSERT_TRUE(bench_.write(kBase + kPmd).ok());
    EXPECT_EQ(entryPfn(bench_.machine.state().geometry(), Level::Pmd, bench_.entry(kBase + kPmd, Level::Pmd)),
              kPmemBase + 512);
    EXPECT_EQ(bench_.mm().counter(Counter::FilePages), 0);
}

TEST_F(DaxFault, ASplitDropsTheLeafAndPtesComeBack) {
    ASSERT_TRUE(bench_.write(kBase).ok());
    ASSERT_TRUE(bench_.run(Munmap{kBase + Bytes(0x100000), kPageSize}).ok());
    EXPECT_EQ(leaf(), 0U);
    ASSERT_TRUE(bench_.read(kBase + Bytes(0x5000)).ok());
    EXPECT_EQ(bench_.ptesMapped(kBase), 1U);
    EXPECT_EQ(entryPfn(bench_.machine.state().geometry(), Level::Pte,
                       bench_.entry(kBase + Bytes(0x5000), Level::Pte)),
              kPmemBase + 5);
}

/// 7.x, where DAX inserts folios: vmf_insert_folio_pmd().
class DaxFolio : public ::testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(bench_.map(Backing::Dax, kBase, kPmd, Share::Shared).ok()); }
    std::int64_t filePages() const { return bench_.mm().counter(Counter::FilePages); }
    const machine::Folio& folio() const {
        const machine::State& state = bench_.machine.state();
        return state.folios.at(*state.folioOf(kPmemBase));
    }
    test::Bench bench_{{}, KernelConfig{.version7 = true}};
};

TEST_F(DaxFolio, ALeafCountsAsAMapOfItsFolio) {
    ASSERT_TRUE(bench_.write(kBase).ok());
    const Word leaf = bench_.entry(kBase, Level::Pmd);
    EXPECT_EQ(leaf & (bits::kSpecial | bits::kDevmap), 0U);
    EXPECT_EQ(filePages(), 512);
    EXPECT_EQ(folio().refcount, 2); // the file's and the map's
    EXPECT_EQ(folio().entireMapcount, 1);
    EXPECT_TRUE(bench_.depositsAt(kBase).empty());
    ASSERT_TRUE(bench_.run(Munmap{kBase, kPmd}).ok());
    EXPECT_EQ(filePages(), 0);
    EXPECT_EQ(folio().refcount, 1);
    EXPECT_EQ(folio().entireMapcount, 0);
    EXPECT_TRUE(folio().dirty);
}

TEST_F(DaxFolio, DoesNotMigrate) {
    ASSERT_TRUE(bench_.write(kBase).ok());
    const Word leaf = bench_.entry(kBase, Level::Pmd);
    EXPECT_EQ(bench_.run(Migrate{kBase, Migration::Start}).error, Errno::Inval);
    EXPECT_EQ(bench_.entry(kBase, Level::Pmd), leaf);
}

TEST_F(DaxFolio, ASplitGivesTheMapUpAndPagesCountOneByOne) {
    ASSERT_TRUE(bench_.write(kBase).ok());
    ASSERT_TRUE(bench_.run(Munmap{kBase + Bytes(0x100000), kPageSize}).ok());
    EXPECT_EQ(filePages(), 0);
    EXPECT_EQ(folio().refcount, 1);
    ASSERT_TRUE(bench_.read(kBase + Bytes(0x5000)).ok());
    EXPECT_EQ(filePages(), 1);
    EXPECT_EQ(folio().pageMapcount.at(5), 1);
    ASSERT_TRUE(bench_.run(Exit{}).ok());
    EXPECT_EQ(folio().refcount, 1);
    EXPECT_FALSE(bench_.happened(machine::HappeningKind::BadRssCounter));
}

TEST_F(DaxFolio, AForkLeavesItToTheChildsFaults) {
    ASSERT_TRUE(bench_.write(kBase).ok());
    const Outcome fork = bench_.run(Fork{"child"});
    ASSERT_TRUE(fork.ok());
    const machine::Pid child(static_cast<std::uint32_t>(fork.value));
    EXPECT_EQ(folio().entireMapcount, 1);
    ASSERT_TRUE(bench_.touch(kBase, hw::AccessType::Read, child).ok());
    EXPECT_EQ(folio().entireMapcount, 2);
    ASSERT_TRUE(bench_.run(Exit{}, child).ok());
    EXPECT_EQ(folio().entireMapcount, 1);
}

TEST_F(DaxFolio, TheZerosOfAHoleAreSpecialAndCountNowhere) {
    ASSERT_TRUE(bench_.read(kBase).ok());
    EXPECT_NE(bench_.entry(kBase, Level::Pmd) & bits::kSpecial, 0U);
    EXPECT_EQ(filePages(), 0);
    EXPECT_TRUE(bench_.depositsAt(kBase).empty());
    ASSERT_TRUE(bench_.run(Exit{}).ok());
    EXPECT_FALSE(bench_.happened(machine::HappeningKind::BadPageTables));
}

} // namespace
} // namespace pfnscope::mm
