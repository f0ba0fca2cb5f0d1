// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/atomic_file.h"
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
    /// All sequences of so many actions are done.
    unsigned depth() const { return levelStarts.empty() ? 0 : static_cast<unsigned>(levelStarts.size()) - 1; }
    /// Of `count` states in all; the last may be incomplete.
    std::vector<std::uint32_t> statesAtDepth(std::uint32_t count) const;
    /// What was found next, in the order of the search.
    void merge(std::uint64_t moreTransitions, const std::vector<FirstFinding>& found);
};

struct CheckpointSizes {
    std::uint32_t states = 0;
    std::uint64_t arenaBytes = 0;
};

/// Writes a checkpoint piece by piece, for who does not have all of it in one place: first all bytes of the
/// states in their order, then the parents, the actions, and if lengths differ the ends within the bytes.
class CheckpointWriter {
public:
    static Result<CheckpointWriter> create(const std::string& path, const std::string& identity,
                                           StateSize stateSize, const CheckpointSizes& sizes,
                                           const SearchPosition& position);
    void add(std::span<const std::byte> piece); ///< of a column
    void endColumn();
    /// The file takes its place only now; an error of any step before comes out here.
    Result<void> finish();

private:
    explicit CheckpointWriter(AtomicFile file) : file_(std::move(file)) {}
    void writeBlock(std::span<const std::byte> block);
    void writeWhole(std::span<const std::byte> column);

    AtomicFile file_;
    std::vector<std::byte> block_; ///< not yet full
    std::uint64_t checksum_ = 0;
    Result<void> result_;
};

/// Replaces the file as a whole: a reader, at any moment, finds the old checkpoint or the new.
Result<void> writeCheckpoint(const std::string& path, const std::string& identity, const StateStore& store,
                             const SearchPosition& position);

/// Fills an empty store. Refuses a file that is not a checkpoint, is cut or altered, is of another model, or
/// is larger than `memory`; what it returns can be searched on without a further look.
Result<SearchPosition> readCheckpoint(const std::string& path, const std::string& identity, Bytes memory,
                                      StateStore& store);

} // namespace pfnscope::explore
