// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "dump/page_dump.h"
#include "hw/x86_64.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace pfnscope;
using namespace pfnscope::dump;
using hw::Level;
namespace bits = hw::x86_64;

namespace {

constexpr std::string_view kPtdump =
    "---[ User Space ]---\n"
    "0x0000000000000000-0x0000000000400000           4M                               pmd\n"
    "0x0000000000400000-0x0000000000402000           8K USR ro                     x  pte\n"
    "[    1.250000] 0x0000000040000000-0x0000000040400000           4M USR RW     PCD PSE         NX pmd\n"
    "what somebody typed in between\n"
    "0x0000000040400000-0x0000000080000000        1020M                               pmd\n"
    "---[ Kernel Space ]---\n"
    "0xffff888000000000-0xffff888080000000           2G     RW         PSE     GLB NX pud\n";

PageDump read(std::string_view text, Format format) {
    EXPECT_EQ(recognize(text), format);
    auto dump = readLines(text, format);
    EXPECT_TRUE(dump.has_value()) << (dump ? "" : toText(dump.error()));
    return dump ? std::move(*dump) : PageDump();
}

TEST(Ptdump, RangesAreReadAndHolesAreNot) {
    const PageDump dump = read(kPtdump, Format::Ptdump);
    ASSERT_EQ(dump.runs.size(), 3U);
    EXPECT_EQ(dump.runs[0].start, VirtAddr(0x400000));
    EXPECT_EQ(dump.runs[0].count, 2U);
    EXPECT_EQ(dump.runs[0].word, bits::kP | bits::kUs);
    EXPECT_EQ(dump.runs[1].level, Level::Pmd);
    EXPECT_EQ(dump.runs[1].word, bits::kP | bits::kUs | bits::kRw | bits::kPcd | bits::kPs | bits::kXd);
    EXPECT_EQ(dump.runs[1].step, 0U) << "it tells no frames";
    EXPECT_EQ(dump.runs[2].level, Level::Pud);
    EXPECT_EQ(dump.runs[2].count, 2U);
    EXPECT_NE(dump.runs[2].word & bits::kG, 0U);
}

TEST(Ptdump, WhatIsNoneOfItsLinesIsReported) {
    const PageDump dump = read(kPtdump, Format::Ptdump);
    ASSERT_EQ(dump.skipped.size(), 1U);
    EXPECT_EQ(dump.skipped[0].number, 5U);
    EXPECT_EQ(dump.skipped[0].text, "what somebody typed in between");
    EXPECT_EQ(dump.lines, 8U);
}

TEST(Ptdump, AnAddressThatCannotBeIsReportedToo) {
    const PageDump dump = read("0x0000000000400000-0x0000000000401000  4K USR ro  x  pte\n"
                               "0x0000000000600800-0x0000000000601000  2K USR ro  x  pte\n"
                               "0x0000000000400000-0x0000000000402000  8K USR RW  x  pte\n"
                               "0x0100000000000000-0x0100000000001000  4K USR RW  x  pte\n",
                               Format::Ptdump);
    EXPECT_EQ(dump.runs.size(), 1U);
    ASSERT_EQ(dump.skipped.size(), 3U);
    EXPECT_EQ(dump.skipped[0].why, Skip::Misplaced);
    EXPECT_EQ(dump.skipped[1].why, Skip::Overlap);
    EXPECT_EQ(dump.skipped[2].why, Skip::Misplaced) << "not canonical";
}

TEST(GdbPtDump, ColoursAreNoPartOfIt) {
    const PageDump dump =
        read("\x1b[94m             Address :       Length : Permissions          \x1b[0m\n"
             "\x1b[92m      0x555555554000 :       0x1000 | W:0 X:1 S:0 UC:0 WB:1\x1b[0m\r\n"
             "  0xffff888000200000 :     0x400000 | W:1 X:0 S:1 UC:1 WB:0\n",
             Format::GdbPtDump);
    ASSERT_EQ(dump.runs.size(), 2U);
    EXPECT_EQ(dump.runs[0].word, bits::kP | bits::kUs);
    EXPECT_EQ(dump.runs[1].level, Level::Pmd) << "the largest pages that fit";
    EXPECT_EQ(dump.runs[1].word, bits::kP | bits::kRw | bits::kXd | bits::kPcd | bits::kPwt | bits::kPs);
    EXPECT_TRUE(dump.skipped.empty());
}

TEST(GdbPtDump, ThePhysicalColumnTellsFrames) {
    const PageDump dump =
        read("0x40000000 : 0x402000 : 0x200000000 | W:1 X:0 S:0 UC:0 WB:1\n", Format::GdbPtDump);
    ASSERT_EQ(dump.runs.size(), 2U) << "2 x 2M and 2 x 4K";
    EXPECT_EQ(dump.runs[0].count, 2U);
    EXPECT_EQ(dump.runs[0].step, hw::kFourLevels.pmdSize().raw());
    EXPECT_EQ(dump.runs[1].level, Level::Pte);
    EXPECT_EQ(dump.runs[1].word & bits::kAddress, 0x200400000U);
}

TEST(QemuInfoMem, TheSizesOfPagesAreTheLargestThatFit) {
    const PageDump dump = read("(qemu) info mem\n"
                               "000000003ffff000-0000000080001000 0000000040002000 ur-\n"
                               "ffff800000000000-ffff800000200000 0000000000200000 -rw\n",
                               Format::QemuInfoMem);
    ASSERT_EQ(dump.runs.size(), 4U);
    EXPECT_EQ(dump.runs[0].level, Level::Pte);
    EXPECT_EQ(dump.runs[1].level, Level::Pud);
    EXPECT_EQ(dump.runs[2].level, Level::Pte);
    EXPECT_EQ(dump.runs[3].level, Level::Pmd);
    EXPECT_EQ(dump.runs[3].word, bits::kP | bits::kRw | bits::kPs);
}

TEST(QemuInfoMem, SmallPagesGoAsFarAsTheFirstLargeOne) {
    const PageDump dump =
        read("0000000000001000-0000000000401000 0000000000400000 urw\n", Format::QemuInfoMem);
    ASSERT_EQ(dump.runs.size(), 3U);
    EXPECT_EQ(dump.runs[0].count, 511U);
    EXPECT_EQ(dump.runs[1].count, 1U);
    EXPECT_EQ(dump.runs[1].level, Level::Pmd);
    EXPECT_EQ(dump.runs[2].count, 1U);
}

TEST(QemuInfoTlb, BitSevenIsASizeOrAMemoryType) {
    const PageDump dump = read("0000000000001000: 0000000000201000 X-PDA--UW\n"
                               "0000000040000000: 0000000200000000 X-PDA--UW\n"
                               "0000000040200000: 0000000200200000 X-PDA--UW\n"
                               "ffff888000000000: 0000000000000000 XGPDA---W\n"
                               "ffff888040000000: 0000000040000000 XGPDA---W\n",
                               Format::QemuInfoTlb);
    ASSERT_EQ(dump.runs.size(), 3U);
    EXPECT_EQ(dump.runs[0].level, Level::Pte);
    EXPECT_NE(dump.runs[0].word & bits::kPatOfPte, 0U) << "a small page: it is the PAT bit";
    EXPECT_EQ(dump.runs[1].level, Level::Pmd);
    EXPECT_EQ(dump.runs[1].count, 2U);
    EXPECT_EQ(dump.runs[1].word & ~bits::kAddress, 0x80000000000000e7U);
    EXPECT_EQ(dump.runs[2].level, Level::Pud) << "two in a row, 1 GiB apart";
    EXPECT_EQ(dump.runs[2].step, hw::kFourLevels.pudSize().raw());
}

constexpr std::string_view kVtop = "crash> vtop -u 0x555fbab5321b\n"
                                   "VIRTUAL     PHYSICAL        \n"
                                   "555fbab5321b  cc555321b       \n"
                                   "\n"
                                   "   PGD: 8cce740550 => 8cf0149067\n"
                                   "   PUD: 8cf0149bf0 => 8cca5ef067\n"
                                   "   PMD: 8cca5efea8 => 8000000cc54008e7\n"
                                   "  PAGE: cc5400000  (2MB)\n"
                                   "\n"
                                   "      PTE         PHYSICAL   FLAGS\n"
                                   "8000000cc54008e7  cc5400000  (PRESENT|RW|USER|ACCESSED|DIRTY|PSE|NX)\n";

TEST(CrashVtop, AWalkTellsWhereTheTablesLie) {
    const PageDump dump = read(kVtop, Format::CrashVtop);
    EXPECT_EQ(dump.geometry, hw::kFourLevels);
    ASSERT_EQ(dump.runs.size(), 1U);
    EXPECT_EQ(dump.runs[0].start, VirtAddr(0x555fbaa00000));
    EXPECT_EQ(dump.runs[0].level, Level::Pmd);
    EXPECT_EQ(dump.runs[0].word, 0x8000000cc54008e7U);
    ASSERT_EQ(dump.tables.size(), 3U);
    EXPECT_EQ(dump.tables[0].frame, Pfn(0x8cce740));
    EXPECT_EQ(dump.tables[2].frame, Pfn(0x8cca5ef));
    EXPECT_EQ(dump.tables[2].link, 0x8cca5ef067U);
    ASSERT_EQ(dump.skipped.size(), 1U) << "the prompt";
}

TEST(CrashVtop, AP4dMakesFiveLevels) {
    const PageDump dump = read("VIRTUAL     PHYSICAL\n"
                               "7f0000001000  17bbf3000\n"
                               "   PGD: 101bb6000 => 102b4f067\n"
                               "   P4D: 102b4f7f0 => 102b50067\n"
                               "   PUD: 102b50000 => 103d45067\n"
                               "   PMD: 103d45000 => 102bd7067\n"
                               "   PTE: 102bd7008 => 800000017bbf3067\n"
                               "  PAGE: 17bbf3000\n",
                               Format::CrashVtop);
    EXPECT_EQ(dump.geometry, hw::kFiveLevels);
    ASSERT_EQ(dump.runs.size(), 1U);
    EXPECT_EQ(dump.runs[0].level, Level::Pte);
    EXPECT_EQ(dump.tables.size(), 5U);
}

TEST(Recognize, NothingInATextOfAnotherKind) {
    EXPECT_EQ(recognize("title: a scenario\nsteps: []\n"), std::nullopt);
    EXPECT_EQ(recognize(""), std::nullopt);
    EXPECT_FALSE(readLines("nothing", Format::Ptdump).has_value());
}

TEST(Within, RunsAreCutToWholeEntries) {
    const PageDump dump = read(kPtdump, Format::Ptdump);
    const PageDump part = within(dump, {VirtAddr(0x40201000), VirtAddr(0x40202000)});
    ASSERT_EQ(part.runs.size(), 1U);
    EXPECT_EQ(part.runs[0].start, VirtAddr(0x40200000));
    EXPECT_EQ(part.runs[0].count, 1U);
}

/// What QEMU 7.2 printed twice of one moment of a booted Linux 6.12.117: page by page, and as ranges.
TEST(Recorded, InfoTlbAndInfoMemSayTheSame) {
    const auto tlbText = readFile(PFNSCOPE_TEST_DATA "/dumps/qemu-info-tlb.txt");
    const auto memText = readFile(PFNSCOPE_TEST_DATA "/dumps/qemu-info-mem.txt");
    ASSERT_TRUE(tlbText && memText);
    const PageDump tlb = read(*tlbText, Format::QemuInfoTlb);
    const PageDump mem = read(*memText, Format::QemuInfoMem);
    ASSERT_EQ(mem.skipped.size(), 1U) << "the command, letter by letter as the monitor echoes it";
    using Piece = std::pair<VirtRange, bool>; // and whether it may be written
    const auto pieces = [](const PageDump& dump) {
        std::vector<Piece> joined;
        for (const DumpedRun& run : dump.runs) {
            const Piece piece{run.range(dump.geometry), (run.word & bits::kRw) != 0};
            if (!joined.empty() && joined.back().first.end == piece.first.start &&
                joined.back().second == piece.second)
                joined.back().first.end = piece.first.end;
            else
                joined.push_back(piece);
        }
        return joined;
    };
    EXPECT_EQ(pieces(tlb), pieces(mem));
    EXPECT_EQ(pieces(mem).size(), 4U);
}

} // namespace
