// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/cluster_exploration.h"

#include "cluster/cluster_search.h"

namespace pfnscope::cluster {

Result<explore::Exploration> explore(const explore::Question& question, explore::SearchOptions options,
                                     Peers& peers, const std::string& resumeFrom) {
    const explore::KernelModel model(question);
    auto search = resumeFrom.empty() ? ClusterSearch::create(model, std::move(options), peers)
                                     : ClusterSearch::resume(model, std::move(options), peers, resumeFrom);
    if (!search)
        return fail(search.error());
    auto outcome = (*search)->run();
    if (!outcome)
        return fail(outcome.error());
    return explore::explorationOf(question, std::move(*outcome));
}

} // namespace pfnscope::cluster
