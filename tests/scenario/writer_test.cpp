// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/reader.h"
#include "scenario/writer.h"
#include "scenario_generator.h"
#include "support/property.h"

namespace pfnscope::scenario {
namespace {

RC_GTEST_PROP(ScenarioWriter, WrittenAndReadAgainIsEqual, ()) {
    const Scenario scenario = *arbitraryScenario();
    const std::string text = toYaml(scenario);
    const auto again = readScenario(text, "s.yaml", option::Catalogue::shipped());
    if (!again)
        RC_FAIL(toText(again.error()) + "\n" + text);
    if (*again != scenario)
        RC_FAIL(text + "\nread again:\n" + toYaml(*again));
}

TEST(ScenarioWriter, SaysAddressesByName) {
    const auto scenario = readScenario("title: t\nsteps:\n"
                                       "  - mmap: {name: bar, at: 1G, size: 4M}\n"
                                       "  - munmap: {at: 0x40100000, size: 4K}\n"
                                       "  - touch: {at: 0x7f0000000000, access: write}\n",
                                       "s.yaml", option::Catalogue::shipped());
    ASSERT_TRUE(scenario);
    EXPECT_EQ(toYaml(*scenario), "title: t\narch: x86_64\nsteps:\n"
                                 "  - mmap: {name: bar, at: 0x40000000, size: 4M}\n"
                                 "  - munmap: {at: bar + 1M, size: 4K}\n"
                                 "  - touch: {at: 0x7f0000000000, access: write}\n");
}

} // namespace
} // namespace pfnscope::scenario
