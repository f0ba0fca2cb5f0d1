// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "view/diagram.h"
#include "view/snapshot_graph.h"

#include <string>
#include <vector>

/// What two snapshots differ in: two moments of one history, or one moment under two options.
namespace pfnscope::view {

/// Same history: a frame number means the same thing in both. Other history: tables are compared by their
/// place, not by the frame they lie in.
enum class Kinship : std::uint8_t { SameHistory, OtherHistory };

struct Difference {
    Mark mark = Mark::Changed;
    std::string id;   ///< of the box or row in the diagram of `now` (of `before`, if removed)
    std::string what; ///< "PMD entry 0 (0x7f0000000000)"
    std::string before;
    std::string after;
    std::string words; ///< one sentence
    std::string consequence; ///< what it means for who uses the addresses: half a sentence
    bool operator==(const Difference&) const = default;
};
std::vector<Difference> differences(const TableGraph& before, const TableGraph& now, Kinship kinship,
                                    std::size_t limit = 10'000);

/// A stretch of one table's entries that changed the same way; `was` or `is` is empty where the entry is
/// zero.
struct EntryChange {
    std::uint16_t first = 0;
    std::uint16_t count = 0;
    Mark mark = Mark::None;
    std::optional<EntryRun> was;
    std::optional<EntryRun> is;
};
/// The entries of two states of one table side by side, unchanged stretches included, in order.
std::vector<EntryChange> compareRuns(std::span<const EntryRun> before, std::span<const EntryRun> now,
                                     Kinship kinship = Kinship::SameHistory);

} // namespace pfnscope::view
