// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/json.h"

#include "render/trace_words.h"
#include "view/history.h"

#include <nlohmann/json.hpp>

namespace pfnscope::render {
namespace {

using nlohmann::ordered_json;
using view::Box;
using view::Diagram;
using view::Edge;
using view::Row;

std::string_view name(view::Mark mark) {
    switch (mark) {
    case view::Mark::None:
        return "none";
    case view::Mark::Added:
        return "added";
    case view::Mark::Removed:
        return "removed";
    case view::Mark::Changed:
        return "changed";
    }
    return "none";
}

std::string_view name(view::RowKind kind) {
    switch (kind) {
    case view::RowKind::Text:
        return "text";
    case view::RowKind::Entry:
        return "entry";
    case view::RowKind::Bar:
        return "bar";
    case view::RowKind::Strip:
        return "strip";
    case view::RowKind::Elided:
        return "elided";
    }
    return "text";
}

ordered_json toJson(const view::Stamp& stamp) {
    return {{"scenario", stamp.scenario}, {"option", stamp.option},      {"step", stamp.step},
            {"steps", stamp.steps},       {"step_text", stamp.stepText}, {"version", stamp.version},
            {"hash", stamp.hash},         {"model", stamp.model}};
}

ordered_json toJson(const Row& row) {
    ordered_json json{{"id", row.id},           {"kind", name(row.kind)}, {"role", view::name(row.role)},
                      {"mark", name(row.mark)}, {"index", row.index},     {"text", row.text},
                      {"tooltip", row.tooltip}};
    if (row.entry)
        json["entry"] = {{"table", toHex(row.entry->table.raw())},
                         {"first", row.entry->first},
                         {"count", row.entry->count}};
    if (row.stale)
        json["stale"] = true;
    return json;
}

ordered_json toJson(const Box& box) {
    ordered_json json{{"id", box.id},
                      {"kind", view::name(box.kind)},
                      {"role", view::name(box.role)},
                      {"mark", name(box.mark)},
                      {"x", box.rect.x},
                      {"y", box.rect.y},
                      {"width", box.rect.width},
                      {"height", box.rect.height},
                      {"title", box.title},
                      {"tooltip", box.tooltip},
                      {"ghost", box.ghost}};
    ordered_json rows = ordered_json::array();
    for (const Row& row : box.rows)
        rows.push_back(toJson(row));
    json["rows"] = std::move(rows);
    return json;
}

ordered_json toJson(const Edge& edge) {
    ordered_json points = ordered_json::array();
    for (const view::Point& point : edge.points)
        points.push_back(ordered_json::array({point.x, point.y}));
    return {{"id", edge.id},           {"kind", view::name(edge.kind)}, {"from", edge.from}, {"to", edge.to},
            {"mark", name(edge.mark)}, {"ghost", edge.ghost},           {"points", points}};
}

ordered_json toJson(const Diagram& diagram) {
    ordered_json boxes = ordered_json::array();
    for (const Box& box : diagram.boxes)
        boxes.push_back(toJson(box));
    ordered_json edges = ordered_json::array();
    for (const Edge& edge : diagram.edges)
        edges.push_back(toJson(edge));
    ordered_json legend = ordered_json::array();
    for (const view::LegendItem& item : diagram.legend)
        legend.push_back({{"sample", item.sample}, {"role", view::name(item.role)}, {"text", item.text}});
    return {{"width", diagram.width},    {"height", diagram.height},  {"caption", diagram.caption},
            {"boxes", std::move(boxes)}, {"edges", std::move(edges)}, {"legend", std::move(legend)}};
}

ordered_json deltaJson(const machine::Journal& journal, machine::Position at) {
    const machine::Call& call = journal.call(journal.callOf(at));
    ordered_json json{{"position", at}, {"operation", call.operation}, {"function", call.function}};
    const TraceWords words = traceWords(journal.deltas()[at]);
    json["delta"] = words.kind;
    for (const auto& [key, value] : words.details)
        json[key] = value;
    return json;
}

std::string dumped(const ordered_json& json, int indent) {
    return json.dump(indent, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

} // namespace

std::string renderJson(const Diagram& diagram, const machine::Journal* journal) {
    ordered_json json{
        {"format", kJsonFormat}, {"stamp", toJson(diagram.stamp)}, {"diagram", toJson(diagram)}};
    if (journal != nullptr) {
        ordered_json operations = ordered_json::array();
        for (const machine::CallId id : journal->operations())
            operations.push_back({{"call", view::toText(journal->call(id))},
                                  {"first", journal->call(id).first},
                                  {"last", journal->call(id).last}});
        ordered_json deltas = ordered_json::array();
        for (machine::Position at = 0; at < journal->end(); ++at)
            deltas.push_back(deltaJson(*journal, at));
        json["trace"] = {{"operations", std::move(operations)}, {"deltas", std::move(deltas)}};
    }
    return dumped(json, 2);
}

std::string renderJsonLines(const machine::Journal& journal, const view::Stamp& stamp) {
    std::string out = dumped({{"format", "pfnscope-trace-1"}, {"stamp", toJson(stamp)}}, -1);
    for (machine::Position at = 0; at < journal.end(); ++at)
        out += dumped(deltaJson(journal, at), -1);
    return out;
}

} // namespace pfnscope::render
