// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "scenario/kernel_replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace pfnscope::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The lines of one sequence of the shipped record, which replays without a difference.
std::string sequence(const std::string& name) {
    Result<JsonLines> lines = JsonLines::open(PFNSCOPE_TEST_DATA "/kernel/mainline.jsonl.gz");
    std::string found;
    JsonLine line;
    while (lines && lines->next(line).value_or(false))
        if (line.value.value("seq", "") == name)
            found += line.text + "\n";
    return found;
}

class Replay : public ::testing::Test {
protected:
    Result<ReplaySummary> replay(const std::string& content) {
        const std::string path = (std::filesystem::path(::testing::TempDir()) / "replay_test.jsonl").string();
        EXPECT_TRUE(writeFileAtomically(path, content));
        differences_.clear();
        return replayRecord(path, option::Option{}, {.debugVm = true},
                            [&](const Difference& one) { differences_.push_back(one); });
    }
    /// Replays with the first `from` behind `after` replaced.
    void doctored(const std::string& name, const std::string& after, const std::string& from,
                  const std::string& to) {
        std::string content = sequence(name);
        const std::size_t at = content.find(from, content.find(after));
        ASSERT_NE(at, std::string::npos);
        content.replace(at, from.size(), to);
        const auto summary = replay(content);
        ASSERT_TRUE(summary) << toText(summary.error());
        EXPECT_EQ(summary->sequences, 1U);
        EXPECT_EQ(summary->differing, 1U);
        ASSERT_FALSE(differences_.empty());
    }
    std::vector<Difference> differences_;
};

TEST_F(Replay, AFaithfulSequenceHasNoDifference) {
    const auto summary = replay(sequence("F/munmap_mid4k") + sequence("R/fork_child_munmap4k"));
    ASSERT_TRUE(summary);
    EXPECT_EQ(summary->sequences, 2U);
    EXPECT_EQ(summary->differing, 0U);
    EXPECT_THAT(differences_, IsEmpty());
}

TEST_F(Replay, AFlippedBitOfALeafIsReportedWithBothValues) {
    doctored("F/munmap_mid4k", "\"step\":3,", "80000000402002b7", "80000000402002bf");
    EXPECT_EQ(differences_.front(), (Difference{"F/munmap_mid4k", 3, "read", "mm pmd 0x100000200000",
                                                "0x80000000402002bf", "0x80000000402002b7"}));
}

TEST_F(Replay, EveryPartOfAnAnswerIsCompared) {
    doctored("F/munmap_mid4k", "\"step\":4,", "\"ret\":0", "\"ret\":-1,\"errno\":\"EINVAL\"");
    EXPECT_EQ(differences_.front().what, "answer");
    EXPECT_EQ(differences_.front().record, "EINVAL");
    EXPECT_EQ(differences_.front().model, "done");
    doctored("F/munmap_mid4k", "\"step\":3,", "\"value\":\"40200\"", "\"value\":\"40201\"");
    EXPECT_EQ(differences_.front().what, "value");
    doctored("F/munmap_mid4k", "\"step\":3,", "\"pmd\":1", "\"pmd\":2");
    EXPECT_EQ(differences_.front().what, "handler_calls");
    doctored("F/munmap_mid4k", "SIGSEGV", "\"si_code\":1", "\"si_code\":2");
    EXPECT_THAT(differences_.front().record, HasSubstr("si_code 2"));
    EXPECT_THAT(differences_.front().model, HasSubstr("si_code 1"));
}

TEST_F(Replay, CountersFlagsAndCountsAreCompared) {
    doctored("R/rw", "\"step\":1,", "\"pgt\":16384", "\"pgt\":12288");
    EXPECT_EQ(differences_.front().what, "mm pgtables_bytes");
    doctored("R/rw", "\"step\":1,", "\"flags\":\"50444fb\"", "\"flags\":\"40444fb\"");
    EXPECT_EQ(differences_.front().what, "mm vma 0x100000000000 vm_flags");
    doctored("R/rw", "\"step\":1,", "\"ptes\":1024", "\"ptes\":1023");
    EXPECT_EQ(differences_.front().what, "mm n");
    doctored("R/rw", "\"step\":1,", "\"VmPTE_kB\":48", "\"VmPTE_kB\":44");
    EXPECT_EQ(differences_.front().what, "mm VmPTE_kB");
}

TEST_F(Replay, DepositsAreComparedInOrder) {
    doctored("A/munmap_mid4k", "\"step\":4,", "\"deposit\":[\"P1\"]", "\"deposit\":[\"P9\"]");
    EXPECT_THAT(differences_.front().what, HasSubstr("deposit 0"));
    EXPECT_EQ(differences_.front().record, "P9");
}

TEST_F(Replay, TheVerdictAndTheFunctionOfAnOopsAreCompared) {
    doctored("F/rw", "\"end\":true", "\"verdict\":\"clean\"", "\"verdict\":\"nonzero_pgtables\"");
    EXPECT_EQ(differences_.front().what, "verdict");
    doctored("X/pud_fork", "\"end\":true", "\"vma_adjust_trans_huge\"", "\"mprotect_fixup\"");
    EXPECT_EQ(differences_.front().what, "oops");
    EXPECT_THAT(differences_.front().record, HasSubstr("mprotect_fixup"));
    EXPECT_THAT(differences_.front().model, HasSubstr("vma_adjust_trans_huge"));
}

TEST_F(Replay, TheModelsDeathIsADifferenceAndEndsTheSequence) {
    // The record of a kernel that survives, replayed under an option that does not.
    option::Option naive;
    naive.zapDeposited = option::Rule::fact(option::Fact::VmaPfnmap);
    const std::string path = (std::filesystem::path(::testing::TempDir()) / "replay_death.jsonl").string();
    ASSERT_TRUE(writeFileAtomically(path, sequence("F/unmap_mapping_full")));
    const auto summary = replayRecord(path, naive, {.debugVm = true},
                                      [&](const Difference& one) { differences_.push_back(one); });
    ASSERT_TRUE(summary);
    ASSERT_EQ(differences_.size(), 1U);
    EXPECT_EQ(differences_.front().op, "unmap_mapping_range");
    EXPECT_EQ(differences_.front().model, "oops in pgtable_trans_huge_withdraw");
}

TEST_F(Replay, BadInputNamesItsPlace) {
    std::string content = sequence("F/rw");
    const std::size_t second = content.find('\n') + 1;
    content.replace(second, 1, "[");
    const auto summary = replay(content);
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().place.line, 2);
    EXPECT_GT(summary.error().place.column, 1);
}

} // namespace
} // namespace pfnscope::scenario
