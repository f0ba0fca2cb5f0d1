// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/shared_checkpoint.h"

#include "cluster/packing.h"

#include <algorithm>
#include <functional>

namespace pfnscope::cluster {
namespace {

using explore::ActionId;
using explore::SearchPosition;
using explore::StateIndex;
using explore::StateStore;

/// States that are sent at a time.
constexpr std::uint32_t kRun = 16'384;

using Field = std::function<void(Message&, std::uint32_t place)>;
using Sink = std::function<void(std::span<const std::byte>)>;

/// Brings one field of all states to rank 0, in the order of the states. False if a rank is gone.
bool gather(Peers& peers, const Shard& shard, std::uint32_t states, const Field& field, const Sink& sink) {
    for (std::uint32_t first = 0; first < states; first += kRun) {
        const std::uint32_t count = std::min(kRun, states - first);
        std::vector<Message> outgoing(peers.size());
        const auto [from, to] = shard.placesOf(StateIndex{first}, StateIndex{first + count});
        for (std::uint32_t place = from; place < to; ++place) {
            Message value;
            field(value, place);
            pack(outgoing[0], raw(shard.link(place).index) - first);
            pack(outgoing[0], static_cast<std::uint32_t>(value.size()));
            packBytes(outgoing[0], value);
        }
        const auto arrived = peers.exchange(std::move(outgoing));
        if (!arrived)
            return false;
        std::vector<std::span<const std::byte>> values(peers.rank() == 0 ? count : 0);
        for (const Message& message : *arrived)
            for (Unpacker each(message); !each.isAtEnd();) {
                const auto at = each.take<std::uint32_t>();
                values[at] = each.bytes(each.take<std::uint32_t>());
            }
        std::ranges::for_each(values, sink);
    }
    return true;
}

/// The columns in the order of a checkpoint. `writer` is rank 0's, if it could make one.
bool gatherColumns(Peers& peers, const Shard& shard, std::uint32_t states, bool hasEnds,
                   explore::CheckpointWriter* writer) {
    const Sink write = [writer](std::span<const std::byte> value) {
        if (writer != nullptr)
            writer->add(value);
    };
    std::uint64_t end = 0;
    const Sink writeEnd = [&end, &write](std::span<const std::byte> size) {
        end += Unpacker(size).take<std::uint64_t>();
        write(std::as_bytes(std::span(&end, 1)));
    };
    struct Column {
        Field field;
        Sink sink;
    };
    std::vector<Column> columns{
        {[&](Message& to, std::uint32_t place) { packBytes(to, shard.bytes(place)); }, write},
        {[&](Message& to, std::uint32_t place) { pack(to, shard.link(place).parent); }, write},
        {[&](Message& to, std::uint32_t place) { pack(to, shard.link(place).action); }, write}};
    if (hasEnds)
        columns.push_back(
            {[&](Message& to, std::uint32_t place) { pack(to, std::uint64_t{shard.bytes(place).size()}); },
             writeEnd});
    for (const Column& column : columns) {
        if (!gather(peers, shard, states, column.field, column.sink))
            return false;
        if (writer != nullptr)
            writer->endColumn();
    }
    return true;
}

std::optional<std::uint64_t> arenaBytesOfAll(Peers& peers, const Shard& shard) {
    Message own;
    pack(own, shard.arenaBytes());
    const auto all = tellAll(peers, own);
    if (!all)
        return std::nullopt;
    std::uint64_t sum = 0;
    for (const Message& each : *all)
        sum += Unpacker(each).take<std::uint64_t>();
    return sum;
}

/// What rank 0 has read, and how far it has been dealt out.
struct File {
    std::optional<StateStore> store;
    SearchPosition position;
};

Result<File> readOnRankZero(const std::string& path, const explore::SearchModel& model, Bytes memory) {
    File file;
    auto store = StateStore::create(memory, model.stateSize());
    if (!store)
        return fail(store.error());
    auto position = explore::readCheckpoint(path, model.identity(), memory, *store);
    if (!position)
        return fail(position.error());
    file.store.emplace(std::move(*store));
    file.position = std::move(*position);
    return file;
}

void packPosition(Message& message, const SearchPosition& position) {
    pack(message, position.levelEnd);
    pack(message, position.next);
    pack(message, position.transitions);
    pack(message, position.elapsed);
    packVector(message, position.levelStarts);
    packVector(message, position.findings);
}

SearchPosition takePosition(Unpacker& from) {
    SearchPosition position;
    position.levelEnd = from.take<std::uint32_t>();
    position.next = from.take<std::uint32_t>();
    position.transitions = from.take<std::uint64_t>();
    position.elapsed = from.take<std::chrono::nanoseconds>();
    position.levelStarts = takeVector<std::uint32_t>(from);
    position.findings = takeVector<explore::FirstFinding>(from);
    return position;
}

class Dealer {
public:
    Dealer(const explore::SearchModel& model, explore::StateHash hash, Peers& peers, Shard& shard)
        : way_(model.wayToState()), hash_(hash), peers_(peers), shard_(shard) {}

    /// From rank 0 (`store` is null elsewhere) to all: a run of states.
    Result<void> deal(const StateStore* store, std::uint32_t first, std::uint32_t count) {
        std::vector<Message> outgoing(peers_.size());
        for (std::uint32_t i = first; store != nullptr && i < first + count; ++i)
            packState(*store, StateIndex{i}, outgoing);
        const auto arrived = peers_.exchange(std::move(outgoing));
        if (!arrived)
            return fail(goneError());
        return take((*arrived)[0]);
    }

private:
    void packState(const StateStore& store, StateIndex index, std::vector<Message>& outgoing) {
        const std::uint64_t hash = hash_(store.bytes(index));
        Message& message = outgoing[explore::shareOf(hash, peers_.size())];
        path_.clear();
        if (way_ == explore::WayToState::Path)
            store.pathTo(index, path_);
        pack(message, Link{index, store.parent(index), store.action(index)});
        pack(message, explore::tagOf(hash));
        pack(message, static_cast<std::uint32_t>(store.bytes(index).size()));
        packBytes(message, store.bytes(index));
        packVector(message, path_);
    }

    Result<void> take(const Message& message) {
        for (Unpacker from(message); !from.isAtEnd();) {
            const auto link = from.take<Link>();
            const auto tag = from.take<std::uint32_t>();
            const auto entry = shard_.enter(tag, from.bytes(from.take<std::uint32_t>()));
            if (entry != Shard::Entry::New)
                return fail(
                    {ErrorKind::Limit, {}, "states of the checkpoint", "states that fit into each rank"});
            path_ = takeVector<ActionId>(from);
            shard_.settle(link, path_);
        }
        return {};
    }

    explore::WayToState way_;
    explore::StateHash hash_;
    Peers& peers_;
    Shard& shard_;
    std::vector<ActionId> path_;
};

} // namespace

Result<void> saveCheckpoint(const std::string& path, const explore::SearchModel& model,
                            const SearchPosition& position, std::uint32_t states, Peers& peers,
                            const Shard& shard) {
    const auto arenaBytes = arenaBytesOfAll(peers, shard);
    if (!arenaBytes)
        return fail(goneError());
    std::optional<Result<explore::CheckpointWriter>> writer;
    if (peers.rank() == 0)
        writer.emplace(explore::CheckpointWriter::create(path, model.identity(), model.stateSize(),
                                                         {states, *arenaBytes}, position));
    const bool hasWriter = writer && *writer;
    if (auto opened = agree(peers, writer && !*writer ? fail(writer->error()) : Result<void>()); !opened)
        return opened;
    if (!gatherColumns(peers, shard, states, model.stateSize().fixed == 0, hasWriter ? &**writer : nullptr))
        return fail(goneError());
    return agree(peers, hasWriter ? (*writer)->finish() : Result<void>());
}

Result<Dealt> dealCheckpoint(const std::string& path, const explore::SearchModel& model,
                             const explore::SearchOptions& options, Peers& peers, Shard& shard) {
    Result<File> file;
    if (peers.rank() == 0)
        file = readOnRankZero(path, model, Bytes(options.memory.raw() * peers.size()));
    if (auto read = agree(peers, file ? Result<void>() : fail(file.error())); !read)
        return fail(read.error());
    const StateStore* const store = file->store ? &*file->store : nullptr;
    Message head;
    pack(head, store != nullptr ? store->count() : 0U);
    packPosition(head, file->position);
    const auto heads = tellAll(peers, head);
    if (!heads)
        return fail(goneError());
    Unpacker from(heads->front());
    Dealt dealt;
    dealt.states = from.take<std::uint32_t>();
    dealt.position = takePosition(from);
    Dealer dealer(model, options.hash, peers, shard);
    for (std::uint32_t first = 0; first < dealt.states; first += kRun)
        if (auto taken = agree(peers, dealer.deal(store, first, std::min(kRun, dealt.states - first)));
            !taken)
            return fail(taken.error());
    return dealt;
}

} // namespace pfnscope::cluster
