// SPDX-License-Identifier: GPL-3.0-or-later
#include "option/catalogue.h"
#include "option/option_yaml.h"
#include "support/property.h"

#include <gmock/gmock.h>

namespace pfnscope::option {
namespace {

Result<Option> read(const std::string& text, const Catalogue& known = {}) {
    auto document = yaml::Document::parse(text, "o.yaml");
    return document ? readOption(document->root(), known) : Result<Option>(fail(document.error()));
}

std::string errorOf(const std::string& text, const Catalogue& known = {}) {
    const auto option = read(text, known);
    return option ? "no error" : toText(option.error());
}

rc::Gen<Rule> rules(int depth) {
    const auto leaf =
        rc::gen::oneOf(rc::gen::just(Rule::always()), rc::gen::just(Rule::never()),
                       rc::gen::map(rc::gen::inRange<int>(0, static_cast<int>(kFactCount)),
                                    [](int fact) { return Rule::fact(static_cast<Fact>(fact)); }));
    if (depth == 0)
        return leaf;
    const auto parts =
        rc::gen::nonEmpty(rc::gen::resize(3, rc::gen::container<std::vector<Rule>>(rules(depth - 1))));
    return rc::gen::oneOf(leaf, rc::gen::map(parts, &Rule::all), rc::gen::map(parts, &Rule::any),
                          rc::gen::map(rules(depth - 1), &Rule::negation));
}

RC_GTEST_PROP(OptionYaml, WrittenAndReadAgainIsEqual, ()) {
    Option option;
    option.name = "F";
    option.title =
        *rc::gen::element<std::string>("", "null", "a: b, \"c\" \\ {d}", " spaces ", "12", "line\nbreak\x02");
    for (const Slot& slot : slots())
        if (slot.rule)
            option.*slot.rule = *rules(2);
    option.remapNoTable = *rc::gen::element(NoTable::Ptes, NoTable::LeafWithoutDeposit, NoTable::Fail);
    option.remapOrder = *rc::gen::element(RemapOrder::DepositFirstLocked, RemapOrder::LeafFirstUnlocked);
    option.remapOverTable = *rc::gen::element(OverTable::Ptes, OverTable::Free);
    option.leafProt = *rc::gen::element(LeafProt::Raw, LeafProt::Converted);
    option.splitSpecial = *rc::gen::element(SplitSpecial::Drop, SplitSpecial::Refill);

    const auto again = read(toYaml(option));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == option);
}

TEST(OptionYaml, WithoutSlotsIsTheKernelOfToday) {
    const auto option = read("name: F");
    ASSERT_TRUE(option);
    Option today;
    today.name = "F";
    EXPECT_EQ(*option, today);
}

TEST(OptionYaml, FromStartsWithTheSlotsOfAnother) {
    const Catalogue known = Catalogue::shipped();
    const auto option = read("{name: F, from: C, remap.deposit: never}", known);
    ASSERT_TRUE(option);
    const Option& c = **known.find("C");
    EXPECT_EQ(option->zapDeposited, c.zapDeposited);
    EXPECT_EQ(option->remapDeposit, Rule::never());
    EXPECT_TRUE(option->title.empty());
}

TEST(OptionYaml, ErrorsSayWhere) {
    EXPECT_EQ(
        errorOf("name: F\nremap.hueg: never"),
        "o.yaml:2:1: unknown key 'remap.hueg': expected one of name, title, source, about, from, remap.huge, "
        "remap.deposit, remap.refuse, remap.mark, remap.no_table, remap.order, remap.over_table, leaf.mark, "
        "leaf.prot, insert.deposit, file.deposit, fork.deposit, zap.deposited, split.deposited, "
        "split.special, "
        "move.deposited");
    EXPECT_EQ(errorOf("title: F"), "o.yaml:1:1: missing key 'name': expected 'name' here");
    EXPECT_EQ(errorOf("name: F\nleaf.prot: cooked"),
              "o.yaml:2:12: unknown name 'cooked': expected one of raw, converted");
    EXPECT_EQ(errorOf("name: F\nfrom: G"), "o.yaml:2:7: unknown name 'G': expected an option: there is none");
    EXPECT_EQ(
        errorOf("name: a b"),
        "o.yaml:1:7: out of range 'a b': expected a name of 1 to 128 characters without comma or space");
    EXPECT_EQ(errorOf("name: F\nremap.huge: {nor: [always]}"),
              "o.yaml:2:14: unknown key 'nor': expected one of all, any, not");
    EXPECT_EQ(errorOf("name: F\nremap.huge: {all: []}"),
              "o.yaml:2:19: wrong type 'a list': expected a list of rules, at least one");
    EXPECT_THAT(errorOf("name: F\nremap.huge: vma.colour"),
                testing::StartsWith("o.yaml:2:13: unknown name 'vma.colour'"));
}

} // namespace
} // namespace pfnscope::option
