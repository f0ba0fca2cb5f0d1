// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule/desk.h"

#include <set>

using namespace pfnscope;
using namespace pfnscope::schedule;
using namespace pfnscope::schedule::test;

namespace {

template <class Each> void forEachPair(Each each) {
    for (const Situation& situation : situations())
        for (const Operations& pair : groupsOf(situation, 2))
            each(situation, pair);
}

/// What was found, without what depends on which of several equal schedules was carried to its end.
std::set<std::string> kindsOf(const SearchResult& result) {
    std::set<std::string> kinds;
    for (const Race& race : result.races)
        kinds.insert(std::string(check::name(race.finding.kind)) + " in " + race.finding.function);
    return kinds;
}

/// unmap_mapping_range() comes without mmap_lock. copy_huge_pmd() reads a special entry before it takes the
/// locks and does not look again; and while move_huge_pmd() holds an entry that it has cleared in one place
/// and not yet set in the other, zap_pmd_range(), which looks without the lock, finds none in either. The
/// kernel's own: see app/manual/schedules.md.
bool isKernelsOwn(const Operations& operations, const Race& race) {
    const auto copiesOrMoves = [](const mm::Operation& each) {
        return std::holds_alternative<mm::Fork>(each.action) ||
               std::holds_alternative<mm::Mremap>(each.action);
    };
    const auto revokes = [](const mm::Operation& each) {
        return std::holds_alternative<mm::UnmapMappingRange>(each.action);
    };
    return std::any_of(operations.begin(), operations.end(), copiesOrMoves) &&
           std::any_of(operations.begin(), operations.end(), revokes) &&
           race.finding.kind == check::FindingKind::NoOrder;
}

} // namespace

TEST(Pairs, MainlineHasNoRaceWithTwoPreemptionsButTheKernelsOwn) {
    std::uint64_t pairs = 0;
    std::uint64_t schedules = 0;
    std::size_t longest = 0;
    forEachPair([&](const Situation& situation, const Operations& pair) {
        Desk desk("mainline", situation.before);
        const SearchResult result = desk.search(pair);
        EXPECT_TRUE(result.exhausted) << situation.name << ": " << describe(pair);
        for (const Race& race : result.races)
            EXPECT_TRUE(isKernelsOwn(pair, race))
                << situation.name << ": " << describe(pair) << ": " << check::name(race.finding.kind) << ": "
                << race.finding.text;
        ++pairs;
        schedules += result.schedules;
        longest = std::max(longest, result.longest);
    });
    std::cout << pairs << " pairs, " << schedules << " schedules carried to their end, the longest of "
              << longest << " steps\n";
    EXPECT_GT(pairs, 300U);
}

TEST(Pairs, TheReductionFindsWhatPlainEnumerationFinds) {
    std::uint64_t pairs = 0;
    std::uint64_t plain = 0;
    std::uint64_t reduced = 0;
    for (const std::string_view option : {"mainline", "rfc-v1", "rfc-v4", "A"})
        forEachPair([&](const Situation& situation, const Operations& pair) {
            Desk desk(option, situation.before);
            const SearchResult first = desk.search(pair, {.preemptions = 0});
            if (first.longest > 12)
                return;
            const SearchResult all =
                desk.search(pair, {.preemptions = std::nullopt, .reduction = Reduction::None});
            const SearchResult few = desk.search(pair, {.preemptions = std::nullopt});
            EXPECT_EQ(kindsOf(few), kindsOf(all)) << option << ": " << describe(pair);
            ++pairs;
            plain += all.schedules;
            reduced += few.schedules;
        });
    std::cout << pairs << " pairs of up to 12 steps, " << plain << " schedules plain, " << reduced
              << " reduced\n";
    EXPECT_GT(pairs, 20U);
    EXPECT_LT(reduced, plain);
}
