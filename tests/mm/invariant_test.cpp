// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_process.h"
#include "hw/x86_64.h"
#include "invariants.h"
#include "option/catalogue.h"
#include "random_operations.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <string>

/// Random sequences of all operations keep the invariants under `mainline`, and the options with known
/// mistakes do not. PFNSCOPE_INVARIANT_OPERATIONS says how many operations are drawn in all.
namespace pfnscope::mm::test {
namespace {

constexpr unsigned kSequence = 100; ///< operations of one machine's life, the exits at its end not counted

std::uint64_t operationsInAll() {
    const char* wanted = std::getenv("PFNSCOPE_INVARIANT_OPERATIONS");
    return wanted != nullptr ? std::stoull(wanted) : 40'000;
}

/// Smaller tables do the same faster: of 8 entries.
constexpr hw::Geometry kSmall{4, 3};

machine::MachineConfig configOf(const hw::Geometry& geometry) {
    machine::MachineConfig config;
    config.geometry = geometry;
    config.cpus.count = 2;
    config.cpus.tlb = {{16, 4}, {32, 4}, {4, 4}, {8, 4}};
    return config;
}

/// One machine's life.
class Life {
public:
    Life(const option::Option& option, const hw::Geometry& geometry, std::uint64_t seed)
        : machine_(configOf(geometry)), option_(option), kernel_(machine_, option, kernelOf(seed)),
          operations_(machine_, seed, kernel_.config().version7) {
        kernel_.boot("init");
    }

    /// Up to the first operation after which something is broken. Empty: nothing broke.
    const std::vector<std::string>& run() {
        for (unsigned i = 0; i < kSequence && broken_.empty();)
            for (const Operation& operation : operations_.next()) {
                ++i;
                step(operation);
            }
        for (const auto& [pid, process] : std::map(machine_.state().processes))
            if (process.state == machine::ProcessState::Running)
                step({Exit{}, pid, machine::CpuId(0)});
        return broken_;
    }
    const std::string& history() const { return history_; }
    unsigned operations() const { return done_; }
    std::set<std::string_view> functions() const {
        std::set<std::string_view> called;
        for (const machine::Call& call : machine_.journal().calls())
            called.insert(call.function);
        return called;
    }

private:
    static KernelConfig kernelOf(std::uint64_t seed) {
        KernelConfig config;
        config.version7 = seed % 2 == 1;
        config.softDirty = seed % 4 >= 2;
        return config;
    }

    void step(const Operation& operation) {
        if (!broken_.empty())
            return;
        ++done_;
        history_ += describe(operation) + "\n";
        const machine::Mark before = machine_.mark();
        const Outcome outcome = kernel_.run(operation);
        if (!outcome.oops && !outcome.hung)
            broken_ = broken({machine_, option_, kernel_.config(), before});
        else
            broken_ = {fmt::format("alive: dies in {}", outcome.oops ? outcome.oops->function : "a lock")};
    }

    machine::Machine machine_;
    const option::Option& option_;
    Kernel kernel_;
    RandomOperations operations_;
    unsigned done_ = 0;
    std::string history_;
    std::vector<std::string> broken_;
};

void expectKept(const hw::Geometry& geometry, std::uint64_t operations) {
    const option::Catalogue catalogue = option::Catalogue::shipped();
    std::uint64_t done = 0;
    for (std::uint64_t seed = 1; done < operations; ++seed) {
        Life life(**catalogue.find("mainline"), geometry, seed);
        ASSERT_THAT(life.run(), testing::IsEmpty()) << "seed " << seed << ", after\n" << life.history();
        done += life.operations();
    }
}

/// Which of the invariants break under an option with a known mistake.
std::set<std::string> brokenUnder(const option::Option& option) {
    std::set<std::string> names;
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        Life life(option, kSmall, seed);
        for (const std::string& complaint : life.run())
            names.insert(complaint.substr(0, complaint.find(':')));
    }
    return names;
}

std::set<std::string> brokenUnder(std::string_view option) {
    const option::Catalogue catalogue = option::Catalogue::shipped();
    return brokenUnder(**catalogue.find(option));
}

TEST(Invariants, HoldUnderMainlineOnTablesOf512) {
    expectKept(hw::kFourLevels, operationsInAll() / 20);
}

TEST(Invariants, HoldUnderMainlineOnSmallTables) {
    expectKept(kSmall, operationsInAll() - operationsInAll() / 20);
}

/// What is never called is not tested: the draw reaches every function that makes, moves or ends a huge
/// entry.
TEST(Invariants, TheDrawReachesEveryFunction) {
    static constexpr std::array kFunctions{"remap_pfn_range",
                                           "vmf_insert_pfn",
                                           "vmf_insert_pfn_pmd",
                                           "vmf_insert_pfn_pud",
                                           "vmf_insert_folio_pmd",
                                           "__do_huge_pmd_anonymous_page",
                                           "set_huge_zero_folio",
                                           "do_set_pmd",
                                           "dax_pmd_load_hole",
                                           "collapse_huge_page",
                                           "zap_huge_pmd",
                                           "zap_huge_pud",
                                           "zap_deposited_table",
                                           "__split_huge_pmd",
                                           "__split_huge_pud",
                                           "copy_huge_pmd",
                                           "copy_huge_pud",
                                           "move_huge_pmd",
                                           "move_normal_pmd",
                                           "move_pages_huge_pmd",
                                           "change_huge_pmd",
                                           "do_huge_pmd_wp_page",
                                           "wp_huge_pmd",
                                           "set_pmd_migration_entry",
                                           "remove_migration_pmd",
                                           "madvise_cold",
                                           "madvise_free_single_vma",
                                           "__split_huge_zero_page_pmd"};
    const option::Catalogue catalogue = option::Catalogue::shipped();
    std::set<std::string_view> called;
    for (std::uint64_t seed = 1; seed <= 600; ++seed) {
        Life life(**catalogue.find("mainline"), kSmall, seed);
        EXPECT_THAT(life.run(), testing::IsEmpty());
        called.merge(life.functions());
    }
    for (const std::string_view function : kFunctions)
        EXPECT_TRUE(called.contains(function)) << function;
}

using testing::IsSupersetOf;

TEST(Invariants, CountBreaksWhereOneVmaHoldsBothKindsOfLeaf) {
    EXPECT_THAT(brokenUnder("B"), IsSupersetOf({"I2 count"}));
    EXPECT_THAT(brokenUnder("naive"), IsSupersetOf({"I2 count"}));
}

TEST(Invariants, CountBreaksUnderCWhereHandlersComeLater) {
    EXPECT_THAT(brokenUnder("C"), IsSupersetOf({"I2 count"}));
}

/// The child without a table, the table freed uncounted, the deposit outside the lock.
TEST(Invariants, BytesCountAndLockBreakUnderRfcV1) {
    EXPECT_THAT(brokenUnder("rfc-v1"), IsSupersetOf({"I1 bytes", "I2 count", "I5 lock"}));
}

TEST(Invariants, PmdPageBreaksUnderRfcV2) {
    EXPECT_THAT(brokenUnder("rfc-v2"), IsSupersetOf({"I1 bytes", "I3 PMD page"}));
}

/// A leaf by remap and nothing else: its split drops what no fault brings back.
TEST(Invariants, NeverBothBreaksForALeafThatNobodyCanBringBack) {
    option::Option option;
    option.remapHuge = option::Rule::always();
    EXPECT_THAT(brokenUnder(option), IsSupersetOf({"I6 never both"}));
}

/// What no option breaks is broken by hand.
class ByHand : public testing::Test {
protected:
    template <class Break> std::vector<std::string> brokenBy(Break&& breakIt) {
        const machine::Mark before = bench_.machine.mark();
        {
            const auto scope = bench_.machine.enter("by hand");
            breakIt();
        }
        return broken({bench_.machine, bench_.kernel.option(), bench_.kernel.config(), before});
    }
    Bench bench_;
};

TEST_F(ByHand, ACounterThatIsWrong) {
    bench_.mapAnonymous();
    bench_.write(kBase);
    EXPECT_THAT(brokenBy([&] { bench_.machine.moveCounter(bench_.mmId(), machine::Counter::AnonPages, 1); }),
                testing::ElementsAre(testing::HasSubstr("I4 rss")));
    const machine::Mark before = bench_.machine.mark();
    bench_.run(Exit{});
    EXPECT_THAT(broken({bench_.machine, bench_.kernel.option(), bench_.kernel.config(), before}),
                testing::Contains(testing::HasSubstr("I4 teardown")));
}

TEST_F(ByHand, AnEntryThatGoesWithoutAFlush) {
    bench_.mapFaulting();
    bench_.read(kBase);
    const Pfn pmdTable = PhysAddr(bench_.entry(kBase, hw::Level::Pud) & hw::x86_64::kAddress).frame();
    EXPECT_THAT(brokenBy([&] { bench_.machine.writeEntry(pmdTable, 0, 0); }),
                testing::ElementsAre(testing::HasSubstr("I7")));
}

} // namespace
} // namespace pfnscope::mm::test
