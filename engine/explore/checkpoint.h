// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/search_model.h"

#include <chrono>
#include <string>
#include <vector>

/// A search on disk. The states, in order, with their parents, and how far they have been expanded are all
/// there is to a breadth-first search; the table is made anew.
namespace pfnscope::explore {

/// How far a search has come, beside the states themselves.
struct SearchPosition {
    std::vector<std::uint32_t> levelStarts; ///< of each depth up to the one being expanded, its first state
    std::uint32_t levelEnd = 0;             ///< of the one being expanded
    std::uint32_t next = 0;                 ///< state to expand
    std::uint64_t transitions = 0;
    std::vector<FirstFinding> findings;
    std::chrono::nanoseconds elapsed{0};
    std::uint32_t initialStates() const { return levelStarts.size() > 1 ? levelStarts[1] : levelEnd; }
};

/// Replaces the file as a whole: a reader, at any moment, finds the old checkpoint or the new.
Result<void> writeCheckpoint(const std::string& path, const std::string& identity, const StateStore& store,
                             const SearchPosition& position);

/// Fills an empty store. Refuses a file that is not a checkpoint, is cut or altered, is of another model, or
/// is larger than `memory`; what it returns can be searched on without a further look.
Result<SearchPosition> readCheckpoint(const std::string& path, const std::string& identity, Bytes memory,
                                      StateStore& store);

} // namespace pfnscope::explore
