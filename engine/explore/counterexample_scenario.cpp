// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/exploration.h"
#include "option/catalogue.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::explore {
namespace {

/// Collects what the steps refer to by name.
class Names {
public:
    explicit Names(scenario::Scenario& into) : into_(into) {}

    void driver(const mm::Driver& driver) {
        const auto known = std::find_if(into_.drivers.begin(), into_.drivers.end(),
                                        [&](const auto& other) { return other.name == driver.ops.name; });
        if (known == into_.drivers.end())
            into_.drivers.push_back({driver.ops.name, driver});
    }
    /// A file needs a name of its own for every map, and every driver that a step names.
    void operator()(mm::Mmap& map) {
        if (map.driver)
            driver(*map.driver);
        if (map.opsAfterRemap)
            driver(*map.opsAfterRemap);
        if (++maps_ > 1)
            map.name += fmt::format("-{}", maps_);
    }
    void operator()(mm::SetVmOps& set) {
        if (set.driver)
            driver(*set.driver);
    }
    template <class Other> void operator()(Other&) {}

private:
    scenario::Scenario& into_;
    unsigned maps_ = 0;
};

} // namespace

scenario::Scenario scenarioOf(const Counterexample& example, const Question& question) {
    scenario::Scenario result;
    result.title =
        fmt::format("{} under {}, found by search", check::name(example.kind), question.option.name);
    result.about = fmt::format("The shortest sequence of operations of the alphabet '{}' that shows it: {}.",
                               question.alphabet.name, example.finding.text);
    result.kernel = question.kernel;
    result.teardown =
        false; // the finding is the last step's; what an exit would add is another counterexample
    const Layout layout(hw::kFourLevels);
    Names names(result);
    for (const Letter& letter : example.letters) {
        scenario::Step step;
        step.operation = operationOf(letter, question.alphabet, layout);
        std::visit(names, step.operation->action);
        result.steps.push_back(std::move(step));
    }
    if (!result.steps.empty())
        result.steps.back().say = example.finding.text;
    scenario::Expected expected;
    expected.verdict = example.verdict;
    result.expect.emplace(question.option.name, expected);
    const auto catalogue = option::Catalogue::shipped();
    const auto shipped = catalogue.find(question.option.name);
    if (!shipped || !(**shipped == question.option))
        result.options.push_back(question.option);
    return result;
}

} // namespace pfnscope::explore
