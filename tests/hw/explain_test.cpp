// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/explain.h"
#include "hw/x86_64.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace pfnscope;
using namespace pfnscope::hw;
using ::testing::HasSubstr;

namespace {

struct Explain : ::testing::Test {
    Explain() {
        registers.cr0 = Registers::kCr0Wp;
        registers.cr4 = Registers::kCr4Smep | Registers::kCr4Smap;
        registers.efer = Registers::kEferNxe;
        registers.cr3 = 0x100000;
        features.maxphyaddr = 40;
        for (unsigned depth = 4; depth >= 1; --depth)
            memory.writable(Pfn(0x104 - depth))[0] = ((0x105ULL - depth) << 12) | 7;
    }
    Word& entry(unsigned depth) { return memory.writable(Pfn(0x104 - depth))[0]; }
    std::string why(AccessType type, Privilege privilege) {
        const WalkRecord record =
            walk(memory, registers, features, kFourLevels, {VirtAddr(0x10), type, privilege, Bytes(8)});
        const Explanation words = explainResult(record, registers, features, kFourLevels);
        EXPECT_THAT(words.section, HasSubstr("SDM"));
        return words.text;
    }
    PhysicalMemory memory;
    Registers registers;
    CpuFeatures features;
};

TEST_F(Explain, NamesTheEntriesThatDecide) {
    EXPECT_EQ(why(AccessType::Read, Privilege::User),
              "The read goes through to 0x104010, in a page of 4K with memory type WB (PAT 0).");
    entry(4) &= ~x86_64::kRw;
    entry(1) &= ~x86_64::kRw;
    EXPECT_EQ(why(AccessType::Write, Privilege::User), "R/W = 0 in the PML4E and the PTE.");
    registers.rflags |= Registers::kRflagsAc;
    EXPECT_THAT(why(AccessType::Write, Privilege::Supervisor), HasSubstr("CR0.WP = 1"));
    entry(3) &= ~x86_64::kUs;
    EXPECT_THAT(why(AccessType::Read, Privilege::User), HasSubstr("U/S = 0 in the PDPTE:"));
    entry(2) |= x86_64::kXd;
    EXPECT_EQ(why(AccessType::Fetch, Privilege::Supervisor), "XD = 1 in the PDE.");
    entry(2) = 0;
    EXPECT_EQ(why(AccessType::Read, Privilege::User), "P = 0 in the PDE.");
}

TEST_F(Explain, NamesTheRegistersThatDecide) {
    EXPECT_THAT(why(AccessType::Read, Privilege::Supervisor), HasSubstr("CR4.SMAP = 1 and EFLAGS.AC = 0"));
    EXPECT_THAT(why(AccessType::Fetch, Privilege::Supervisor), HasSubstr("CR4.SMEP = 1"));
    registers.cr4 |= Registers::kCr4Pke;
    entry(1) |= Word{3} << 59;
    registers.pkru = 2U << 6;
    EXPECT_EQ(why(AccessType::Write, Privilege::User),
              "Protection key 3 of a user-mode address has WD = 1 in PKRU.");
}

TEST_F(Explain, NamesReservedBitsByTheirField) {
    entry(4) |= 0x80;
    EXPECT_THAT(why(AccessType::Read, Privilege::User), HasSubstr("Reserved in the PML4E, and set: bit 7"));
    entry(4) ^= 0x80 | 1ULL << 45;
    EXPECT_THAT(why(AccessType::Read, Privilege::User), HasSubstr("bits 51:40 (above MAXPHYADDR)"));
    entry(4) ^= 1ULL << 45 | x86_64::kXd;
    registers.efer = 0;
    EXPECT_THAT(why(AccessType::Read, Privilege::User), HasSubstr("XD (EFER.NXE = 0)"));
    entry(4) ^= x86_64::kXd;
    entry(2) = 0x40000000 | 0x2000 | 0x87;
    EXPECT_THAT(why(AccessType::Read, Privilege::User),
                HasSubstr("Reserved in the PDE, and set: bits 20:13"));
    entry(3) |= 0x80;
    entry(3) &= ~0x3ff000ULL;
    features.page1gb = false;
    EXPECT_THAT(why(AccessType::Read, Privilege::User), HasSubstr("PS (the CPU has no 1-GByte pages)"));
}

/// An access for each reason; what it takes is set up on the way and taken back.
TEST_F(Explain, EveryReasonHasANameWordsAndTheManualsSection) {
    using enum Reason;
    constexpr auto kUser = Privilege::User;
    constexpr auto kSupervisor = Privilege::Supervisor;
    const auto expectWords = [&](Reason reason, VirtAddr at, AccessType type, Privilege privilege) {
        const WalkRecord record =
            walk(memory, registers, features, kFourLevels, {at, type, privilege, Bytes(8)});
        ASSERT_EQ(record.reason, reason);
        const Explanation words = explainResult(record, registers, features, kFourLevels);
        EXPECT_NE(nameOf(reason), "?");
        EXPECT_FALSE(words.text.empty()) << nameOf(reason);
        EXPECT_THAT(words.section, ::testing::MatchesRegex("SDM (volume 1, )?[0-9]+(\\.[0-9]+)+"))
            << nameOf(reason);
    };
    constexpr VirtAddr kPage{0x10};
    expectWords(Allowed, kPage, AccessType::Read, kUser);
    expectWords(NonCanonical, VirtAddr(1ULL << 47), AccessType::Read, kUser);
    expectWords(NotPresent, VirtAddr(0x1000), AccessType::Read, kUser);
    expectWords(Smep, kPage, AccessType::Fetch, kSupervisor);
    expectWords(Smap, kPage, AccessType::Read, kSupervisor);
    entry(1) ^= x86_64::kRw;
    expectWords(ReadOnly, kPage, AccessType::Write, kUser);
    entry(1) ^= x86_64::kUs;
    expectWords(WriteProtect, kPage, AccessType::Write, kSupervisor);
    expectWords(SupervisorPage, kPage, AccessType::Read, kUser);
    entry(1) ^= x86_64::kUs | x86_64::kXd;
    expectWords(ExecuteDisable, kPage, AccessType::Fetch, kUser);
    registers.cr4 |= Registers::kCr4Pke;
    registers.pkru = 1;
    expectWords(ProtectionKey, kPage, AccessType::Read, kUser);
    entry(4) |= x86_64::kPs;
    expectWords(ReservedBit, kPage, AccessType::Read, kUser);
    static_assert(static_cast<unsigned>(ProtectionKey) == 10, "eleven reasons, each of them above");
}

TEST_F(Explain, LevelsNameTheirFormat) {
    entry(2) = 0x400087;
    const WalkRecord record = walk(memory, registers, features, kFourLevels, {VirtAddr(0x10)});
    const Explanation top = explainLevel(record.levels()[0], kFourLevels);
    EXPECT_EQ(top.text, "PML4E 0 of the table at 0x100000 references the table at 0x101000.");
    EXPECT_EQ(top.section, "SDM table 4-15");
    const Explanation leaf = explainLevel(record.levels()[2], kFourLevels);
    EXPECT_EQ(leaf.text, "PDE 0 of the table at 0x102000 maps the page of 2M at 0x400000.");
    EXPECT_EQ(leaf.section, "SDM table 4-18");
    EXPECT_EQ(explainErrorCode(0x17), "P=1 W/R=1 U/S=1 RSVD=0 I/D=1 PK=0");
}

} // namespace
