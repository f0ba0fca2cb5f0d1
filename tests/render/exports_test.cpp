// SPDX-License-Identifier: GPL-3.0-or-later
#include "golden/golden.h"
#include "outside_program.h"
#include "render/bits.h"
#include "render/graph_text.h"
#include "render/json.h"
#include "render/presentation.h"
#include "sample.h"
#include "view/entry_words.h"

#include <nlohmann/json.hpp>

#include <sstream>

using namespace pfnscope;
using namespace pfnscope::render;
using namespace pfnscope::test;
using nlohmann::json;

namespace {

/// What of JSON Schema the schema in assets/ uses: enough to hold the exports to it.
class SchemaCheck {
public:
    explicit SchemaCheck(const json& root) : root_(root) {}

    void check(const json& schema, const json& value, const std::string& where) {
        if (schema.contains("$ref"))
            return check(root_["$defs"][schema["$ref"].get<std::string>().substr(8)], value, where);
        if (schema.contains("const")) {
            EXPECT_EQ(value, schema["const"]) << where;
        }
        if (schema.contains("enum")) {
            EXPECT_NE(std::find(schema["enum"].begin(), schema["enum"].end(), value), schema["enum"].end())
                << where << ": " << value;
        }
        if (schema.contains("type")) {
            EXPECT_TRUE(hasType(value, schema["type"])) << where << " is not " << schema["type"];
        }
        for (const json& key : schema.value("required", json::array()))
            EXPECT_TRUE(value.contains(key.get<std::string>())) << where << " lacks " << key;
        const json properties = schema.value("properties", json::object());
        for (const auto& [key, part] : properties.items())
            if (value.is_object() && value.contains(key))
                check(part, value[key], where + "/" + key);
        if (schema.contains("items") && value.is_array())
            for (const json& item : value)
                check(schema["items"], item, where + "[]");
    }

private:
    static bool hasType(const json& value, const std::string& type) {
        return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
               (type == "string" && value.is_string()) || (type == "boolean" && value.is_boolean()) ||
               (type == "integer" && value.is_number_integer());
    }
    const json& root_;
};

Presentation presentation(Sample& sample) {
    Presentation result;
    result.title = "A <BAR> loses a page";
    result.about = "What a split leaves behind.";
    const view::Diagram diagram = sample.diagram();
    result.stamp = diagram.stamp;
    const auto calls = view::callTree(sample.machine.journal(), sample.machine.journal().end());
    result.slides.push_back({diagram, "mmap", "</script> first", {}, {}, {}, {}});
    result.slides.push_back({diagram, "munmap, \"4K\"", "", calls, {"PMD entry 0"}, {"lost"}, {}});
    return result;
}

TEST(Json, HoldsToItsSchema) {
    Sample sample;
    const auto text = readFile(std::string(PFNSCOPE_SOURCE_DIR) + "/assets/schema/diagram.schema.json");
    ASSERT_TRUE(text.has_value());
    const json schema = json::parse(*text);
    const json value = json::parse(renderJson(sample.diagram(), &sample.machine.journal()));
    SchemaCheck(schema).check(schema, value, "");
    EXPECT_EQ(value["trace"]["deltas"].size(), sample.machine.journal().end());
    EXPECT_EQ(value["diagram"]["boxes"].size(), sample.diagram().boxes.size());
}

TEST(Json, IsOneValueALineForStreams) {
    Sample sample;
    std::istringstream lines(renderJsonLines(sample.machine.journal(), {}));
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count)
        EXPECT_FALSE(json::parse(line, nullptr, false).is_discarded()) << line;
    EXPECT_EQ(count, sample.machine.journal().end() + 1);
}

TEST(Dot, HasTheIdsOfTheSvg) {
    Sample sample;
    const std::string dot = renderDot(sample.diagram());
    for (const view::Box& box : sample.diagram().boxes)
        EXPECT_NE(dot.find("\"" + box.id + "\" [id=\"" + box.id + "\""), std::string::npos);
    expectGolden("split.dot", dot);
    if (!hasProgram("dot"))
        GTEST_SKIP() << "graphviz is not installed";
    EXPECT_EQ(runOn("dot -Tsvg >/dev/null", "picture.dot", dot), 0);
}

TEST(Mermaid, LooksAsItAlwaysDid) {
    Sample sample;
    expectGolden("split.mmd", renderMermaid(sample.diagram()));
    const auto calls = view::callTree(sample.machine.journal(), sample.machine.journal().end());
    expectGolden("split.calls.mmd", renderMermaidCalls(calls, sample.diagram().stamp));
}

TEST(Html, NeedsNothingFromTheNet) {
    Sample sample;
    const std::string html = renderHtml(presentation(sample));
    std::string without = html;
    const std::string name = "http://www.w3.org/2000/svg"; // SVG's namespace, which is no address
    for (auto at = without.find(name); at != std::string::npos; at = without.find(name))
        without.erase(at, name.size());
    EXPECT_EQ(without.find("http"), std::string::npos);
    EXPECT_EQ(without.find("src="), std::string::npos);
    EXPECT_EQ(html.find("<BAR>"), std::string::npos);
    const auto begin = html.find("id=\"session\">") + 13;
    const json session = json::parse(html.substr(begin, html.find("</script>", begin) - begin));
    EXPECT_EQ(session["steps"].size(), 2U);
    EXPECT_EQ(session["steps"][0]["say"], "</script> first");
}

TEST(Cast, FollowsTheRulesOfVersionTwo) {
    Sample sample;
    std::istringstream lines(renderCast(presentation(sample)));
    std::string line;
    std::getline(lines, line);
    const json header = json::parse(line);
    EXPECT_EQ(header["version"], 2);
    EXPECT_GE(header["width"], 72);
    double last = 0;
    std::size_t frames = 0;
    while (std::getline(lines, line)) {
        const json event = json::parse(line);
        ASSERT_EQ(event.size(), 3U);
        EXPECT_GE(event[0].get<double>(), last);
        last = event[0];
        EXPECT_TRUE(event[1] == "o" || event[1] == "m");
        frames += event[1] == "o" ? 1 : 0;
    }
    EXPECT_EQ(frames, 2U);
}

TEST(Csv, HasOneLineAStep) {
    Sample sample;
    std::istringstream lines(renderCsv(presentation(sample)));
    std::vector<std::string> all;
    for (std::string line; std::getline(lines, line);)
        all.push_back(line);
    ASSERT_EQ(all.size(), 4U);
    EXPECT_TRUE(all[0].starts_with("# split.yaml"));
    EXPECT_EQ(all[3], "1,\"munmap, \"\"4K\"\"\",0,0,0,0,0,0");
}

TEST(Bits, AreDrawnForEveryFormat) {
    std::string all;
    for (const hw::EntryFormat& format : view::entryFormats(hw::kFourLevels)) {
        ASSERT_TRUE(format.coversEveryBitOnce()) << format.name();
        const std::string text = renderBitsText(format);
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            EXPECT_LE(line.size(), 72U) << line;
            EXPECT_TRUE(line.empty() || line.back() != ' ') << line;
        }
        for (const hw::BitField& field : format.fields())
            EXPECT_NE(text.find(std::string(field.name) + ": "), std::string::npos) << field.name;
        all += text + "\n";
        all += renderBitsMermaid(format) + "\n";
        if (hasProgram("rsvg-convert")) {
            EXPECT_EQ(runOn("rsvg-convert >/dev/null", "bits.svg", renderBitsSvg(format)), 0);
        }
    }
    expectGolden("bits.txt", all);
}

} // namespace
