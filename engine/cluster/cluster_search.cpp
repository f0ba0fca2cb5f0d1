// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/cluster_search.h"

#include "cluster/packing.h"
#include "cluster/shared_checkpoint.h"

#include <algorithm>
#include <cassert>

namespace pfnscope::cluster {

using explore::ActionId;
using explore::FirstFinding;
using explore::kNoState;
using explore::SearchEnd;
using explore::SearchModel;
using explore::SearchOptions;
using explore::SearchOutcome;
using explore::StateIndex;

namespace {

/// What a rank brings to a round, about: enough that a round is more work than waiting for messages, few
/// enough that these stay small.
constexpr std::uint64_t kRoundBytes = 4U << 20;
constexpr std::uint64_t kMostTransitions = 32'768;
constexpr std::uint64_t kFewestTransitions = 1024;

/// Each rank reads its own files. On several machines they may differ.
Result<void> checkModel(const SearchModel& model, Peers& peers) {
    const std::string identity = model.identity();
    Message own;
    packBytes(own, std::as_bytes(std::span(identity)));
    const auto all = tellAll(peers, own);
    if (!all)
        return fail(goneError());
    if (std::ranges::count(*all, own) != peers.size())
        return fail(
            {ErrorKind::Unsupported, {}, "ranks with different models", "the same files on all machines"});
    return {};
}

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

} // namespace

ClusterSearch::ClusterSearch(const SearchModel& model, SearchOptions options, Peers& peers, Shard shard)
    : model_(model), options_(std::move(options)), peers_(peers), shard_(std::move(shard)),
      expander_(model_, options_.hash, peers_, shard_) {}

Result<std::unique_ptr<ClusterSearch>> ClusterSearch::create(const SearchModel& model, SearchOptions options,
                                                             Peers& peers) {
    if (auto same = checkModel(model, peers); !same)
        return fail(same.error());
    auto shard = Shard::create(model, options.memory);
    if (auto made = agree(peers, shard ? Result<void>() : fail(shard.error())); !made)
        return fail(made.error());
    return std::unique_ptr<ClusterSearch>(
        new ClusterSearch(model, std::move(options), peers, std::move(*shard)));
}

Result<std::unique_ptr<ClusterSearch>> ClusterSearch::resume(const SearchModel& model, SearchOptions options,
                                                             Peers& peers, const std::string& checkpoint) {
    auto search = create(model, std::move(options), peers);
    if (!search)
        return search;
    ClusterSearch& resumed = **search;
    auto dealt = dealCheckpoint(checkpoint, model, resumed.options_, peers, resumed.shard_);
    if (!dealt)
        return fail(dealt.error());
    resumed.position_ = std::move(dealt->position);
    resumed.states_ = dealt->states;
    if (!resumed.findPaths())
        return fail(goneError());
    return search;
}

Result<SearchOutcome> ClusterSearch::run() {
    started_ = reported_ = saved_ = Clock::now();
    reportedStates_ = states_;
    auto end = walk();
    if (!end)
        return fail(end.error());
    position_.elapsed = elapsed();
    started_ = Clock::now();
    if (*end == SearchEnd::RankLost)
        return outcome(*end);
    if (!options_.checkpoint.empty())
        if (auto saved = save(); !saved) {
            end = lostOr(saved.error());
            return end ? outcome(*end) : Result<SearchOutcome>(fail(end.error()));
        }
    if (const auto memory = memoryOfAll())
        memory_ = *memory;
    return outcome(*end);
}

Result<SearchEnd> ClusterSearch::walk() {
    while (true) {
        const bool hasStarted = !position_.levelStarts.empty();
        if (hasStarted && position_.next == position_.levelEnd) {
            if (states_ == position_.levelEnd)
                return SearchEnd::Exhausted;
            position_.levelStarts.push_back(position_.levelEnd);
            position_.levelEnd = states_;
        }
        if (hasStarted && position_.depth() >= options_.depth)
            return SearchEnd::DepthReached;
        const bool isDue = !options_.checkpoint.empty() && peers_.rank() == 0 &&
                           Clock::now() - saved_ >= options_.checkpointEvery;
        const std::uint32_t count = hasStarted ? statesOfRound() : 0;
        const auto totals = expander_.round(StateIndex{position_.next}, count, position_.depth(), states_,
                                            {options_.stop.stop_requested(), isDue});
        if (!totals)
            return SearchEnd::RankLost;
        if (totals->isRefused)
            return SearchEnd::MemoryReached;
        position_.next += count;
        if (!take(*totals))
            return SearchEnd::RankLost;
        report(totals->memory);
        if (totals->notice.stop)
            return SearchEnd::Cancelled;
        if (totals->notice.save)
            if (auto saved = save(); !saved)
                return lostOr(saved.error());
    }
}

/// A rank that is gone ends the search and is no error.
Result<SearchEnd> ClusterSearch::lostOr(const Error& error) const {
    if (peers_.isBroken())
        return SearchEnd::RankLost;
    return fail(error);
}

/// By what is the same on all ranks.
std::uint32_t ClusterSearch::statesOfRound() const {
    const std::uint64_t stateBytes = memory_.raw() / states_ + 1;
    const std::uint64_t transitions =
        std::clamp(kRoundBytes / stateBytes, kFewestTransitions, kMostTransitions);
    const std::uint64_t fanOut = position_.transitions / (std::uint64_t{position_.next} + 1) + 1;
    const std::uint64_t ofEach = std::max<std::uint64_t>(transitions / fanOut, 1);
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(position_.levelEnd - position_.next, ofEach * peers_.size()));
}

/// False if a rank is gone.
bool ClusterSearch::take(const RoundTotals& totals) {
    states_ += totals.states;
    if (position_.levelStarts.empty()) {
        position_.levelStarts = {0};
        position_.levelEnd = states_;
    }
    position_.merge(totals.transitions, totals.findings);
    return findPaths();
}

/// Of the findings that have come to it, at once: later a rank may be gone that knows a part of the way.
bool ClusterSearch::findPaths() {
    for (std::size_t i = paths_.size(); i < position_.findings.size(); ++i) {
        auto path = pathTo(position_.findings[i].from);
        if (!path) {
            position_.findings.resize(i);
            return false;
        }
        if (position_.findings[i].from != kNoState)
            path->push_back(position_.findings[i].action);
        paths_.push_back(std::move(*path));
    }
    return true;
}

/// Asks all ranks, state by state: whoever has it tells everyone.
std::optional<std::vector<ActionId>> ClusterSearch::pathTo(StateIndex index) {
    std::vector<ActionId> path;
    while (index != kNoState) {
        Message told;
        const auto [place, end] = shard_.placesOf(index, StateIndex{raw(index) + 1});
        if (place < end)
            pack(told, shard_.link(place));
        const auto all = tellAll(peers_, told);
        if (!all)
            return std::nullopt;
        const auto owner = std::ranges::find_if(*all, [](const Message& each) { return !each.empty(); });
        assert(owner != all->end());
        const Link link = Unpacker(*owner).take<Link>();
        if (link.parent != kNoState)
            path.push_back(link.action);
        index = link.parent;
    }
    std::ranges::reverse(path);
    return path;
}

std::optional<Bytes> ClusterSearch::memoryOfAll() {
    Message own;
    pack(own, shard_.memory());
    const auto all = tellAll(peers_, own);
    if (!all)
        return std::nullopt;
    Bytes memory;
    for (const Message& each : *all)
        memory += Unpacker(each).take<Bytes>();
    return memory;
}

void ClusterSearch::report(Bytes memory) {
    memory_ = memory;
    peak_ = std::max(peak_, memory);
    const auto now = Clock::now();
    if (!options_.progress || now - reported_ < options_.progressEvery)
        return;
    const double rate = (states_ - reportedStates_) / seconds(now - reported_);
    options_.progress({position_.depth(), states_, position_.transitions, rate, memory});
    reported_ = now;
    reportedStates_ = states_;
}

Result<void> ClusterSearch::save() {
    explore::SearchPosition position = position_;
    position.elapsed = elapsed();
    auto saved = saveCheckpoint(options_.checkpoint, model_, position, states_, peers_, shard_);
    saved_ = Clock::now();
    return saved;
}

SearchOutcome ClusterSearch::outcome(SearchEnd end) const {
    SearchOutcome outcome;
    outcome.end = end;
    outcome.depth = position_.depth();
    outcome.states = states_;
    outcome.transitions = position_.transitions;
    outcome.statesAtDepth = position_.statesAtDepth(states_);
    for (std::size_t i = 0; i < position_.findings.size(); ++i)
        outcome.findings.push_back({position_.findings[i].kind, paths_[i], position_.findings[i].seen});
    outcome.memory = memory_;
    outcome.peakMemory = std::max(peak_, memory_);
    outcome.seconds = seconds(position_.elapsed);
    return outcome;
}

} // namespace pfnscope::cluster
