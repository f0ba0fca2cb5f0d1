// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule/desk.h"
#include "schedule/listing.h"

using namespace pfnscope;
using namespace pfnscope::schedule;
using namespace pfnscope::schedule::test;
using check::FindingKind;

/// The races that the search has to find, each with the option or switch that has it and one that has not.
namespace {

constexpr VirtAddr kMap{0x100000000000};
constexpr Bytes kSlot{2 << 20};
constexpr VirtAddr kMiddle{0x100000080000};

std::vector<mm::Operation> before(std::size_t situation) {
    return situations()[situation].before;
}
const mm::UnmapMappingRange kRevokeAll{"device", Bytes(0), kSlot * 2};
const mm::UnmapMappingRange kRevokePage{"device", kMiddle - kMap, kPageSize};

} // namespace

TEST(Race, RfcV1SetsTheLeafOutsideTheLockAndRevokingMeetsItWithoutADeposit) {
    const auto operations = overlap(mm::RemapPfnRange{kMap, kSlot, Pfn(0x200000)}, kRevokeAll);
    const SearchResult v1 = Desk("rfc-v1", before(2)).search(operations);
    const Race* crash = raceOf(v1, FindingKind::Crash);
    ASSERT_NE(crash, nullptr) << textOf(v1);
    EXPECT_EQ(crash->finding.function, "pgtable_trans_huge_withdraw");
    EXPECT_LE(crash->preemptions, 1U);
    const SearchResult v2 = Desk("rfc-v2", before(2)).search(operations);
    EXPECT_EQ(raceOf(v2, FindingKind::Crash), nullptr) << textOf(v2);
}

TEST(Race, ASplitThatClearsFirstGivesSigbusToATouchOfAnotherPage) {
    const auto operations = overlap(kRevokePage, mm::Touch{kMap, hw::AccessType::Write});
    const SearchResult v4 = Desk("rfc-v4", before(1)).search(operations);
    EXPECT_NE(raceOf(v4, FindingKind::Lost), nullptr) << textOf(v4);
    const SearchResult mainline = Desk("mainline", before(1)).search(operations);
    EXPECT_TRUE(mainline.races.empty()) << textOf(mainline);
}

TEST(Race, ForkCopiesALeafThatIsRevokedMeanwhile) {
    const SearchResult result = Desk("mainline", before(0)).search(overlap(mm::Fork{"child"}, kRevokeAll));
    const Race* race = raceOf(result, FindingKind::NoOrder);
    ASSERT_NE(race, nullptr);
    EXPECT_NE(race->finding.text.find("process 2 maps"), std::string::npos) << race->finding.text;
}

TEST(Race, AFaultThatInsertsAgainstRevokingHasNone) {
    const SearchResult result =
        Desk("mainline", before(0))
            .search(overlap(mm::Touch{kMap + kSlot, hw::AccessType::Write}, kRevokeAll),
                    {.preemptions = std::nullopt});
    EXPECT_TRUE(result.races.empty()) << textOf(result);
    EXPECT_TRUE(result.exhausted);
}

TEST(Race, PopulatingBeforeTheFlushLetsBothSizesLiveInATlb) {
    const auto operations = overlap(mm::SplitHugePmd{kMap}, mm::Touch{kMiddle, hw::AccessType::Write});
    mm::KernelConfig turned;
    turned.splitOrder = mm::SplitOrder::PopulateFirst;
    const SearchResult wrong = Desk("A", before(1), turned).search(operations);
    EXPECT_NE(raceOf(wrong, FindingKind::MixedTlb), nullptr) << textOf(wrong);
    const SearchResult right = Desk("A", before(1)).search(operations);
    EXPECT_EQ(raceOf(right, FindingKind::MixedTlb), nullptr) << textOf(right);
}

TEST(Race, ItsScheduleShowsItAgainAndIsListedInTwoColumns) {
    Desk desk("rfc-v1", before(2));
    const auto operations = overlap(mm::RemapPfnRange{kMap, kSlot, Pfn(0x200000)}, kRevokeAll);
    const SearchResult found = desk.search(operations);
    const Race* crash = raceOf(found, FindingKind::Crash);
    ASSERT_NE(crash, nullptr);
    const machine::Position from = desk.machine.position();
    Execution execution(desk.kernel, desk.machine, operations);
    EXPECT_EQ(follow(execution, crash->schedule), crash->schedule);
    ASSERT_TRUE(execution.outcomes()[1].oops);
    EXPECT_EQ(execution.outcomes()[1].oops->function, "pgtable_trans_huge_withdraw");
    const std::string text = listing(desk.machine, from, desk.machine.position());
    EXPECT_EQ(text.substr(0, text.find('\n')), "CPU0                                CPU1");
    EXPECT_NE(text.find("\n                                    pgtable_trans_huge_withdraw()"),
              std::string::npos)
        << text;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        EXPECT_LE(end - at, 72U) << text.substr(at, end - at);
        at = end + 1;
    }
}
