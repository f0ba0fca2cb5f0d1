// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/reachable.h"

#include "view/snapshot_graph.h"

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>

#include <vector>

namespace pfnscope::view {
namespace {

using Graph = boost::compressed_sparse_row_graph<boost::directedS>;
using Edge = std::pair<std::uint32_t, std::uint32_t>;

std::vector<Edge> referencesOf(const TableGraph& graph) {
    std::vector<Edge> edges;
    for (std::uint32_t i = 0; i < graph.tree.size(); ++i)
        for (const EntryRun& run : graph.runsOf(graph.tree[i]))
            if (run.meaning == EntryMeaning::Table)
                if (const TableNode* lower = graph.tableAt(run.target))
                    edges.emplace_back(i, static_cast<std::uint32_t>(lower - graph.tree.data()));
    return edges;
}

} // namespace

void markReachable(TableGraph& tables) {
    const std::vector<Edge> edges = referencesOf(tables);
    const auto count = static_cast<std::uint32_t>(tables.tree.size());
    const Graph graph(boost::edges_are_sorted, edges.begin(), edges.end(), count);
    std::vector<boost::default_color_type> colours(count, boost::white_color);
    const auto colourOf = boost::make_iterator_property_map(colours.begin(), get(boost::vertex_index, graph));
    for (std::uint32_t i = 0; i < count; ++i)
        if (tables.tree[i].reachable && colours[i] == boost::white_color)
            boost::breadth_first_visit(graph, static_cast<Graph::vertex_descriptor>(i),
                                       boost::visitor(boost::bfs_visitor<>()).color_map(colourOf));
    for (std::uint32_t i = 0; i < count; ++i)
        tables.tree[i].reachable = colours[i] != boost::white_color;
}

} // namespace pfnscope::view
