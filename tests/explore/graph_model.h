// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/replay.h"
#include "explore/search.h"

#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

/// Pseudo-random graphs as models, in three forms, and the plain search through them to compare with.
namespace pfnscope::explore::test {

enum class Form { Fixed, Variable, Replay };

/// Edge j of node v leads to a node that only the seed decides; some edges show findings, some of these lead
/// nowhere.
struct Graph {
    std::uint32_t nodes = 1;
    unsigned degree = 1;
    std::uint64_t seed = 0;
    unsigned kinds = 0;         ///< of findings; 0: none
    unsigned findingEvery = 50; ///< about one edge in so many

    struct Edge {
        ActionId action{};
        std::optional<std::uint32_t> to;
        std::optional<FindingKind> finding;
    };
    std::uint64_t draw(std::uint64_t a, std::uint64_t b) const {
        const std::uint64_t words[] = {a, b};
        return hashBytes(std::as_bytes(std::span(words)), seed);
    }
    Edge edge(std::uint32_t node, unsigned number) const {
        const std::uint64_t drawn = draw(node, number);
        Edge edge{ActionId(3 * number), static_cast<std::uint32_t>((drawn >> 8) % nodes), {}};
        if (kinds > 0 && drawn % findingEvery == 0) {
            edge.finding = FindingKind(draw(drawn, 1) % kinds);
            if (draw(drawn, 2) % 2 == 0)
                edge.to.reset();
        }
        return edge;
    }
    std::uint32_t initialCount() const { return std::min(nodes, 1 + static_cast<std::uint32_t>(seed % 3)); }
};

inline std::ostream& operator<<(std::ostream& out, const Graph& graph) {
    return out << graph.nodes << " nodes, degree " << graph.degree << ", seed " << graph.seed << ", "
               << graph.kinds << " kinds";
}

inline std::string bytesOfNode(std::uint32_t node, Form form) {
    if (form == Form::Variable)
        return std::to_string(node) + std::string(node % 7, '.');
    std::string bytes(sizeof node, '\0');
    std::memcpy(bytes.data(), &node, sizeof node);
    return bytes;
}

inline std::uint32_t nodeOf(std::span<const std::byte> bytes, Form form) {
    const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (form == Form::Variable)
        return static_cast<std::uint32_t>(std::stoul(text));
    std::uint32_t node = 0;
    std::memcpy(&node, text.data(), sizeof node);
    return node;
}

inline void emitNode(Emitter& out, std::uint32_t node, Form form, ActionId action) {
    const std::string bytes = bytesOfNode(node, form);
    out.successor(std::as_bytes(std::span(bytes)), action);
}

inline void emitEdges(const Graph& graph, std::uint32_t node, Form form, Emitter& out) {
    for (unsigned number = 0; number < graph.degree; ++number) {
        const Graph::Edge edge = graph.edge(node, number);
        if (edge.finding)
            out.finding(*edge.finding, edge.action);
        if (edge.to)
            emitNode(out, *edge.to, form, edge.action);
    }
}

class GraphWorker final : public SearchWorker {
public:
    GraphWorker(const Graph& graph, Form form) : graph_(graph), form_(form) {}
    void initial(Emitter& out) override {
        for (std::uint32_t node = 0; node < graph_.initialCount(); ++node)
            emitNode(out, node, form_, ActionId(node));
    }
    void expand(const Origin& origin, Emitter& out) override {
        emitEdges(graph_, nodeOf(origin.bytes, form_), form_, out);
    }

private:
    Graph graph_;
    Form form_;
};

/// Knows where it stands only by what was done and taken back.
class GraphMachine {
public:
    explicit GraphMachine(const Graph& graph) : graph_(graph) {}
    void redo(ActionId action) {
        way_.push_back(*graph_.edge(way_.back(), static_cast<unsigned>(action) / 3).to);
    }
    void undo() { way_.pop_back(); }
    void present(Emitter& out) { emitNode(out, way_.back(), Form::Replay, ActionId{}); }
    void expand(Emitter& out) { emitEdges(graph_, way_.back(), Form::Replay, out); }

private:
    Graph graph_;
    std::vector<std::uint32_t> way_{0};
};

class GraphModel final : public SearchModel {
public:
    explicit GraphModel(const Graph& graph, Form form = Form::Fixed) : graph_(graph), form_(form) {}
    StateSize stateSize() const override { return {form_ == Form::Variable ? 0U : 4U}; }
    WayToState wayToState() const override {
        return form_ == Form::Replay ? WayToState::Path : WayToState::Bytes;
    }
    std::string identity() const override { return "graph of seed " + std::to_string(graph_.seed); }
    std::unique_ptr<SearchWorker> makeWorker() const override {
        if (form_ == Form::Replay)
            return std::make_unique<ReplayWorker<GraphMachine>>(GraphMachine(graph_));
        return std::make_unique<GraphWorker>(graph_, form_);
    }

private:
    Graph graph_;
    Form form_;
};

/// All that must not depend on threads, interruptions, hash or form.
struct Plain {
    unsigned depth = 0;
    std::uint64_t transitions = 0;
    std::vector<std::uint32_t> statesAtDepth;
    std::vector<std::string> states; ///< in order
    std::vector<std::vector<ActionId>> paths;
    std::vector<Finding> findings;
    bool operator==(const Plain&) const = default;
};

inline Plain plainOf(const Search& search, const SearchOutcome& outcome) {
    Plain plain{outcome.depth, outcome.transitions, outcome.statesAtDepth, {}, {}, outcome.findings};
    for (std::uint32_t i = 0; i < search.states().count(); ++i) {
        const auto bytes = search.states().bytes(StateIndex{i});
        plain.states.emplace_back(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        search.states().pathTo(StateIndex{i}, plain.paths.emplace_back());
    }
    return plain;
}

/// The same by a queue and a set.
inline Plain bruteForce(const Graph& graph, Form form, unsigned depth = ~0U) {
    Plain plain;
    std::set<std::string> known;
    std::map<FindingKind, std::size_t> kinds;
    const auto add = [&](std::uint32_t node, std::vector<ActionId> path) {
        std::string bytes = bytesOfNode(node, form);
        if (!known.insert(bytes).second)
            return;
        plain.statesAtDepth.resize(path.size() + 1);
        ++plain.statesAtDepth[path.size()];
        plain.states.push_back(std::move(bytes));
        plain.paths.push_back(std::move(path));
    };
    for (std::uint32_t node = 0; node < (form == Form::Replay ? 1 : graph.initialCount()); ++node)
        add(node, {});
    for (std::size_t i = 0; i < plain.states.size() && plain.paths[i].size() < depth; ++i) {
        const std::uint32_t node = nodeOf(std::as_bytes(std::span(plain.states[i])), form);
        for (unsigned number = 0; number < graph.degree; ++number) {
            const Graph::Edge edge = graph.edge(node, number);
            std::vector<ActionId> path = plain.paths[i];
            path.push_back(edge.action);
            if (edge.finding) {
                const auto [at, isNew] = kinds.try_emplace(*edge.finding, plain.findings.size());
                if (isNew)
                    plain.findings.push_back({*edge.finding, path, 0});
                ++plain.findings[at->second].seen;
            }
            if (edge.to) {
                ++plain.transitions;
                add(*edge.to, std::move(path));
            }
        }
    }
    plain.depth = static_cast<unsigned>(plain.statesAtDepth.size()) - 1;
    return plain;
}

} // namespace pfnscope::explore::test
