// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/launch.h"

#include <fmt/format.h>

namespace pfnscope::cluster {

Result<std::unique_ptr<Peers>> joinPeers(std::stop_token) {
    return fail({ErrorKind::Unsupported,
                 {},
                 fmt::format("{} ranks", launchedAs().size),
                 "a build with MPI (libopenmpi-dev and libboost-mpi-dev, then CMake again), or one rank"});
}

} // namespace pfnscope::cluster
