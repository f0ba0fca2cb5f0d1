// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/timeline.h"
#include "option/catalogue.h"
#include "scenario/runner.h"
#include "scenario/writer.h"
#include "scenario_generator.h"

namespace pfnscope::scenario {
namespace {

/// Whatever a file can ask for, the kernel answers, and history leads back to where it began.
RC_GTEST_PROP(RandomRun, EndsAndCanBeTakenBack, ()) {
    const option::Catalogue catalogue = option::Catalogue::shipped();
    const Scenario scenario = *arbitraryScenario();
    const auto& options = catalogue.options();
    const option::Option& option = options[*rc::gen::inRange<std::size_t>(0, options.size())];
    const auto done = run(scenario, option, {.tables = 20'000, .deltas = 1'000'000});
    if (!done)
        RC_FAIL(toText(done.error()) + "\n" + toYaml(scenario));
    machine::Machine& machine = (*done)->machine;
    machine::Timeline timeline(machine);
    const auto end = machine::stateHash(machine.state());
    while (timeline.stepBack(machine::StepDepth::Operation)) {
    }
    RC_ASSERT(timeline.position() == 0U);
    while (timeline.stepForward(machine::StepDepth::Operation)) {
    }
    if (machine::stateHash(machine.state()) != end)
        RC_FAIL("back and forth ends elsewhere under " + option.name + "\n" + toYaml(scenario));
}

/// Two runs of one scenario are one.
RC_GTEST_PROP(RandomRun, IsDeterministic, ()) {
    const Scenario scenario = *arbitraryScenario();
    const option::Option option;
    const auto one = run(scenario, option);
    const auto other = run(scenario, option);
    RC_ASSERT(one.has_value() && other.has_value());
    RC_ASSERT((*one)->report == (*other)->report);
    RC_ASSERT(machine::stateHash((*one)->machine.state()) == machine::stateHash((*other)->machine.state()));
}

} // namespace
} // namespace pfnscope::scenario
