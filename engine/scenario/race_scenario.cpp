// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/race_scenario.h"

#include "option/catalogue.h"

#include <fmt/format.h>

#include <algorithm>

namespace pfnscope::scenario {
namespace {

void declare(const std::optional<mm::Driver>& driver, Scenario& scenario) {
    const auto isKnown = [&](const NamedDriver& other) { return other.name == driver->ops.name; };
    if (driver && std::none_of(scenario.drivers.begin(), scenario.drivers.end(), isKnown))
        scenario.drivers.push_back({driver->ops.name, *driver});
}

void declareDrivers(const mm::Operation& operation, Scenario& scenario) {
    if (const auto* map = std::get_if<mm::Mmap>(&operation.action)) {
        declare(map->driver, scenario);
        declare(map->opsAfterRemap, scenario);
    } else if (const auto* set = std::get_if<mm::SetVmOps>(&operation.action)) {
        declare(set->driver, scenario);
    }
}

Expected comesTo(const Run& run) {
    Expected expected;
    expected.verdict = run.verdict();
    expected.findings.emplace();
    for (const check::Finding& finding : run.report.findings)
        expected.findings->push_back({finding.kind, finding.step, finding.function});
    return expected;
}

std::string titleOf(const FoundRace& race, std::string_view option) {
    std::string against;
    for (const mm::Operation& operation : race.overlap.operations)
        against += (against.empty() ? "" : " against ") + std::string(mm::name(operation.action));
    return fmt::format("{} under {}: {}", check::name(race.finding.kind), option, against);
}

} // namespace

Result<Scenario> scenarioOf(const FoundRace& race, const option::Option& option,
                            const mm::KernelConfig& kernel) {
    Scenario scenario;
    scenario.title = titleOf(race, option.name);
    scenario.about = "Found by the search through the schedules of these operations.";
    scenario.kernel = kernel;
    for (const mm::Operation& operation : race.before) {
        declareDrivers(operation, scenario);
        Step step;
        step.operation = operation;
        scenario.steps.push_back(std::move(step));
    }
    for (const mm::Operation& operation : race.overlap.operations)
        declareDrivers(operation, scenario);
    Step overlapping;
    overlapping.overlap = race.overlap;
    overlapping.say = race.finding.text;
    scenario.steps.push_back(std::move(overlapping));
    const auto catalogue = option::Catalogue::shipped();
    const auto shipped = catalogue.find(option.name);
    if (!shipped || !(**shipped == option))
        scenario.options.push_back(option);
    const auto done = run(scenario, option);
    if (!done)
        return fail(done.error());
    const auto& findings = (*done)->report.findings;
    const bool shows = std::any_of(findings.begin(), findings.end(), [&](const check::Finding& each) {
        return each.kind == race.finding.kind;
    });
    if (!shows)
        return fail(
            Error{ErrorKind::Unsupported, {}, scenario.title, "a race that its schedule shows again"});
    scenario.expect.emplace(option.name, comesTo(**done));
    return scenario;
}

} // namespace pfnscope::scenario
