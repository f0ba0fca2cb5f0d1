// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/dump_comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pfnscope::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Word kLink = 0x67;
constexpr VirtAddr kBase{0x100000000000};

/// One PUD table, one PMD table, and what `fill` puts there.
MmDump oneTree(const char* pud, const char* pmd, std::vector<std::string> deposits,
               std::vector<PmdEntryDump> entries) {
    MmDump dump;
    dump.entries.push_back(
        {kBase,
         {pud, kLink, {{kBase, 0, PmdTableDump{pmd, kLink, std::move(deposits), std::move(entries)}}}}});
    return dump;
}

PmdEntryDump leaf(Word entry, unsigned slot = 0) {
    return {kBase + Bytes(slot * (2ULL << 20)), entry, {}};
}
PmdEntryDump table(const char* name, std::vector<machine::WordRun> runs, unsigned slot = 0) {
    return {kBase + Bytes(slot * (2ULL << 20)), 0, PteTableDump{name, kLink, std::move(runs)}};
}

class Comparison : public ::testing::Test {
protected:
    /// "what | record | model" of each difference.
    std::vector<std::string> differences(const MmDump& record, const MmDump& model) {
        std::vector<std::string> found;
        const Report report = [&](const std::string& what, const std::string& r, const std::string& m) {
            found.push_back(what + " | " + r + " | " + m);
        };
        tables_.beginStep();
        DumpComparison("mm", tables_, frames_, report).compare(record, model, 0);
        frames_.check(report);
        return found;
    }
    TablePairs tables_;
    FramePairs frames_;
};

TEST_F(Comparison, DeviceEntriesAreComparedBitByBit) {
    const auto with = [](Word entry) { return oneTree("U1", "M1", {}, {leaf(entry)}); };
    EXPECT_THAT(differences(with(0x80000000400002b7), with(0x80000000400002b7)), IsEmpty());
    EXPECT_THAT(differences(with(0x80000000400002b7), with(0x80000000402002b7)),
                ElementsAre("mm pmd 0x100000000000 | 0x80000000400002b7 | 0x80000000402002b7"));
    EXPECT_THAT(differences(with(0x80000000400002f7), with(0x80000000400002b7)).size(), 1U);
    // Inverted, as PROT_NONE leaves it.
    EXPECT_THAT(differences(with(0x040fffffbfe003b0), with(0x040fffffbfc003b0)).size(), 1U);
}

TEST_F(Comparison, OfRamTheFlagsAndTheIdentityOfPagesCount) {
    const auto with = [](Word first, Word second) {
        return oneTree("U1", "M1", {}, {leaf(first), leaf(second, 1)});
    };
    const Word flags = 0x80000000000000e7;
    EXPECT_THAT(
        differences(with(flags | 0x200000, flags | 0x600000), with(flags | 0xc0000000, flags | 0xc0200000)),
        IsEmpty());
    EXPECT_THAT(
        differences(with(flags | 0x200000, flags | 0x600000), with(flags | 0xc0000000, flags | 0xc0000000)),
        ElementsAre("pages of RAM | two pages | one page in both places"));
    EXPECT_THAT(
        differences(with(flags | 0x200000, flags | 0x200000), with(flags | 0xc0000000, flags | 0xc0200000)),
        ElementsAre("pages of RAM | one page in two places | two pages there"));
    EXPECT_THAT(differences(with(flags | 0x200000, 0), with((flags & ~Word{0x40}) | 0xc0000000, 0)).size(),
                1U);
}

TEST_F(Comparison, ASplitPageIsStillTheSamePage) {
    const Word huge = 0x80000000002000e7;
    const auto record =
        oneTree("U1", "M1", {}, {leaf(huge), table("P1", {{0, 512, 0x8000000000200067, 0x1000}}, 1)});
    const auto model = oneTree(
        "U1", "M1", {}, {leaf(huge + 0xc0000000), table("P1", {{0, 512, 0x80000000c0200067, 0x1000}}, 1)});
    EXPECT_THAT(differences(record, model), IsEmpty());
    const auto other = oneTree(
        "U1", "M1", {}, {leaf(huge + 0xc0000000), table("P1", {{0, 512, 0x80000000c0400067, 0x1000}}, 1)});
    EXPECT_THAT(differences(record, other).size(), 1U);
}

TEST_F(Comparison, RunsOfPtesThatDifferAreNamedOnce) {
    const auto record = oneTree("U1", "M1", {}, {table("P1", {{0, 512, 0x8000000040000237, 0x1000}})});
    const auto model =
        oneTree("U1", "M1", {},
                {table("P1", {{0, 16, 0x8000000040000237, 0x1000}, {18, 494, 0x8000000040012237, 0x1000}})});
    EXPECT_THAT(
        differences(record, model),
        ElementsAre(
            "mm pte 0x100000010000 (2 entries) | 0x8000000040010237 .. 0x8000000040011237 | none .. none"));
}

TEST_F(Comparison, DepositsAreComparedInOrder) {
    const auto with = [](std::vector<std::string> deposits) {
        return oneTree("U1", "M1", std::move(deposits), {});
    };
    EXPECT_THAT(differences(with({"P2", "P1"}), with({"P1", "P2"})), IsEmpty()); // names are only names
    EXPECT_THAT(
        differences(with({"P1", "P2"}), with({"P1", "P2"})),
        ElementsAre(
            "mm deposit 0 at pud 0x100000000000 table page | P1 | P1, which was P2 of the record before",
            "mm deposit 1 at pud 0x100000000000 table page | P2 | P2, which was P1 of the record before"));
    EXPECT_THAT(differences(with({"P1", "P2"}), with({"P2"})).front(),
                "mm deposits at pud 0x100000000000 | [P1 P2] | [P2]");
}

TEST_F(Comparison, ARecordMayReuseANameOfAFreedTable) {
    EXPECT_THAT(
        differences(oneTree("U1", "M1", {}, {table("P1", {})}), oneTree("U1", "M1", {}, {table("P1", {})})),
        IsEmpty());
    EXPECT_THAT(differences(oneTree("U1", "M1", {}, {}), oneTree("U1", "M1", {}, {})), IsEmpty());
    EXPECT_THAT(
        differences(oneTree("U1", "M1", {}, {table("P1", {})}), oneTree("U1", "M1", {}, {table("P2", {})})),
        IsEmpty());
}

TEST_F(Comparison, VmasAndCountersAreCompared) {
    MmDump record;
    record.pgt = 8192;
    record.rss = RssDump{0, 529, 0};
    record.vmas.push_back({{kBase, kBase + Bytes(4096)}, 0x73, 0x25, 0});
    MmDump model = record;
    model.rss = RssDump{0, 512, 0};
    EXPECT_THAT(differences(record, model), IsEmpty());
    model.rss = RssDump{0, 1024, 0};
    model.pgt = 4096;
    model.vmas[0].flags = 0x71;
    EXPECT_THAT(differences(record, model),
                ElementsAre("mm pgtables_bytes | 8192 | 4096", "mm rss anon | 529 | 1024",
                            "mm vma 0x100000000000 vm_flags | 0x73 | 0x71"));
    model = record;
    model.vmas.clear();
    EXPECT_THAT(differences(record, model), ElementsAre("mm vmas | 0x100000000000-0x100000001000 | "));
}

} // namespace
} // namespace pfnscope::scenario
