// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/expect_yaml.h"

#include <fmt/format.h>

#include <array>

namespace pfnscope::scenario {
namespace {

struct CostKey {
    std::string_view key;
    std::optional<std::uint64_t> Expected::*member;
};
constexpr std::array<CostKey, 6> kCosts{{{"faults", &Expected::faults},
                                         {"deposited_peak", &Expected::depositedPeak},
                                         {"deposited_end", &Expected::depositedEnd},
                                         {"table_bytes_peak", &Expected::tableBytesPeak},
                                         {"tlb_flushes", &Expected::tlbFlushes},
                                         {"entries_written", &Expected::entriesWritten}}};
constexpr std::size_t kMostExpectedFindings = 256;

std::string verdictWords() {
    std::vector<std::string_view> words;
    for (int each = 0; each <= static_cast<int>(check::Verdict::Ok); ++each)
        words.push_back(check::name(static_cast<check::Verdict>(each)));
    return yaml::oneOf(words);
}

Result<check::FindingKind> readKind(const yaml::Node& node) {
    if (const auto kind = check::findingKindNamed(node.scalar()))
        return *kind;
    return fail(node.error(ErrorKind::UnknownName, node.described(), "a finding: " + verdictWords()));
}

Result<ExpectedFinding> readFinding(const yaml::Node& node, std::size_t steps) {
    ExpectedFinding finding;
    if (!node.isMap()) {
        auto kind = readKind(node);
        if (!kind)
            return fail(kind.error());
        finding.kind = *kind;
        return finding;
    }
    auto keys = yaml::Keys::of(node, {"kind", "step", "function"});
    if (!keys)
        return fail(keys.error());
    auto kind = keys->required("kind").and_then([](const yaml::Node* each) { return readKind(*each); });
    if (!kind)
        return fail(kind.error());
    finding.kind = *kind;
    if (const yaml::Node* step = keys->find("step")) {
        auto number = step->number("a step, the first being 1; the teardown comes after the last", 1,
                                   steps + kMostProcesses);
        if (!number)
            return fail(number.error());
        finding.step = *number - 1;
    }
    if (const yaml::Node* function = keys->find("function")) {
        auto text = function->text("a kernel function");
        if (!text)
            return fail(text.error());
        finding.function = std::move(*text);
    }
    return finding;
}

Result<void> readFindings(const yaml::Node& node, std::size_t steps, Expected& into) {
    if (!node.isList() || node.items().size() > kMostExpectedFindings)
        return fail(node.wrongType(fmt::format("a list of findings, at most {}", kMostExpectedFindings)));
    into.findings.emplace();
    for (const yaml::Node& item : node.items()) {
        auto finding = readFinding(item, steps);
        if (!finding)
            return fail(finding.error());
        into.findings->push_back(std::move(*finding));
    }
    return {};
}

Result<Expected> readExpected(const yaml::Node& node, std::size_t steps) {
    std::vector<std::string_view> known{"verdict"};
    for (const CostKey& cost : kCosts)
        known.push_back(cost.key);
    known.push_back("findings");
    auto keys = yaml::Keys::of(node, known);
    if (!keys)
        return fail(keys.error());
    Expected expected;
    if (const yaml::Node* verdict = keys->find("verdict")) {
        expected.verdict = check::verdictNamed(verdict->scalar());
        if (!expected.verdict)
            return fail(
                verdict->error(ErrorKind::UnknownName, verdict->described(), "a verdict: " + verdictWords()));
    }
    for (const CostKey& cost : kCosts)
        if (const yaml::Node* value = keys->find(cost.key)) {
            auto number = value->number("a number", 0, 1ULL << 62);
            if (!number)
                return fail(number.error());
            expected.*cost.member = *number;
        }
    if (const yaml::Node* findings = keys->find("findings"))
        if (auto read = readFindings(*findings, steps, expected); !read)
            return fail(read.error());
    return expected;
}

/// "A, B, E" as names; empty parts stay, and are no option's name.
std::vector<std::string> optionNames(const std::string& key) {
    std::vector<std::string> names;
    std::string name;
    for (const char c : key + ",") {
        if (c == ',')
            names.push_back(std::exchange(name, {}));
        else if (c != ' ')
            name += c;
    }
    return names;
}

std::string toYaml(const ExpectedFinding& finding) {
    if (!finding.step && !finding.function)
        return std::string(check::name(finding.kind));
    std::string text = fmt::format("{{kind: {}", check::name(finding.kind));
    if (finding.step)
        text += fmt::format(", step: {}", *finding.step + 1);
    if (finding.function)
        text += fmt::format(", function: {}", yaml::quoted(*finding.function));
    return text + "}";
}

} // namespace

Result<std::map<std::string, Expected, std::less<>>>
readExpect(const yaml::Node& node, const option::Catalogue& known, std::size_t steps) {
    if (!node.isMap())
        return fail(node.wrongType("a map from options to what is expected"));
    std::map<std::string, Expected, std::less<>> expect;
    for (const yaml::Node::Entry& entry : node.entries()) {
        auto expected = readExpected(entry.value, steps);
        if (!expected)
            return fail(expected.error());
        for (const std::string& name : optionNames(entry.key.scalar())) {
            if (auto option = known.find(name); !option)
                return fail(entry.key.error(ErrorKind::UnknownName, name, option.error().expected));
            if (!expect.emplace(name, *expected).second)
                return fail(entry.key.error(ErrorKind::Duplicate, name, "each option once"));
        }
    }
    return expect;
}

std::string toYaml(const Expected& expected) {
    std::vector<std::string> parts;
    if (expected.verdict)
        parts.push_back(fmt::format("verdict: {}", check::name(*expected.verdict)));
    for (const CostKey& cost : kCosts)
        if (const auto& value = expected.*cost.member)
            parts.push_back(fmt::format("{}: {}", cost.key, *value));
    if (expected.findings) {
        std::string list;
        for (const ExpectedFinding& finding : *expected.findings)
            list += (list.empty() ? "" : ", ") + toYaml(finding);
        parts.push_back(fmt::format("findings: [{}]", list));
    }
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : ", ") + part;
    return "{" + text + "}";
}

} // namespace pfnscope::scenario
