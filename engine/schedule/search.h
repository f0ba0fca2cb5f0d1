// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "schedule/judge.h"

#include <cstdint>
#include <optional>
#include <vector>

/// The search through the schedules of overlapping operations. It is stateless: an operation half done is a
/// stack and cannot be copied, so every schedule is run from the start again.
///
/// The bound. A preemption is a switch away from an operation that could have gone on. Switching when an
/// operation has ended or has to wait, and taking an interrupt, cost nothing. With a bound of b, all
/// schedules with at most b preemptions are covered.
///
/// The reduction. Of schedules that differ only in the order of independent steps (see Footprint) one is
/// carried to its end. After each step the search has the happens-before relation of the steps so far: which
/// conflicting step came before which. Two beginnings with the same relation lead to the same state with
/// every operation at the same place. So if one of them has been gone on from before, by the same operation
/// having run last and with no more preemptions spent, then all that could follow has been covered, within
/// the bound, and the schedule is cut off there. The relation is found while running (a dynamic partial-order
/// reduction); it is kept as a sum of 64-bit hashes of its events, each made of its place in its operation
/// and of the events that it conflicts with and that come before it. Backtracking sets, as in the usual
/// algorithms of that name, are not used: under a bound on preemptions they miss schedules unless made larger
/// again.
namespace pfnscope::schedule {

enum class Reduction : std::uint8_t { None, HappensBefore };

struct SearchSettings {
    std::optional<unsigned> preemptions = 2; ///< empty: no bound
    Reduction reduction = Reduction::HappensBefore;
    std::uint64_t mostSchedules = 200'000; ///< carried to the end or cut off; then the search gives up
};

/// Something that goes wrong only because the operations overlap.
struct Race {
    check::Finding finding;
    Schedule schedule; ///< with the fewest preemptions, of these the fewest steps until the first switch
    unsigned preemptions = 0;
};

struct SearchResult {
    std::vector<Race> races;           ///< one of a kind and function, gravest first
    std::vector<check::Finding> alone; ///< what is wrong already without overlap
    std::uint64_t schedules = 0;       ///< carried to their end
    std::uint64_t cut = 0;             ///< left where they join one that was gone on from before
    std::uint64_t steps = 0;           ///< taken in all
    std::size_t longest = 0;           ///< steps of the longest schedule
    bool exhausted = true;             ///< false: mostSchedules was reached
};

/// The machine must stand at the end of its history and is there again afterwards.
SearchResult search(const Start& start, const std::vector<mm::Operation>& operations,
                    const SearchSettings& settings = {});

} // namespace pfnscope::schedule
