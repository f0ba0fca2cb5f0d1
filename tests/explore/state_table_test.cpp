// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/state_table.h"

#include <gtest/gtest.h>

#include <random>

namespace pfnscope::explore {
namespace {

bool holds(const StateTable& table, TableEntry wanted) {
    for (std::uint64_t slot = table.home(wanted.tag());; slot = table.next(slot)) {
        const TableEntry entry = table.load(slot);
        if (entry.isEmpty() || entry == wanted)
            return entry == wanted;
    }
}

TEST(StateTable, KeepsEntriesWhenItGrowsEvenWhereTheyWrapAround) {
    auto table = StateTable::create();
    std::mt19937 random(7);
    std::vector<TableEntry> entries;
    for (std::uint32_t i = 0; i < 20'000;
         ++i) // the last home of all is crowded, so that its entries go on at the front
        entries.push_back(TableEntry::stored(i % 20 == 0 ? 0xffffffffU : static_cast<std::uint32_t>(random()),
                                             StateIndex{i}));
    for (const TableEntry entry : entries)
        table->append(entry);
    for (const std::uint64_t slots : {table->slots() * 2, table->slots() * 16}) {
        ASSERT_TRUE(table->growTo(slots).has_value());
        EXPECT_EQ(table->slots(), slots);
        for (const TableEntry entry : entries)
            EXPECT_TRUE(holds(*table, entry));
        EXPECT_FALSE(holds(*table, TableEntry::stored(1, StateIndex{20'001})));
    }
}

TEST(StateTable, IsAtMostThreeQuartersFull) {
    for (std::uint64_t states = 1; states < 2'000'000; states = states * 5 / 4 + 1) {
        EXPECT_LE(states * 4, StateTable::slotsFor(states) * 3) << states;
        if (StateTable::slotsFor(states) > StateTable::slotsFor(0)) {
            EXPECT_GT(states * 4 + 4, StateTable::slotsFor(states) / 2 * 3) << states;
        }
    }
}

TEST(TableEntry, TellsStoredFromFresh) {
    const TableEntry stored = TableEntry::stored(0x12345678, StateIndex{kMaxStates - 1});
    EXPECT_FALSE(stored.isFresh());
    EXPECT_FALSE(stored.isEmpty());
    EXPECT_EQ(stored.index(), StateIndex{kMaxStates - 1});
    EXPECT_EQ(stored.tag(), 0x12345678U);
    const TableEntry fresh = TableEntry::fresh(0, 0);
    EXPECT_TRUE(fresh.isFresh());
    EXPECT_FALSE(fresh.isEmpty());
    EXPECT_EQ(fresh.freshNumber(), 0U);
}

} // namespace
} // namespace pfnscope::explore
