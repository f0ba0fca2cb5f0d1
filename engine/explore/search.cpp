// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/search.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::explore {
namespace {

/// Transitions of a chunk, about: they and their states stay in a core's nearest cache while they are looked
/// up.
constexpr std::uint64_t kChunkTransitions = 256;
constexpr std::uint64_t kLargestChunk = 16;

/// A batch is kept to about this part of the memory limit.
constexpr std::uint64_t kBatchShare = 8;

unsigned threadCount(unsigned wanted) {
    return wanted != 0 ? wanted : std::max(1U, std::thread::hardware_concurrency());
}

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

} // namespace

Search::Search(const SearchModel& model, SearchOptions options, StateStore store, StateTable table)
    : model_(model), options_(std::move(options)), store_(std::move(store)), table_(std::move(table)),
      batch_(store_, table_, model_.wayToState()), crew_(threadCount(options_.threads)) {
    for (unsigned member = 0; member < crew_.size(); ++member)
        members_.push_back({model_.makeWorker(), Emitter(table_, options_.hash, model_.stateSize())});
}

Result<std::unique_ptr<Search>> Search::prepare(const SearchModel& model, SearchOptions options,
                                                StateStore store) {
    auto table = StateTable::create();
    if (!table)
        return fail(table.error());
    return std::unique_ptr<Search>(
        new Search(model, std::move(options), std::move(store), std::move(*table)));
}

Result<std::unique_ptr<Search>> Search::create(const SearchModel& model, SearchOptions options) {
    auto store = StateStore::create(options.memory, model.stateSize());
    if (!store)
        return fail(store.error());
    return prepare(model, std::move(options), std::move(*store));
}

Result<std::unique_ptr<Search>> Search::resume(const SearchModel& model, SearchOptions options,
                                               const std::string& checkpoint) {
    auto store = StateStore::create(options.memory, model.stateSize());
    if (!store)
        return fail(store.error());
    auto position = readCheckpoint(checkpoint, model.identity(), options.memory, *store);
    if (!position)
        return fail(position.error());
    auto search = prepare(model, std::move(options), std::move(*store));
    if (!search)
        return search;
    (*search)->position_ = std::move(*position);
    if (auto rebuilt = (*search)->rebuildTable(); !rebuilt)
        return fail(rebuilt.error());
    return search;
}

Result<void> Search::rebuildTable() {
    if (memoryFor(store_.count(), store_.arenaBytes()) > options_.memory)
        return fail({ErrorKind::Limit,
                     {},
                     fmt::format("a search of {} states", store_.count()),
                     fmt::format("one that can go on within {}", toText(options_.memory))});
    if (auto grown = table_.growTo(StateTable::slotsFor(store_.count())); !grown)
        return grown;
    for (std::uint32_t i = 0; i < store_.count(); ++i) {
        const std::uint32_t tag = tagOf(options_.hash(store_.bytes(StateIndex{i})));
        table_.append(TableEntry::stored(tag, StateIndex{i}));
    }
    return {};
}

Result<SearchOutcome> Search::run() {
    started_ = reported_ = saved_ = Clock::now();
    reportedStates_ = store_.count();
    const auto end = walk();
    if (!end)
        return fail(end.error());
    position_.elapsed = elapsed();
    started_ = Clock::now();
    if (!options_.checkpoint.empty())
        if (auto saved = save(); !saved)
            return fail(saved.error());
    return outcome(*end);
}

Result<SearchEnd> Search::walk() {
    while (true) {
        const bool hasStarted = !position_.levelStarts.empty();
        if (hasStarted && position_.next == position_.levelEnd) {
            if (store_.count() == position_.levelEnd)
                return SearchEnd::Exhausted;
            position_.levelStarts.push_back(position_.levelEnd);
            position_.levelEnd = store_.count();
        }
        if (hasStarted && position_.depth() >= options_.depth)
            return SearchEnd::DepthReached;
        const auto advance = expandBatch();
        if (!advance)
            return fail(advance.error());
        if (*advance == Advance::Stopped)
            return SearchEnd::Cancelled;
        if (*advance == Advance::OutOfMemory)
            return SearchEnd::MemoryReached;
        report();
        if (auto saved = saveIfDue(); !saved)
            return fail(saved.error());
    }
}

/// By what is the same in each run, so that a limit stops each at the same state.
Search::BatchSize Search::nextBatch() const {
    const std::uint64_t fanOut = position_.transitions / (std::uint64_t{position_.next} + 1) + 1;
    const std::uint64_t chunkSize = std::clamp<std::uint64_t>(kChunkTransitions / fanOut, 1, kLargestChunk);
    const std::uint64_t stateBytes = store_.arenaBytes() / store_.count() + 1;
    const std::uint64_t affordable =
        options_.memory.raw() / kBatchShare / (fanOut * (sizeof(Candidate) + stateBytes));
    const std::uint64_t count =
        std::min({std::uint64_t{position_.levelEnd} - position_.next, SearchBatch::kChunks * chunkSize,
                  std::max<std::uint64_t>(affordable, 1)});
    return {static_cast<std::uint32_t>(count), static_cast<std::uint32_t>(chunkSize)};
}

/// The next states of the level, or the initial ones, as one batch.
Result<Search::Advance> Search::expandBatch() {
    const Bytes others = countedMemory() - batch_.memory() + Bytes(sizeof batch_);
    const Bytes allowance = options_.memory - std::min(others, options_.memory);
    if (position_.levelStarts.empty()) {
        batch_.beginInitial(allowance);
        const auto advance = takeBatch();
        if (advance && *advance == Advance::Done) {
            position_.levelStarts = {0};
            position_.levelEnd = store_.count();
        }
        return advance;
    }
    const auto [count, chunkSize] = nextBatch();
    batch_.begin(StateIndex{position_.next}, count, chunkSize, allowance);
    const auto advance = takeBatch();
    if (advance && *advance == Advance::Done)
        position_.next += count;
    return advance;
}

Result<Search::Advance> Search::takeBatch() {
    while (true) {
        crew_.run([this](unsigned member) {
            batch_.discover(*members_[member].worker, members_[member].scratch, options_.stop);
        });
        if (batch_.isDiscovered())
            break;
        if (options_.stop.stop_requested())
            return Advance::Stopped;
        if (batch_.lack() == SearchBatch::Lack::Memory)
            return Advance::OutOfMemory;
        const auto grown = growTable(table_.slots());
        if (!grown)
            return fail(grown.error());
        if (!*grown)
            return Advance::OutOfMemory;
        batch_.retry();
    }
    const BatchTotals totals = batch_.total();
    const std::uint64_t states = std::uint64_t{store_.count()} + totals.states;
    const std::uint64_t arenaBytes = store_.arenaBytes() + totals.arenaBytes;
    if (states > kMaxStates || memoryFor(states, arenaBytes) > options_.memory)
        return Advance::OutOfMemory;
    crew_.run([this](unsigned) { batch_.store(); });
    store_.publish(static_cast<std::uint32_t>(states), arenaBytes);
    merge(totals);
    const auto grown = growTable(states);
    if (!grown)
        return fail(grown.error());
    return Advance::Done;
}

/// False if the limit forbids it.
Result<bool> Search::growTable(std::uint64_t states) {
    const std::uint64_t slots = StateTable::slotsFor(states);
    if (slots <= table_.slots())
        return true;
    const Bytes both = countedMemory() + StateTable::memoryFor(slots);
    if (both > options_.memory)
        return false;
    peak_ = std::max(peak_, both);
    if (auto grown = table_.growTo(slots); !grown)
        return fail(grown.error());
    return true;
}

void Search::merge(const BatchTotals& totals) {
    position_.merge(totals.transitions, totals.findings);
    peak_ = std::max(peak_, memory());
}

/// With so many states stored, the table grown for them, and the old one not yet given back.
Bytes Search::memoryFor(std::uint64_t states, std::uint64_t arenaBytes) const {
    const std::uint64_t slots = StateTable::slotsFor(states);
    const Bytes growth = slots > table_.slots() ? StateTable::memoryFor(slots) : Bytes();
    return store_.memoryFor(states, arenaBytes) + batch_.memory() + table_.memory() + growth;
}

Bytes Search::countedMemory() const {
    return store_.memoryFor(store_.count(), store_.arenaBytes()) + batch_.memory() + table_.memory();
}

Bytes Search::memory() const {
    Bytes total = countedMemory();
    for (const Member& member : members_)
        total += member.scratch.memory();
    return total;
}

std::chrono::nanoseconds Search::elapsed() const {
    return position_.elapsed + (Clock::now() - started_);
}

void Search::report() {
    const auto now = Clock::now();
    if (!options_.progress || now - reported_ < options_.progressEvery)
        return;
    const double rate = (store_.count() - reportedStates_) / seconds(now - reported_);
    options_.progress({position_.depth(), store_.count(), position_.transitions, rate, memory()});
    reported_ = now;
    reportedStates_ = store_.count();
}

Result<void> Search::saveIfDue() {
    if (options_.checkpoint.empty() || Clock::now() - saved_ < options_.checkpointEvery)
        return {};
    auto saved = save();
    saved_ = Clock::now();
    return saved;
}

Result<void> Search::save() const {
    SearchPosition position = position_;
    position.elapsed = elapsed();
    return writeCheckpoint(options_.checkpoint, model_.identity(), store_, position);
}

SearchOutcome Search::outcome(SearchEnd end) const {
    SearchOutcome outcome;
    outcome.end = end;
    outcome.depth = position_.depth();
    outcome.states = store_.count();
    outcome.transitions = position_.transitions;
    outcome.statesAtDepth = position_.statesAtDepth(store_.count());
    for (const FirstFinding& finding : position_.findings) {
        std::vector<ActionId> path;
        if (finding.from != kNoState) {
            store_.pathTo(finding.from, path);
            path.push_back(finding.action);
        }
        outcome.findings.push_back({finding.kind, std::move(path), finding.seen});
    }
    outcome.memory = memory();
    outcome.peakMemory = std::max(peak_, outcome.memory);
    outcome.seconds = seconds(position_.elapsed);
    return outcome;
}

} // namespace pfnscope::explore
