// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/peers.h"

#include <memory>
#include <stop_token>

/// Whether, and as what, this process was started by mpirun.
namespace pfnscope::cluster {

struct Launch {
    unsigned rank = 0;
    unsigned size = 1;
};

/// What Open MPI's or another PMI launcher's environment says. Asks no MPI, so a build without one can tell
/// too.
Launch launchedAs();

/// Joins the other ranks; once in a process, and before anything is asked of them. An error in a build
/// without MPI. After a request to stop the others get half a second for each exchange: mpirun asks all ranks
/// to stop when one has died, and the dead one will never answer.
Result<std::unique_ptr<Peers>> joinPeers(std::stop_token stop);

} // namespace pfnscope::cluster
