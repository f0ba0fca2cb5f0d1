// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/cluster_search.h"
#include "cluster/local_peers.h"
#include "explore/graph_model.h"

#include <algorithm>
#include <stdexcept>

namespace pfnscope::cluster::test {

using namespace explore;
using explore::test::Plain;

/// What the ranks found, and all that lies in their shards, put together as one process would have it.
struct Whole {
    SearchEnd end = SearchEnd::Exhausted;
    Plain plain;
};

inline std::string textOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The paths follow the parents from shard to shard, and not the paths that the shards keep.
inline std::vector<std::vector<ActionId>> pathsBy(const std::vector<Link>& links) {
    std::vector<std::vector<ActionId>> paths;
    for (const Link& link : links) {
        std::vector<ActionId>& path = paths.emplace_back();
        if (link.parent == kNoState)
            continue;
        path = paths.at(raw(link.parent));
        path.push_back(link.action);
    }
    return paths;
}

/// Runs the search on so many ranks, from the checkpoint if there is one.
inline Whole searchOn(unsigned ranks, const SearchModel& model, const SearchOptions& options,
                      const std::string& resumeFrom = {}) {
    std::vector<std::optional<SearchOutcome>> outcomes(ranks);
    std::vector<std::vector<std::pair<Link, std::string>>> shards(ranks);
    onRanks(ranks, [&](Peers& peers) {
        SearchOptions own = options;
        if (peers.rank() != 0)
            own.progress = {};
        auto search = resumeFrom.empty() ? ClusterSearch::create(model, own, peers)
                                         : ClusterSearch::resume(model, own, peers, resumeFrom);
        if (!search)
            return;
        if (auto outcome = (*search)->run())
            outcomes[peers.rank()] = std::move(*outcome);
        const Shard& shard = (*search)->shard();
        for (std::uint32_t place = 0; place < shard.count(); ++place)
            shards[peers.rank()].emplace_back(shard.link(place), textOf(shard.bytes(place)));
    });
    for (const auto& outcome : outcomes) {
        if (!outcome)
            throw std::runtime_error("a rank came to an error");
        if (outcome->findings != outcomes[0]->findings || outcome->states != outcomes[0]->states)
            throw std::runtime_error("the ranks do not agree");
    }
    std::vector<std::pair<Link, std::string>> all;
    for (const auto& shard : shards)
        all.insert(all.end(), shard.begin(), shard.end());
    std::ranges::sort(all, {}, [](const auto& each) { return each.first.index; });
    const SearchOutcome& outcome = *outcomes[0];
    Whole whole{outcome.end,
                {outcome.depth, outcome.transitions, outcome.statesAtDepth, {}, {}, outcome.findings}};
    std::vector<Link> links;
    for (const auto& [link, bytes] : all) {
        links.push_back(link);
        whole.plain.states.push_back(bytes);
    }
    whole.plain.paths = pathsBy(links);
    return whole;
}

} // namespace pfnscope::cluster::test
