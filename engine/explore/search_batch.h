// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/search_model.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

namespace pfnscope::explore {

/// What a batch found, once all of it is discovered.
struct BatchTotals {
    std::uint32_t states = 0; ///< new ones
    std::uint64_t arenaBytes = 0;
    std::uint64_t transitions = 0;
    std::vector<FirstFinding> findings; ///< in order
};

/// A run of neighbouring states, expanded by all threads in two passes, with the same result as one thread
/// that takes state after state. The run is cut into chunks. In the first pass whoever is free takes a chunk,
/// expands it, and looks its candidates up; one that is not known is new, and goes into the table under its
/// number (chunk, place in the chunk). If two threads find the same new state, the smaller number stays,
/// whoever came first. Then the new states are counted, so that each chunk knows the indices of its own, and
/// the second pass stores them.
class SearchBatch {
public:
    static constexpr unsigned kChunks = 256;

    enum class Lack { Nothing, Slots, Memory };

    SearchBatch(StateStore& store, StateTable& table, WayToState way)
        : store_(store), table_(table), way_(way) {}

    /// States [first, first + count) of one depth, `chunkSize` to a chunk: count <= kChunks * chunkSize.
    /// What the batch keeps of new states may take `allowance`.
    void begin(StateIndex first, std::uint32_t count, std::uint32_t chunkSize, Bytes allowance);
    /// The initial states, by one thread.
    void beginInitial(Bytes allowance);

    /// First pass, on any number of threads at once. Ends early if asked to stop, or for lack of something.
    void discover(SearchWorker& worker, Emitter& scratch, const std::stop_token& stop);
    bool isDiscovered() const;
    Lack lack() const { return lack_; }
    void retry(); ///< once the table has grown: the chunks that found no slots
    /// Between the passes: counts, and gives each chunk its place in the store.
    BatchTotals total();
    /// Second pass, on any number of threads at once.
    void store();

    Bytes memory() const { return Bytes(sizeof *this + room_); }

private:
    struct Chunk {
        std::uint32_t first = 0, count = 0; ///< parents; none: the initial states
        bool discovered = false;
        std::uint64_t transitions = 0;
        std::vector<FirstFinding> findings;
        // New states. Room is made before the first: other threads read them while more are appended.
        std::unique_ptr<Candidate[]> fresh;
        std::unique_ptr<std::byte[]> bytes;
        std::size_t freshRoom = 0, byteRoom = 0;
        std::uint32_t freshCount = 0, byteCount = 0;
        std::atomic<std::uint32_t> superseded = 0, supersededBytes = 0; ///< of these, by an earlier chunk
        std::uint32_t index = 0;                                        ///< in the store, of the first
        std::uint64_t offset = 0;

        std::size_t roomFor(std::size_t candidates, std::size_t stateBytes) const; ///< more than there is
        void makeRoom(std::size_t candidates, std::size_t stateBytes);
        Candidate put(const Candidate& candidate, std::span<const std::byte> state);
        std::span<const std::byte> bytesOf(const Candidate& candidate) const {
            return {bytes.get() + candidate.offset, candidate.length};
        }
    };

    void restart(unsigned chunks, Bytes allowance);
    Lack discover(unsigned number, SearchWorker& worker, Emitter& scratch);
    Lack claim(Chunk& chunk, const Emitter& scratch);
    void prefetchState(const Candidate& candidate) const;
    void lookUp(unsigned number, const Candidate& candidate, std::span<const std::byte> state);
    bool isSame(TableEntry entry, std::span<const std::byte> state) const;
    void store(unsigned number);

    StateStore& store_;
    StateTable& table_;
    WayToState way_;
    std::array<Chunk, kChunks> chunks_;
    unsigned used_ = 0;                     ///< chunks of this batch
    std::atomic<unsigned> next_ = 0;        ///< chunk to take
    std::atomic<std::uint64_t> claims_ = 0; ///< slots: of states in the table, and of candidates in hand
    std::atomic<std::uint64_t> room_ = 0;   ///< bytes of all chunks
    std::uint64_t allowance_ = 0;           ///< for them
    std::atomic<Lack> lack_ = Lack::Nothing;
};

} // namespace pfnscope::explore
