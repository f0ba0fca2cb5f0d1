// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/checkpoint.h"
#include "explore/crew.h"
#include "explore/search_batch.h"
#include "explore/search_model.h"

#include <chrono>
#include <functional>
#include <limits>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

/// Breadth-first search through all states of a model: exact, on all cores, with the way back to each state.
///
/// The result does not depend on the number of threads, nor on interruptions: states are numbered, and
/// parents chosen, as by one thread that takes state after state in the order of their numbers. Hence the
/// path to a state, and to a finding, is a shortest one, and among these the first in the order in which the
/// model emits transitions.
namespace pfnscope::explore {

struct SearchProgress {
    unsigned depth; ///< all sequences of so many actions are done, longer ones in hand
    std::uint32_t states;
    std::uint64_t transitions;
    double statesPerSecond; ///< since the last report
    Bytes memory;
};

struct SearchOptions {
    unsigned depth = std::numeric_limits<unsigned>::max(); ///< the longest sequence of actions to try
    /// For states, the way back, the table (both, while it grows) and new states in hand; each thread takes
    /// some ten KiB more to expand states, and what the model's workers hold is theirs. A search stops before
    /// it takes more.
    Bytes memory = Bytes(std::uint64_t{4} << 30);
    unsigned threads = 0; ///< 0: as many as there are cores
    StateHash hash = hashBytes;
    std::stop_token stop;
    std::function<void(const SearchProgress&)> progress; ///< called by the thread in run()
    std::chrono::milliseconds progressEvery{200};
    std::string checkpoint; ///< a file; none if empty. Written in between and whenever run() returns.
    std::chrono::milliseconds checkpointEvery{30'000};
};

enum class SearchEnd {
    Exhausted, ///< no state is left
    DepthReached,
    MemoryReached, ///< or 2^31 - 2 states
    Cancelled,
    RankLost, ///< of a search on many ranks (engine/cluster)
};

struct Finding {
    FindingKind kind;
    std::vector<ActionId> path; ///< from the initial state; the last action shows the finding
    std::uint64_t seen;         ///< transitions that show it
    bool operator==(const Finding&) const = default;
};

struct SearchOutcome {
    SearchEnd end = SearchEnd::Exhausted;
    unsigned depth = 0; ///< all sequences of at most so many actions have been tried
    std::uint32_t states = 0;
    std::uint64_t transitions = 0;            ///< successors emitted, known ones too
    std::vector<std::uint32_t> statesAtDepth; ///< the last may be incomplete unless Exhausted or DepthReached
    std::vector<Finding> findings;            ///< in the order found: shortest first
    Bytes memory;                             ///< all of it, at the end; see bytesPerState()
    Bytes peakMemory;
    double seconds = 0; ///< of all runs that led here
    double bytesPerState() const { return static_cast<double>(memory.raw()) / states; }
    double statesPerSecond() const { return states / seconds; }
};

class Search {
public:
    /// `model` has to outlive the search.
    static Result<std::unique_ptr<Search>> create(const SearchModel& model, SearchOptions options);
    /// Goes on from a checkpoint of the same model, with any other options.
    static Result<std::unique_ptr<Search>> resume(const SearchModel& model, SearchOptions options,
                                                  const std::string& checkpoint);

    /// Until there is nothing left, or a limit, or a request to stop; an error if the machine refuses memory
    /// below the limit or the checkpoint cannot be written. Once only: to go on, resume a checkpoint.
    Result<SearchOutcome> run();

    const StateStore& states() const { return store_; }

private:
    enum class Advance { Done, OutOfMemory, Stopped };

    struct BatchSize {
        std::uint32_t count, chunkSize;
    };

    struct Member { ///< of the crew
        std::unique_ptr<SearchWorker> worker;
        Emitter scratch;
    };

    Search(const SearchModel& model, SearchOptions options, StateStore store, StateTable table);
    static Result<std::unique_ptr<Search>> prepare(const SearchModel& model, SearchOptions options,
                                                   StateStore store);
    Result<void> rebuildTable();

    Result<SearchEnd> walk();
    BatchSize nextBatch() const;
    Result<Advance> expandBatch();
    Result<Advance> takeBatch();
    Result<bool> growTable(std::uint64_t states);
    void merge(const BatchTotals& totals);
    Bytes memoryFor(std::uint64_t states, std::uint64_t arenaBytes) const;
    Bytes countedMemory() const; ///< what the limit is about
    Bytes memory() const;        ///< and the workers' scratch
    void report();
    Result<void> saveIfDue();
    Result<void> save() const;
    SearchOutcome outcome(SearchEnd end) const;
    std::chrono::nanoseconds elapsed() const;

    using Clock = std::chrono::steady_clock;

    const SearchModel& model_;
    SearchOptions options_;
    StateStore store_;
    StateTable table_;
    SearchBatch batch_;
    SearchPosition position_;
    Crew crew_;
    std::vector<Member> members_;
    Bytes peak_;
    Clock::time_point started_, reported_, saved_;
    std::uint32_t reportedStates_ = 0;
};

} // namespace pfnscope::explore
