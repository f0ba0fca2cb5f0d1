// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/expander.h"

#include "cluster/packing.h"

#include <algorithm>
#include <numeric>

namespace pfnscope::cluster {

using explore::ActionId;
using explore::Candidate;
using explore::FirstFinding;
using explore::StateIndex;
using explore::WayToState;

namespace {

/// How many candidates ahead of the one being compared a stored state is fetched, and twice as many ahead its
/// slot: enough to hide a cache miss.
constexpr std::size_t kAhead = 16;

} // namespace

Expander::Expander(const explore::SearchModel& model, explore::StateHash hash, Peers& peers, Shard& shard)
    : peers_(peers), shard_(shard), size_(model.stateSize()), way_(model.wayToState()),
      worker_(model.makeWorker()), emitted_(shard.table(), hash, model.stateSize()) {}

std::optional<RoundTotals> Expander::round(StateIndex first, std::uint32_t count, unsigned depth,
                                           std::uint32_t known, const Notice& notice) {
    first_ = raw(first);
    count_ = count;
    depth_ = depth;
    if (!expandPart())
        return std::nullopt;
    const auto candidates = peers_.exchange(this->candidates(notice));
    if (!candidates)
        return std::nullopt;
    RoundTotals totals;
    const auto verdicts = peers_.exchange(judge(*candidates, totals));
    if (!verdicts)
        return std::nullopt;
    std::vector<Message> numbered = number(*verdicts, known, totals);
    if (totals.isRefused)
        return totals;
    const auto links = peers_.exchange(std::move(numbered));
    if (!links)
        return std::nullopt;
    settle(*links);
    return totals;
}

Expander::Part Expander::partOf(unsigned rank) const {
    const std::uint32_t share = (count_ + peers_.size() - 1) / peers_.size();
    const std::uint32_t end = first_ + count_;
    return {std::min(first_ + rank * share, end), std::min(first_ + (rank + 1) * share, end)};
}

/// False if a rank is gone.
bool Expander::expandPart() {
    emitted_.clear();
    emitted_.from(explore::kNoState);
    if (count_ == 0) {
        if (peers_.rank() == 0)
            worker_->initial(emitted_);
        return true;
    }
    std::vector<Message> outgoing(peers_.size());
    for (unsigned rank = 0; rank < peers_.size(); ++rank) {
        const Part part = partOf(rank);
        const auto [from, to] = shard_.placesOf(StateIndex{part.first}, StateIndex{part.end});
        for (std::uint32_t place = from; place < to; ++place) {
            pack(outgoing[rank], shard_.link(place).index);
            if (way_ == WayToState::Path) {
                packBytes(outgoing[rank], std::as_bytes(shard_.path(place)));
                continue;
            }
            if (size_.fixed == 0)
                pack(outgoing[rank], static_cast<std::uint32_t>(shard_.bytes(place).size()));
            packBytes(outgoing[rank], shard_.bytes(place));
        }
    }
    const auto arrived = peers_.exchange(std::move(outgoing));
    if (!arrived)
        return false;
    const Part own = partOf(peers_.rank());
    std::vector<std::span<const std::byte>> states(own.end - own.first);
    paths_.resize(way_ == WayToState::Path ? states.size() * depth_ : 0);
    for (const Message& message : *arrived)
        for (Unpacker from(message); !from.isAtEnd();) {
            const std::size_t at = raw(from.take<StateIndex>()) - own.first;
            if (way_ == WayToState::Path)
                std::ranges::copy(
                    from.bytes(depth_ * sizeof(ActionId)),
                    std::as_writable_bytes(std::span(paths_).subspan(at * depth_, depth_)).begin());
            else
                states[at] = from.bytes(size_.fixed != 0 ? size_.fixed : from.take<std::uint32_t>());
        }
    for (std::size_t at = 0; at < states.size(); ++at) {
        emitted_.from(StateIndex{own.first + static_cast<std::uint32_t>(at)});
        const auto path = std::span(paths_);
        worker_->expand({states[at], path.empty() ? path : path.subspan(at * depth_, depth_)}, emitted_);
    }
    return true;
}

/// To each shard what belongs to it, after what all ranks have to know of the own part.
std::vector<Message> Expander::candidates(const Notice& notice) {
    Message head;
    pack(head, notice);
    pack(head, shard_.memory());
    pack(head, count_ == 0 ? std::uint64_t{0} : std::uint64_t{emitted_.candidates().size()});
    pack(head, static_cast<std::uint32_t>(emitted_.findings().size()));
    for (const FirstFinding& finding : emitted_.findings())
        pack(head, finding);
    std::vector<Message> outgoing(peers_.size(), head);
    owners_.clear();
    for (const Candidate& candidate : emitted_.candidates()) {
        owners_.push_back(explore::shareOf(candidate.hash, peers_.size()));
        Message& message = outgoing[owners_.back()];
        pack(message, candidate.tag());
        if (size_.fixed == 0)
            pack(message, candidate.length);
        packBytes(message, emitted_.bytesOf(candidate));
    }
    return outgoing;
}

/// Enters what each rank sent, and answers to each: whether there was room, how many states are new from each
/// rank, and a byte for each candidate of the rank, 1 if it is new.
std::vector<Message> Expander::judge(const std::vector<Message>& candidates, RoundTotals& totals) {
    std::vector<Message> verdicts(peers_.size());
    std::vector<std::uint32_t> news(peers_.size());
    bool hasRoom = true;
    for (unsigned rank = 0; rank < peers_.size(); ++rank) {
        Unpacker from(candidates[rank]);
        const auto notice = from.take<Notice>();
        totals.notice.stop |= notice.stop;
        totals.notice.save |= notice.save;
        totals.memory += from.take<Bytes>();
        totals.transitions += from.take<std::uint64_t>();
        for (auto left = from.take<std::uint32_t>(); left > 0; --left)
            totals.findings.push_back(from.take<FirstFinding>());
        hasRoom = hasRoom && enter(from, verdicts[rank]);
        news[rank] = static_cast<std::uint32_t>(std::ranges::count(verdicts[rank], std::byte{1}));
    }
    for (Message& verdict : verdicts) {
        Message head;
        pack(head, hasRoom);
        packBytes(head, std::as_bytes(std::span(news)));
        verdict.insert(verdict.begin(), head.begin(), head.end());
    }
    return verdicts;
}

/// The states of a message, with a byte for each. False if one finds no room.
bool Expander::enter(Unpacker& from, Message& verdict) {
    arrived_.clear();
    while (!from.isAtEnd()) {
        const auto tag = from.take<std::uint32_t>();
        arrived_.push_back({tag, from.bytes(size_.fixed != 0 ? size_.fixed : from.take<std::uint32_t>())});
    }
    for (std::size_t i = 0; i < arrived_.size(); ++i) {
        if (i + 2 * kAhead < arrived_.size())
            shard_.prefetchSlot(arrived_[i + 2 * kAhead].tag);
        if (i + kAhead < arrived_.size())
            shard_.prefetchState(arrived_[i + kAhead].tag);
        const Shard::Entry entry = shard_.enter(arrived_[i].tag, arrived_[i].state);
        if (entry == Shard::Entry::NoRoom)
            return false;
        verdict.push_back(std::byte{entry == Shard::Entry::New});
    }
    return true;
}

std::vector<Message> Expander::number(const std::vector<Message>& verdicts, std::uint32_t known,
                                      RoundTotals& totals) {
    std::vector<Message> links(peers_.size());
    std::vector<Unpacker> from(verdicts.begin(), verdicts.end());
    std::uint64_t next = known;
    std::uint64_t all = known;
    for (Unpacker& verdict : from) {
        totals.isRefused |= !verdict.take<bool>();
        for (unsigned rank = 0; rank < peers_.size(); ++rank) {
            const auto news = verdict.take<std::uint32_t>();
            all += news;
            next += rank < peers_.rank() ? news : 0;
        }
    }
    totals.isRefused |= all > explore::kMaxStates;
    if (totals.isRefused)
        return links;
    totals.states = static_cast<std::uint32_t>(all - known);
    for (std::size_t i = 0; i < owners_.size(); ++i) {
        if (from[owners_[i]].take<std::byte>() == std::byte{0})
            continue;
        const Candidate& candidate = emitted_.candidates()[i];
        Message& message = links[owners_[i]];
        pack(message, StateIndex{static_cast<std::uint32_t>(next++)});
        pack(message, candidate.parent);
        pack(message, candidate.action);
        packBytes(message, std::as_bytes(pathTo(candidate.parent, candidate.action)));
    }
    return links;
}

/// The path that goes with a new state: empty for an initial state, and if the model goes by the bytes.
std::span<const ActionId> Expander::pathTo(StateIndex parent, ActionId action) {
    path_.clear();
    if (way_ == WayToState::Bytes || parent == explore::kNoState)
        return path_;
    const auto before =
        std::span(paths_).subspan((raw(parent) - partOf(peers_.rank()).first) * std::size_t{depth_}, depth_);
    path_.assign(before.begin(), before.end());
    path_.push_back(action);
    return path_;
}

void Expander::settle(const std::vector<Message>& links) {
    const std::size_t length = way_ == WayToState::Bytes || count_ == 0 ? 0 : depth_ + 1;
    path_.resize(length);
    for (const Message& message : links)
        for (Unpacker from(message); !from.isAtEnd();) {
            const auto index = from.take<StateIndex>();
            const auto parent = from.take<StateIndex>();
            const auto action = from.take<ActionId>();
            std::ranges::copy(from.bytes(length * sizeof(ActionId)),
                              std::as_writable_bytes(std::span(path_)).begin());
            shard_.settle({index, parent, action}, path_);
        }
}

} // namespace pfnscope::cluster
