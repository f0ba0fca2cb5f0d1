// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ranks.h"

#include "cluster/launch.h"

#include <ostream>
#include <utility>

namespace pfnscope::app {

Result<void> Ranks::agree(const Result<void>& own) const {
    return peers ? cluster::agree(*peers, own) : own;
}

void runOnRanks(Context& context, std::stop_token stop,
                const std::function<void(const Ranks&, Context&)>& work) {
    const cluster::Launch launch = cluster::launchedAs();
    std::ostream nowhere(nullptr);
    Context silent{nowhere, nowhere};
    Context& own = launch.rank == 0 ? context : silent;
    Ranks ranks{nullptr, std::move(stop)};
    if (launch.size > 1) {
        auto joined = cluster::joinPeers(ranks.stop);
        if (joined)
            ranks.peers = std::move(*joined);
        else
            own.bad(joined.error());
    }
    if (own.status == ExitStatus::Done)
        work(ranks, own);
    context.status = own.status;
}

} // namespace pfnscope::app
