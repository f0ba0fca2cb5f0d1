// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

/// A search spread over ranks: processes, on one machine or many, that share nothing and send each other
/// bytes.
namespace pfnscope::cluster {

using Message = std::vector<std::byte>;

/// One rank's tie to the others. All that the search asks of a network is one call, so that whatever can do
/// it will do: MPI, or the threads of a test.
class Peers {
public:
    virtual ~Peers() = default;
    virtual unsigned rank() const = 0; ///< from 0
    virtual unsigned size() const = 0;
    /// Gives outgoing[r] to rank r, itself too, and returns what each rank gave to this one. All ranks have
    /// to call it, equally often. Nothing if a rank is gone; then it is of no use to call it again.
    std::optional<std::vector<Message>> exchange(std::vector<Message> outgoing);
    bool isBroken() const { return isBroken_; }  ///< an exchange found a rank gone
    std::uint64_t sent() const { return sent_; } ///< bytes to other ranks so far

private:
    virtual std::optional<std::vector<Message>> carry(std::vector<Message> outgoing) = 0;

    bool isBroken_ = false;
    std::uint64_t sent_ = 0;
};

/// The same message for every rank.
std::optional<std::vector<Message>> tellAll(Peers& peers, const Message& message);

Error goneError();

/// What went wrong on the first rank on which something did, on all ranks.
Result<void> agree(Peers& peers, const Result<void>& own);

} // namespace pfnscope::cluster
