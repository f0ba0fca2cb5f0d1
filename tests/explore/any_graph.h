// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/graph_model.h"
#include "support/property.h"

/// Graphs for properties.
namespace pfnscope::explore::test {

inline Graph anyGraph(std::uint32_t mostNodes) {
    Graph graph;
    graph.nodes = *rc::gen::inRange<std::uint32_t>(1, mostNodes);
    graph.degree = *rc::gen::inRange(0U, 7U);
    graph.seed = *rc::gen::arbitrary<std::uint64_t>();
    graph.kinds = *rc::gen::inRange(0U, 6U);
    graph.findingEvery = *rc::gen::inRange(1U, 200U);
    return graph;
}

inline Form anyForm() {
    return *rc::gen::element(Form::Fixed, Form::Variable, Form::Replay);
}

} // namespace pfnscope::explore::test
