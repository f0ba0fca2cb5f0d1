// SPDX-License-Identifier: GPL-3.0-or-later
// No finding of the search that `run` does not show, on tables of 512 entries, at the same step.
#include "explore/exploration.h"
#include "option/catalogue.h"
#include "scenario/reader.h"
#include "scenario/runner.h"
#include "scenario/writer.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace pfnscope;
using namespace pfnscope::explore;

namespace {

std::vector<std::string> optionNames() {
    std::vector<std::string> names;
    const auto catalogue = option::Catalogue::shipped();
    for (const option::Option& option : catalogue.options())
        names.push_back(option.name);
    return names;
}

Exploration explored(const Question& question, unsigned depth) {
    SearchOptions options;
    options.depth = depth;
    auto result = explore::explore(question, options);
    EXPECT_TRUE(result) << toText(result.error());
    return result ? std::move(*result) : Exploration{};
}

/// Written to a file, read back and run: as whoever is handed the counterexample does it.
void expectThatRunShowsIt(const Counterexample& example, const Question& question) {
    const std::string text = scenario::toYaml(scenarioOf(example, question));
    const auto shipped = option::Catalogue::shipped();
    const auto read = scenario::readScenario(text, "found.yaml", shipped);
    ASSERT_TRUE(read) << toText(read.error()) << '\n' << text;
    const auto known = scenario::withOptionsOf(*read, shipped);
    const auto option = known->find(question.option.name);
    ASSERT_TRUE(option);
    EXPECT_EQ(**option, question.option);
    const auto run = scenario::run(*read, **option);
    ASSERT_TRUE(run) << toText(run.error());
    const std::size_t last = example.letters.size() - 1;
    EXPECT_TRUE(std::ranges::any_of((*run)->report.findings, [&](const check::Finding& finding) {
        return finding.kind == example.kind && finding.step == last;
    })) << text;
    EXPECT_TRUE(scenario::mismatches(**run).empty()) << text;
}

class Reproduction : public testing::TestWithParam<std::string> {};

} // namespace

TEST_P(Reproduction, RunShowsEachFindingAtItsStep) {
    const auto catalogue = option::Catalogue::shipped();
    for (const char* alphabet : {"default", "pairs"}) {
        const Question question{**catalogue.find(GetParam()), *shippedAlphabet(alphabet), {}, kSmallGeometry};
        const Exploration exploration = explored(question, 3);
        ASSERT_EQ(exploration.search.end, SearchEnd::DepthReached);
        for (const Counterexample& example : exploration.counterexamples) {
            SCOPED_TRACE(question.option.name + ", " + std::string(check::name(example.kind)) + " over " +
                         alphabet);
            EXPECT_TRUE(example.agrees);
            expectThatRunShowsIt(example, question);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Options, Reproduction, testing::ValuesIn(optionNames()), [](const auto& tested) {
    std::string name = tested.param;
    std::ranges::replace_if(
        name, [](char c) { return c == '-' || c == '.'; }, '_');
    return name;
});

TEST(Reproduction, AnOptionOfOnesOwnTravelsWithItsCounterexample) {
    option::Option mine = **option::Catalogue::shipped().find("C");
    mine.name = "F";
    const Question question{mine, *defaultAlphabet(), {}, kSmallGeometry};
    const Exploration exploration = explored(question, 3);
    ASSERT_FALSE(exploration.counterexamples.empty());
    for (const Counterexample& example : exploration.counterexamples)
        expectThatRunShowsIt(example, question);
}

TEST(Reproduction, TheSameLettersDoTheSameInBothGeometries) {
    for (const std::string& name : optionNames()) {
        const Question question{**option::Catalogue::shipped().find(name),
                                *shippedAlphabet("broken-drivers"),
                                {},
                                kSmallGeometry};
        for (const Counterexample& example : explored(question, 3).counterexamples)
            EXPECT_TRUE(example.agrees) << name << ": " << check::name(example.kind);
    }
}
