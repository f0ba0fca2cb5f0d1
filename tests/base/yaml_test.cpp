// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pfnscope::yaml {
namespace {

std::string errorOf(std::string_view text, const Limits& limits = {}) {
    const auto document = Document::parse(text, "f.yaml", limits);
    return document ? "no error" : toText(document.error());
}

TEST(Yaml, KnowsWhereEveryValueStands) {
    const auto document = Document::parse("a: 1\nb:\n  - x\n  - {c: \"2\", d: }\n", "f.yaml");
    ASSERT_TRUE(document) << toText(document.error());
    const Node& root = document->root();
    EXPECT_EQ(root.entry("a")->value.place(), (Place{"f.yaml", 1, 4}));
    const Node& inner = root.entry("b")->value.items()[1];
    EXPECT_EQ(inner.place(), (Place{"f.yaml", 4, 5}));
    EXPECT_EQ(inner.entry("c")->value.scalar(), "2");
    EXPECT_TRUE(inner.entry("d")->value.isNull());
    EXPECT_EQ(inner.entry("d")->value.place(), (Place{"f.yaml", 4, 14}));
}

TEST(Yaml, TypedReading) {
    const auto document = Document::parse("{n: 4K, f: true, t: \"null\", z: null, l: [1, 2]}", "f.yaml");
    ASSERT_TRUE(document);
    const auto at = [&](const char* key) -> const Node& { return document->root().entry(key)->value; };
    EXPECT_EQ(at("n").number("a size"), 4096U);
    EXPECT_EQ(toText(at("n").number("a size", 1, 16).error()),
              "f.yaml:1:5: out of range '4K': expected a size from 0x1 to 0x10");
    EXPECT_EQ(at("f").flag(), true);
    EXPECT_EQ(toText(at("n").flag().error()), "f.yaml:1:5: wrong type '4K': expected true or false");
    EXPECT_EQ(at("t").text("text"), "null");
    EXPECT_TRUE(at("z").isNull());
    EXPECT_EQ(toText(at("l").number("a size").error()), "f.yaml:1:41: wrong type 'a list': expected a size");
    EXPECT_EQ((*at("l").list("numbers"))->size(), 2U);
}

TEST(Yaml, KeysAreKnownAndGivenOnce) {
    const auto document = Document::parse("{b: 1, a: 2, a: 3}", "f.yaml");
    ASSERT_TRUE(document);
    EXPECT_EQ(toText(Keys::of(document->root(), {"a"}).error()), "f.yaml:1:2: unknown key 'b': expected a");
    EXPECT_EQ(toText(Keys::of(document->root(), {"a", "b"}).error()),
              "f.yaml:1:14: given twice 'a': expected each key once");
}

TEST(Yaml, RefusesWhatIsNotOnePlainDocument) {
    EXPECT_EQ(errorOf(""), "f.yaml:1:1: syntax error 'an empty file': expected a YAML map");
    EXPECT_EQ(errorOf("# only a comment\n"), "f.yaml:1:1: syntax error 'an empty file': expected a YAML map");
    EXPECT_EQ(errorOf(std::string_view("a\0b", 3)),
              "f.yaml:1:1: syntax error 'binary data': expected a YAML text in UTF-8");
    EXPECT_EQ(errorOf("a: \xff\xfe"),
              "f.yaml:1:1: syntax error 'binary data': expected a YAML text in UTF-8");
    EXPECT_EQ(errorOf("a: \xc0\x80"),
              "f.yaml:1:1: syntax error 'binary data': expected a YAML text in UTF-8");
    EXPECT_THAT(errorOf("a: 1\n---\nb: 2\n"), testing::HasSubstr("a second document"));
    EXPECT_THAT(errorOf("a: &x 1\nb: 2\n"), testing::StartsWith("f.yaml:1:4: not supported"));
    EXPECT_THAT(errorOf("a: *x\n"), testing::StartsWith("f.yaml:1:4: syntax error"));
    EXPECT_THAT(errorOf("a: !!int 3\n"), testing::StartsWith("f.yaml:1:4: not supported"));
    EXPECT_THAT(errorOf("a: [1, 2\nb: 3\n"), testing::HasSubstr("syntax error"));
    EXPECT_THAT(errorOf("{[1]: 2}"), testing::StartsWith("f.yaml:1:2: wrong type 'a list': expected a key"));
}

TEST(Yaml, LimitsHoldBeforeMemoryDoes) {
    EXPECT_EQ(errorOf("abc", {.bytes = 2}),
              "f.yaml: over the limit '3 bytes': expected a file of at most 2 bytes");
    EXPECT_THAT(errorOf(std::string(100'000, '[')), testing::HasSubstr("over the limit 'nesting 25 deep'"));
    EXPECT_EQ(errorOf(std::string(24, '[') + std::string(24, ']')), "no error");
    EXPECT_EQ(errorOf(std::string(25, '[') + std::string(25, ']')),
              "f.yaml:1:25: over the limit 'nesting 25 deep': expected at most 24");
    EXPECT_THAT(errorOf(std::string(100'000, '{')), testing::HasSubstr("over the limit"));
    EXPECT_EQ(errorOf("[1, 2, 3]", {.listItems = 2}),
              "f.yaml:1:8: over the limit 'item 3 of a list': expected at most 2");
    EXPECT_EQ(errorOf("[1, 2, 3]", {.values = 3}),
              "f.yaml:1:8: over the limit '4 values': expected at most 3");
    EXPECT_EQ(errorOf("abc", {.textBytes = 2}),
              "f.yaml:1:1: over the limit '3 bytes of text': expected at most 2");
    const std::string bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b, *b]\n";
    EXPECT_THAT(errorOf(bomb), testing::StartsWith("f.yaml:1:4: not supported"));
}

TEST(Yaml, QuestionMarksMayStandInFlowScalars) {
    const auto document = Document::parse("{q: Why?, w: [a?b, 'c?', \"d?\"], \"e?\": ?f}", "f.yaml");
    ASSERT_TRUE(document) << toText(document.error());
    const Node& root = document->root();
    EXPECT_EQ(root.entry("q")->value.scalar(), "Why?");
    EXPECT_EQ(root.entry("w")->value.items()[0].scalar(), "a?b");
    EXPECT_EQ(root.entry("w")->value.items()[1].scalar(), "c?");
    EXPECT_EQ(root.entry("w")->value.items()[2].scalar(), "d?");
    EXPECT_EQ(root.entry("e?")->value.scalar(), "?f");
    EXPECT_EQ(root.entry("w")->value.place(), (Place{"f.yaml", 1, 14}));
}

TEST(Yaml, QuotedReadsBackAsItWas) {
    for (const char* text : {"", "plain", "null", "true", "~", "- a", "a: b", "#x", "\"q\" \\",
                             "two\nlines\t", " x ", "{a}", "\x02", "12", "0x10", "gr\xc3\xbc\xc3\x9f"}) {
        const auto document = Document::parse("{k: " + quoted(text) + "}", "f.yaml");
        ASSERT_TRUE(document) << text << ' ' << toText(document.error());
        EXPECT_EQ(document->root().entry("k")->value.text("text"), text);
    }
}

} // namespace
} // namespace pfnscope::yaml
