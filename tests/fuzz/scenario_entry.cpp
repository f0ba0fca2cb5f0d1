// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/scenario_entry.h"

#include "scenario/reader.h"
#include "scenario/runner.h"
#include "scenario/writer.h"

namespace pfnscope::fuzz {
namespace {

constexpr scenario::RunLimits kSmall{.tables = 2'000, .deltas = 200'000, .findings = 1'000};

/// The maps of one step can go over the limits before they are looked at; so much is left to tests of the
/// limits.
bool isSmall(const scenario::Scenario& scenario) {
    Bytes mapped;
    for (const scenario::Step& step : scenario.steps)
        if (step.operation)
            if (const auto* map = std::get_if<mm::Mmap>(&step.operation->action))
                mapped += map->size;
    return mapped <= Bytes(1ULL << 30) && scenario.steps.size() <= 100;
}

} // namespace

std::string brokenPromise(std::string_view text, const option::Catalogue& catalogue) {
    const auto read = scenario::readScenario(text, "fuzz.yaml", catalogue);
    if (!read)
        return read.error().expected.empty() ? "an error that expects nothing: " + toText(read.error()) : "";
    const std::string written = scenario::toYaml(*read);
    const auto again = scenario::readScenario(written, "again.yaml", catalogue);
    if (!again)
        return "what was written cannot be read: " + toText(again.error()) + "\n" + written;
    if (*again != *read)
        return "written and read again it is another scenario:\n" + written;
    if (!isSmall(*read))
        return "";
    const auto done =
        scenario::run(*read, catalogue.options()[text.size() % catalogue.options().size()], kSmall);
    if (!done && done.error().kind != ErrorKind::Limit)
        return "a run that ends in " + toText(done.error());
    return "";
}

} // namespace pfnscope::fuzz
