// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/state_hash.h"
#include "explore/state_store.h"
#include "explore/state_table.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

/// What a model tells the search. The search knows a state by its canonical bytes and nothing else: two
/// states are the same exactly if their bytes are. So a model merges symmetric states by giving them the same
/// bytes, and may leave out of the bytes only what cannot make a difference to what follows.
namespace pfnscope::explore {

/// A kind of finding: a number the model gives. The search keeps the first path to each kind.
enum class FindingKind : std::uint16_t {};

/// A state that a worker emitted, not yet looked up.
struct Candidate {
    std::uint64_t hash;
    StateIndex parent;
    std::uint32_t offset; ///< of its bytes, in the buffer it lies in
    std::uint32_t length;
    ActionId action;
    std::uint32_t tag() const { return tagOf(hash); }
};

/// A finding of one kind: the first transition that shows it, and on how many transitions it was seen.
struct FirstFinding {
    FindingKind kind;
    StateIndex from; ///< kNoState: an initial state shows it
    ActionId action;
    std::uint64_t seen;
    bool operator==(const FirstFinding&) const = default;
};

/// Where a worker puts the transitions of a state. Their order is the order of the search: of two shortest
/// paths, the one counts as first that takes the earlier emitted transition where they part.
class Emitter {
public:
    Emitter(const StateTable& table, StateHash hash, StateSize size)
        : table_(table), hash_(hash), size_(size) {}

    void successor(std::span<const std::byte> state, ActionId action);
    /// Seen on the transition by `action`, whether or not a successor is emitted for it too. A property of a
    /// state is reported on each transition that enters it.
    void finding(FindingKind kind, ActionId action);

    void clear();
    void from(StateIndex parent) { parent_ = parent; }
    const std::vector<Candidate>& candidates() const { return candidates_; }
    const std::vector<FirstFinding>& findings() const { return findings_; }
    std::span<const std::byte> bytesOf(const Candidate& candidate) const {
        return {bytes_.data() + candidate.offset, candidate.length};
    }
    std::size_t byteCount() const { return used_; }
    Bytes memory() const { return Bytes(bytes_.capacity() + candidates_.capacity() * sizeof(Candidate)); }

private:
    const StateTable& table_;
    StateHash hash_;
    StateSize size_;
    StateIndex parent_ = kNoState;
    std::vector<Candidate> candidates_;
    std::vector<FirstFinding> findings_;
    std::vector<std::byte> bytes_; ///< only grows; `used_` of it hold candidates
    std::size_t used_ = 0;
};

/// How a worker gets to a state that it is to expand.
enum class WayToState : std::uint8_t {
    Bytes, ///< it decodes them
    Path,  ///< it does what was done from the initial state, of which there is one
};

/// The state to expand.
struct Origin {
    std::span<const std::byte> bytes; ///< may be empty for a model that goes by the path
    std::span<const ActionId> path;   ///< from the initial state; empty for a model that goes by the bytes
};

/// One thread's means to walk the model. What it emits may depend on the origin only (its bytes, or the path
/// to it), never on what the worker did before: the search expands states in any order, some twice.
class SearchWorker {
public:
    virtual ~SearchWorker() = default;
    virtual void initial(Emitter& out) = 0;
    virtual void expand(const Origin& origin, Emitter& out) = 0;
};

class SearchModel {
public:
    virtual ~SearchModel() = default;
    virtual StateSize stateSize() const = 0;
    virtual WayToState wayToState() const = 0;
    /// Names the model with all its parameters: a checkpoint of one is refused by another.
    virtual std::string identity() const = 0;
    virtual std::unique_ptr<SearchWorker> makeWorker() const = 0;
};

} // namespace pfnscope::explore
