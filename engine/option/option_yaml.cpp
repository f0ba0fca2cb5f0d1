// SPDX-License-Identifier: GPL-3.0-or-later
#include "option/option_yaml.h"

#include "option/catalogue.h"

#include <fmt/format.h>

#include <array>

namespace pfnscope::option {
namespace {

constexpr std::array<yaml::Word<NoTable>, 3> kNoTable{{{"ptes", NoTable::Ptes},
                                                       {"leaf_without_deposit", NoTable::LeafWithoutDeposit},
                                                       {"fail", NoTable::Fail}}};
constexpr std::array<yaml::Word<RemapOrder>, 4> kRemapOrder{
    {{"deposit_first_locked", RemapOrder::DepositFirstLocked},
     {"leaf_first_locked", RemapOrder::LeafFirstLocked},
     {"deposit_first_unlocked", RemapOrder::DepositFirstUnlocked},
     {"leaf_first_unlocked", RemapOrder::LeafFirstUnlocked}}};
constexpr std::array<yaml::Word<OverTable>, 2> kOverTable{
    {{"ptes", OverTable::Ptes}, {"free", OverTable::Free}}};
constexpr std::array<yaml::Word<LeafProt>, 2> kLeafProt{
    {{"raw", LeafProt::Raw}, {"converted", LeafProt::Converted}}};
constexpr std::array<yaml::Word<SplitSpecial>, 2> kSplitSpecial{
    {{"drop", SplitSpecial::Drop}, {"refill", SplitSpecial::Refill}}};

std::span<const yaml::Word<NoTable>> wordsFor(NoTable) {
    return kNoTable;
}
std::span<const yaml::Word<RemapOrder>> wordsFor(RemapOrder) {
    return kRemapOrder;
}
std::span<const yaml::Word<OverTable>> wordsFor(OverTable) {
    return kOverTable;
}
std::span<const yaml::Word<LeafProt>> wordsFor(LeafProt) {
    return kLeafProt;
}
std::span<const yaml::Word<SplitSpecial>> wordsFor(SplitSpecial) {
    return kSplitSpecial;
}

template <auto member> constexpr Slot ruleSlot(std::string_view name, std::string_view question) {
    return {name,
            question,
            [](const yaml::Node& value, Option& into) -> Result<void> {
                auto rule = readRule(value);
                if (!rule)
                    return fail(rule.error());
                into.*member = std::move(*rule);
                return {};
            },
            [](const Option& option) { return toYaml(option.*member); },
            [](const Option& option) { return toText(option.*member); },
            member};
}

template <auto member> constexpr Slot wordSlot(std::string_view name, std::string_view question) {
    return {name, question,
            [](const yaml::Node& value, Option& into) -> Result<void> {
                auto word = yaml::choice(value, wordsFor(into.*member));
                if (!word)
                    return fail(word.error());
                into.*member = *word;
                return {};
            },
            [](const Option& option) {
                return std::string(yaml::wordOf(option.*member, wordsFor(option.*member)));
            },
            [](const Option& option) {
                return std::string(yaml::wordOf(option.*member, wordsFor(option.*member)));
            }};
}

constexpr std::array kSlots{
    ruleSlot<&Option::remapHuge>(
        "remap.huge", "may remap_pfn_range() put a leaf into a PMD (aligned, whole, PFN congruent)?"),
    ruleSlot<&Option::remapDeposit>("remap.deposit", "does that leaf come with a deposited table?"),
    ruleSlot<&Option::remapRefuse>("remap.refuse", "does remap_pfn_range() fail with -EINVAL?"),
    ruleSlot<&Option::remapMark>("remap.mark", "does it set the option's VMA flag?"),
    wordSlot<&Option::remapNoTable>("remap.no_table", "what if the table to deposit cannot be allocated?"),
    wordSlot<&Option::remapOrder>("remap.order",
                                  "leaf first or deposit first, and under the PMD lock or not?"),
    wordSlot<&Option::remapOverTable>("remap.over_table", "what if the PMD already holds a PTE table?"),
    ruleSlot<&Option::leafMark>(
        "leaf.mark", "does a leaf that was made with a deposit carry a software bit that says so?"),
    wordSlot<&Option::leafProt>("leaf.prot", "page protection from 4K to 2M form and back"),
    ruleSlot<&Option::insertDeposit>("insert.deposit", "does vmf_insert_pfn_pmd() deposit?"),
    ruleSlot<&Option::fileDeposit>("file.deposit", "does do_set_pmd() deposit for a file's or shmem's leaf?"),
    ruleSlot<&Option::forkDeposit>("fork.deposit",
                                   "does copy_huge_pmd() deposit for the child of a special PMD?"),
    ruleSlot<&Option::zapDeposited>("zap.deposited", "does zap believe that there is a deposit?"),
    ruleSlot<&Option::splitDeposited>("split.deposited", "does split?"),
    wordSlot<&Option::splitSpecial>("split.special", "what does a split do with a special PMD that has one?"),
    ruleSlot<&Option::moveDeposited>("move.deposited", "does move_huge_pmd() take the deposit along?"),
};

constexpr std::string_view kRuleExpected = "a rule: always, never, a fact (vma.pfnmap, vma.fault, ...), "
                                           "{all: [rules]}, {any: [rules]} or {not: rule}";

Result<Rule> readRuleWord(const yaml::Node& node) {
    if (node.scalar() == "always")
        return Rule::always();
    if (node.scalar() == "never")
        return Rule::never();
    for (std::size_t i = 0; i < kFactCount; ++i)
        if (node.scalar() == name(static_cast<Fact>(i)))
            return Rule::fact(static_cast<Fact>(i));
    return fail(node.error(ErrorKind::UnknownName, node.described(), std::string(kRuleExpected)));
}

std::string listOf(std::string_view word, const std::vector<Rule>& parts) {
    std::string text = fmt::format("{{{}: [", word);
    for (const Rule& part : parts) {
        if (&part != &parts.front())
            text += ", ";
        text += toYaml(part);
    }
    return text + "]}";
}

} // namespace

std::span<const Slot> slots() {
    return kSlots;
}

Result<Rule> readRule(const yaml::Node& node) {
    if (node.isScalar())
        return readRuleWord(node);
    if (!node.isMap() || node.entries().size() != 1)
        return fail(node.wrongType(std::string(kRuleExpected)));
    const auto& [key, value] = node.entries().front();
    if (key.scalar() == "not") {
        auto part = readRule(value);
        return part ? Result<Rule>(Rule::negation(std::move(*part))) : part;
    }
    if (key.scalar() != "all" && key.scalar() != "any")
        return fail(key.error(ErrorKind::UnknownKey, key.described(), "one of all, any, not"));
    if (!value.isList() || value.items().empty())
        return fail(value.wrongType("a list of rules, at least one"));
    std::vector<Rule> parts;
    for (const yaml::Node& item : value.items()) {
        auto part = readRule(item);
        if (!part)
            return part;
        parts.push_back(std::move(*part));
    }
    return key.scalar() == "all" ? Rule::all(std::move(parts)) : Rule::any(std::move(parts));
}

std::string toYaml(const Rule& rule) {
    switch (rule.kind()) {
    case Rule::Kind::Never:
        return "never";
    case Rule::Kind::Always:
        return "always";
    case Rule::Kind::Fact:
        return std::string(name(rule.askedFact()));
    case Rule::Kind::All:
        return listOf("all", rule.parts());
    case Rule::Kind::Any:
        return listOf("any", rule.parts());
    case Rule::Kind::Not:
        return fmt::format("{{not: {}}}", toYaml(rule.parts().front()));
    }
    return {};
}

Result<Option> readOption(const yaml::Node& node, const Catalogue& known) {
    std::vector<std::string_view> keys{"name", "title", "source", "about", "from"};
    for (const Slot& slot : kSlots)
        keys.push_back(slot.name);
    auto map = yaml::Keys::of(node, keys);
    if (!map)
        return fail(map.error());

    Option option;
    if (const yaml::Node* from = map->find("from")) {
        auto base = known.find(*from);
        if (!base)
            return fail(base.error());
        option = **base;
        option.title.clear();
        option.source.clear();
        option.about.clear();
    }
    auto nameNode = map->required("name");
    if (!nameNode)
        return fail(nameNode.error());
    auto text = (*nameNode)->text("the option's name");
    if (!text)
        return fail(text.error());
    if (text->empty() || text->size() > 128 || text->find_first_of(", \n\t") != std::string::npos)
        return fail((*nameNode)->error(ErrorKind::OutOfRange, (*nameNode)->described(),
                                       "a name of 1 to 128 characters without comma or space"));
    option.name = std::move(*text);
    for (const auto& [key, into] : {std::pair{"title", &option.title}, std::pair{"source", &option.source},
                                    std::pair{"about", &option.about}}) {
        const yaml::Node* value = map->find(key);
        if (!value)
            continue;
        auto words = value->text("text");
        if (!words)
            return fail(words.error());
        *into = std::move(*words);
    }
    for (const Slot& slot : kSlots)
        if (const yaml::Node* value = map->find(slot.name))
            if (auto read = slot.read(*value, option); !read)
                return fail(read.error());
    return option;
}

std::string toYaml(const Option& option, unsigned indent) {
    const Option today;
    const std::string space(indent, ' ');
    std::string text = fmt::format("{}name: {}\n", space, yaml::quoted(option.name));
    for (const auto& [key, words] : {std::pair{"title", &option.title}, std::pair{"source", &option.source},
                                     std::pair{"about", &option.about}})
        if (!words->empty())
            text += fmt::format("{}{}: {}\n", space, key, yaml::quoted(*words));
    for (const Slot& slot : kSlots)
        if (const std::string value = slot.write(option); value != slot.write(today))
            text += fmt::format("{}{}: {}\n", space, slot.name, value);
    return text;
}

} // namespace pfnscope::option
