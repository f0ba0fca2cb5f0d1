// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/finding.h"

#include <gtest/gtest.h>

using namespace pfnscope;
using namespace pfnscope::check;

TEST(Finding, NamesAreThoseOfTheDesignAndComeBack) {
    const char* names[] = {
        "crash",     "bug",       "deadlock",         "use-after-free",   "leak",
        "lost",      "wrong-pfn", "wrong-cache-type", "wrong-permission", "stale-tlb",
        "mixed-tlb", "no-order",  "bad-counter",      "refused",          "oom",
        "ok"};
    for (const char* text : names) {
        const auto verdict = verdictNamed(text);
        ASSERT_TRUE(verdict) << text;
        EXPECT_EQ(name(*verdict), text);
        EXPECT_EQ(findingKindNamed(text).has_value(), std::string_view(text) != "ok");
    }
    EXPECT_FALSE(verdictNamed("fine"));
    EXPECT_FALSE(verdictNamed(""));
}

TEST(Finding, TheVerdictIsTheGravest) {
    EXPECT_EQ(verdictOf(std::vector<Finding>{}), Verdict::Ok);
    std::vector<Finding> findings{{FindingKind::Oom}, {FindingKind::Lost}, {FindingKind::BadCounter}};
    EXPECT_EQ(verdictOf(findings), Verdict::Lost);
    findings.push_back({FindingKind::Crash});
    EXPECT_EQ(verdictOf(findings), Verdict::Crash);
}

TEST(Finding, ASentenceNamesFunctionAddressAndStep) {
    FindingFacts facts{FindingKind::Lost, "__split_huge_pmd_locked", VirtAddr(0x7f0000002000), "touch"};
    facts.signal = mm::Signal::Bus;
    facts.damageStep = 2;
    EXPECT_EQ(sentence(facts),
              "0x7f0000002000 was mapped by remap_pfn_range and never unmapped, yet gives SIGBUS (entry "
              "last written by __split_huge_pmd_locked in step 3)");
    facts = {FindingKind::Leak};
    facts.amount = 4096;
    EXPECT_EQ(sentence(facts), "non-zero pgtables_bytes on freeing mm: 4096");
    const mm::Oops oops{"pgtable_trans_huge_withdraw", VirtAddr(8), {"zap_deposited_table", "zap_huge_pmd"}};
    facts = {FindingKind::Crash, "pgtable_trans_huge_withdraw"};
    facts.oops = &oops;
    EXPECT_EQ(sentence(facts),
              "the kernel dies in pgtable_trans_huge_withdraw: it cannot access address 0x8; called by "
              "zap_deposited_table <- zap_huge_pmd");
}
