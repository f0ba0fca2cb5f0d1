// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/search_batch.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace pfnscope::explore {
namespace {

constexpr unsigned kPlaceBits = 22; ///< of a new state's number; the chunk's number is above
static_assert(SearchBatch::kChunks <= 1U << (31 - kPlaceBits));

/// How many candidates ahead of the one being compared a stored state is fetched: enough to hide a cache
/// miss.
constexpr std::size_t kAhead = 16;

} // namespace

std::size_t SearchBatch::Chunk::roomFor(std::size_t candidates, std::size_t stateBytes) const {
    return (std::max(candidates, freshRoom) - freshRoom) * sizeof(Candidate) +
           std::max(stateBytes, byteRoom) - byteRoom;
}

void SearchBatch::Chunk::makeRoom(std::size_t candidates, std::size_t stateBytes) {
    if (candidates > freshRoom) {
        fresh = std::make_unique_for_overwrite<Candidate[]>(candidates);
        freshRoom = candidates;
    }
    if (stateBytes > byteRoom) {
        bytes = std::make_unique_for_overwrite<std::byte[]>(stateBytes);
        byteRoom = stateBytes;
    }
    freshCount = byteCount = 0;
}

Candidate SearchBatch::Chunk::put(const Candidate& candidate, std::span<const std::byte> state) {
    std::memcpy(bytes.get() + byteCount, state.data(), state.size());
    fresh[freshCount] = candidate;
    fresh[freshCount].offset = byteCount;
    return fresh[freshCount];
}

void SearchBatch::restart(unsigned chunks, Bytes allowance) {
    allowance_ = allowance.raw();
    used_ = chunks;
    claims_ = store_.count();
    for (unsigned number = 0; number < used_; ++number) {
        chunks_[number].discovered = false;
        chunks_[number].superseded = chunks_[number].supersededBytes = 0;
    }
    retry();
}

void SearchBatch::retry() {
    next_ = 0;
    lack_ = Lack::Nothing;
}

void SearchBatch::begin(StateIndex first, std::uint32_t count, std::uint32_t chunkSize, Bytes allowance) {
    const std::uint32_t chunks = (count + chunkSize - 1) / chunkSize;
    assert(chunks <= kChunks);
    for (std::uint32_t number = 0; number < chunks; ++number) {
        chunks_[number].first = raw(first) + number * chunkSize;
        chunks_[number].count = std::min(chunkSize, count - number * chunkSize);
    }
    restart(chunks, allowance);
}

void SearchBatch::beginInitial(Bytes allowance) {
    chunks_[0].count = 0;
    restart(1, allowance);
}

bool SearchBatch::isDiscovered() const {
    return std::all_of(chunks_.begin(), chunks_.begin() + used_,
                       [](const Chunk& chunk) { return chunk.discovered; });
}

void SearchBatch::discover(SearchWorker& worker, Emitter& scratch, const std::stop_token& stop) {
    while (lack_ == Lack::Nothing && !stop.stop_requested()) {
        const unsigned number = next_++;
        if (number >= used_)
            return;
        if (chunks_[number].discovered)
            continue;
        if (const Lack lack = discover(number, worker, scratch); lack != Lack::Nothing)
            lack_ = lack;
    }
}

/// Takes memory, and slots of the table, for all that the chunk might bring.
SearchBatch::Lack SearchBatch::claim(Chunk& chunk, const Emitter& scratch) {
    const std::size_t candidates = scratch.candidates().size();
    const std::size_t more = chunk.roomFor(candidates, scratch.byteCount());
    if (room_.fetch_add(more) + more > allowance_) {
        room_ -= more;
        return Lack::Memory;
    }
    chunk.makeRoom(candidates, scratch.byteCount());
    if (claims_.fetch_add(candidates) + candidates <= table_.room())
        return Lack::Nothing;
    claims_ -= candidates;
    return Lack::Slots;
}

SearchBatch::Lack SearchBatch::discover(unsigned number, SearchWorker& worker, Emitter& scratch) {
    Chunk& chunk = chunks_[number];
    scratch.clear();
    scratch.from(kNoState);
    if (chunk.count == 0)
        worker.initial(scratch);
    std::vector<ActionId> path;
    for (std::uint32_t i = 0; i < chunk.count; ++i) {
        const StateIndex parent{chunk.first + i};
        if (way_ == WayToState::Path)
            store_.pathTo(parent, path);
        scratch.from(parent);
        worker.expand({store_.bytes(parent), path}, scratch);
    }
    const auto& candidates = scratch.candidates();
    assert(candidates.size() < std::size_t{1} << kPlaceBits);
    if (const Lack lack = claim(chunk, scratch); lack != Lack::Nothing)
        return lack;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (i + kAhead < candidates.size())
            prefetchState(candidates[i + kAhead]);
        lookUp(number, candidates[i], scratch.bytesOf(candidates[i]));
    }
    claims_ -= candidates.size() - chunk.freshCount;
    chunk.transitions = chunk.count == 0 ? 0 : candidates.size();
    chunk.findings = scratch.findings();
    chunk.discovered = true;
    return Lack::Nothing;
}

void SearchBatch::prefetchState(const Candidate& candidate) const {
    std::uint64_t slot = table_.home(candidate.tag());
    for (TableEntry entry = table_.load(slot); !entry.isEmpty();
         entry = table_.load(slot = table_.next(slot)))
        if (entry.tag() == candidate.tag()) {
            if (!entry.isFresh())
                store_.prefetch(entry.index());
            return;
        }
}

bool SearchBatch::isSame(TableEntry entry, std::span<const std::byte> state) const {
    if (!entry.isFresh())
        return store_.equals(entry.index(), state);
    const Chunk& chunk = chunks_[entry.freshNumber() >> kPlaceBits];
    const auto other = chunk.bytesOf(chunk.fresh[entry.freshNumber() & ((1U << kPlaceBits) - 1)]);
    return other.size() == state.size() && std::memcmp(other.data(), state.data(), state.size()) == 0;
}

void SearchBatch::lookUp(unsigned number, const Candidate& candidate, std::span<const std::byte> state) {
    Chunk& own = chunks_[number];
    const TableEntry mine = TableEntry::fresh(candidate.tag(), number << kPlaceBits | own.freshCount);
    bool isPut =
        false; // the state lies in the chunk, for others to compare with, before the table tells of it
    std::uint64_t slot = table_.home(candidate.tag());
    for (TableEntry entry = table_.load(slot);;) {
        const bool isEmpty = entry.isEmpty();
        if (!isEmpty && (entry.tag() != candidate.tag() || !isSame(entry, state))) {
            slot = table_.next(slot);
            entry = table_.load(slot);
            continue;
        }
        if (!isEmpty && (!entry.isFresh() || entry.freshNumber() < mine.freshNumber()))
            return;
        if (!isPut)
            own.put(candidate, state);
        isPut = true;
        const TableEntry before = entry;
        if (!table_.exchange(slot, entry, mine))
            continue;
        ++own.freshCount;
        own.byteCount += candidate.length;
        if (!isEmpty) {
            Chunk& other = chunks_[before.freshNumber() >> kPlaceBits];
            ++other.superseded;
            other.supersededBytes += candidate.length;
        }
        return;
    }
}

BatchTotals SearchBatch::total() {
    BatchTotals totals;
    for (unsigned number = 0; number < used_; ++number) {
        Chunk& chunk = chunks_[number];
        chunk.index = store_.count() + totals.states;
        chunk.offset = store_.arenaBytes() + totals.arenaBytes;
        totals.states += chunk.freshCount - chunk.superseded;
        totals.arenaBytes += chunk.byteCount - chunk.supersededBytes;
        totals.transitions += chunk.transitions;
        totals.findings.insert(totals.findings.end(), chunk.findings.begin(), chunk.findings.end());
    }
    next_ = 0;
    return totals;
}

void SearchBatch::store() {
    for (unsigned number = next_++; number < used_; number = next_++)
        store(number);
}

void SearchBatch::store(unsigned number) {
    const Chunk& chunk = chunks_[number];
    std::uint32_t index = chunk.index;
    std::uint64_t offset = chunk.offset;
    for (std::uint32_t place = 0; place < chunk.freshCount; ++place) {
        if (place + kAhead < chunk.freshCount)
            table_.prefetch(chunk.fresh[place + kAhead].tag());
        const Candidate& state = chunk.fresh[place];
        const TableEntry mine = TableEntry::fresh(state.tag(), number << kPlaceBits | place);
        std::uint64_t slot = table_.home(state.tag());
        TableEntry entry = table_.load(slot);
        while (!entry.isEmpty() && entry != mine)
            entry = table_.load(slot = table_.next(slot));
        if (entry.isEmpty())
            continue; // superseded
        table_.store(slot, TableEntry::stored(state.tag(), StateIndex{index}));
        store_.place(StateIndex{index++}, offset, chunk.bytesOf(state), state.parent, state.action);
        offset += state.length;
    }
}

} // namespace pfnscope::explore
