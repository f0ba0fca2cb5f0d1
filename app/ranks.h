// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/commands.h"
#include "cluster/peers.h"

#include <functional>
#include <memory>
#include <stop_token>

namespace pfnscope::app {

/// This process, and the ranks of mpirun that it searches with: none if it searches alone.
struct Ranks {
    std::unique_ptr<cluster::Peers> peers;
    std::stop_token stop; ///< Ctrl+C, or mpirun after a rank has died

    bool isFirst() const { return !peers || peers->rank() == 0; }
    /// What only one rank did, or may do otherwise than the others, so that all go on or none.
    Result<void> agree(const Result<void>& own) const;
};

/// Runs the work of a command alone, or on each rank of mpirun. The first rank speaks for all: the work gets
/// the context there, and elsewhere one that says nothing. Joins the ranks, which a process may do once.
void runOnRanks(Context& context, std::stop_token stop,
                const std::function<void(const Ranks&, Context&)>& work);

} // namespace pfnscope::app
