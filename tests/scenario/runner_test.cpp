// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/timeline.h"
#include "scenario/comparison.h"
#include "scenario/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pfnscope::scenario {
namespace {

Scenario read(const std::string& text) {
    auto scenario = readScenario("title: t\ndrivers:\n  mem: {pfn: 0x200000, access: true}\nsteps:\n" + text,
                                 "s.yaml", option::Catalogue::shipped());
    EXPECT_TRUE(scenario) << (scenario ? "" : toText(scenario.error()));
    return scenario ? *scenario : Scenario{};
}

std::unique_ptr<Run> runUnder(const Scenario& scenario, std::string_view name) {
    const option::Catalogue catalogue = option::Catalogue::shipped();
    auto done = run(scenario, **catalogue.find(name));
    EXPECT_TRUE(done) << (done ? "" : toText(done.error()));
    return done ? std::move(*done) : nullptr;
}

const char* const kForks = "  - mmap: {name: mem, at: 1G, size: 4M, driver: mem, remap: true}\n"
                           "  - fork: child\n"
                           "  - mark: two of them\n"
                           "  - touch: {at: mem}\n    process: child\n";

TEST(Runner, KeepsAResultForEveryOperationAndForTheTeardown) {
    const auto done = runUnder(read(kForks), "mainline");
    ASSERT_TRUE(done);
    ASSERT_EQ(done->results.size(), 5U) << "mmap, fork, touch, and an exit for each of the two";
    EXPECT_EQ(done->results[2].step, 3U);
    EXPECT_TRUE(done->resultsOf(2).empty()) << "a mark";
    EXPECT_EQ(done->results[3].processName, "child") << "children go first";
    EXPECT_EQ(done->results[4].processName, "main");
    EXPECT_EQ(done->results[4].step, 5U);
    for (const StepResult& result : done->results) {
        ASSERT_TRUE(result.journalOperation);
        const machine::Journal& journal = done->machine.journal();
        EXPECT_EQ(journal.call(journal.operations()[*result.journalOperation]).function,
                  mm::name(result.operation.action));
    }
    EXPECT_TRUE(done->machine.state().mms.empty());
}

TEST(Runner, LeavesTheTeardownToAScenarioThatSaysSo) {
    Scenario scenario = read(kForks);
    scenario.teardown = false;
    const auto done = runUnder(scenario, "mainline");
    ASSERT_TRUE(done);
    EXPECT_EQ(done->results.size(), 3U);
    EXPECT_EQ(done->machine.state().mms.size(), 2U);
}

TEST(Runner, AFailedForkLeavesItsChildToNobody) {
    const auto done = runUnder(read("  - mmap: {name: mem, at: 1G, size: 4M, driver: mem, remap: true}\n"
                                    "  - fail_alloc: 1\n"
                                    "  - fork: lost\n"
                                    "  - touch: {at: mem}\n    process: lost\n"
                                    "  - fork: found\n"
                                    "  - touch: {at: mem}\n    process: found\n"),
                               "mainline");
    ASSERT_TRUE(done);
    EXPECT_EQ(done->results[2].outcome.error, mm::Errno::NoMem);
    EXPECT_TRUE(done->results[3].outcome.processGone);
    EXPECT_FALSE(done->results[3].journalOperation);
    EXPECT_TRUE(done->results[5].outcome.ok());
    EXPECT_EQ(outcomeText(done->results[5].operation, done->results[5].outcome), "reads 0x200000, no fault");
}

TEST(Runner, ForwardAndBackGivesTheSameHash) {
    for (const char* option : {"mainline", "A", "rfc-v2"}) {
        const auto done = runUnder(read(kForks), option);
        ASSERT_TRUE(done);
        machine::Timeline timeline(done->machine);
        const auto end = machine::stateHash(done->machine.state());
        timeline.jump(0);
        const auto start = machine::stateHash(done->machine.state());
        for (const auto depth :
             {machine::StepDepth::Operation, machine::StepDepth::Function, machine::StepDepth::Write}) {
            while (timeline.stepForward(depth)) {
            }
            EXPECT_EQ(machine::stateHash(done->machine.state()), end) << option;
            while (timeline.stepBack(depth)) {
            }
            EXPECT_EQ(machine::stateHash(done->machine.state()), start) << option;
        }
    }
}

TEST(Runner, StopsAtItsLimits) {
    const Scenario scenario = read("  - mmap: {name: mem, at: 1G, size: 64M, driver: mem, remap: true}\n");
    const option::Option today;
    const auto tables = run(scenario, today, {.tables = 20});
    ASSERT_FALSE(tables);
    EXPECT_EQ(toText(tables.error()), "over the limit '35 page tables after step 1': expected at most 20");
    const auto deltas = run(scenario, today, {.deltas = 50});
    ASSERT_FALSE(deltas);
    EXPECT_EQ(deltas.error().kind, ErrorKind::Limit);
}

TEST(Runner, TellsWhatIsNotAsExpected) {
    Scenario scenario = read(kForks);
    Expected expected;
    expected.verdict = check::Verdict::Leak;
    expected.depositedPeak = 7;
    expected.findings = {{check::FindingKind::Leak, 4, "free_pgtables"}};
    scenario.expect["A"] = expected;
    const auto done = runUnder(scenario, "A");
    ASSERT_TRUE(done);
    EXPECT_EQ(mismatches(*done),
              (std::vector<Mismatch>{{"verdict", "leak", "ok"},
                                     {"deposited_peak", "7", "4"},
                                     {"findings", "leak at step 5 in free_pgtables", "none"}}));
    EXPECT_TRUE(mismatches(*runUnder(scenario, "B")).empty()) << "nothing is expected of B";
}

/// One touch of a 1 GiB map, on a CPU made as `cpu` says; its driver maps `hugeFault`.
std::unique_ptr<Run> touchOn(const std::string& cpu, const std::string& pfn, const std::string& access,
                             const std::string& hugeFault = "pud") {
    const auto scenario =
        readScenario("title: t\ncpu: " + cpu + "\ndrivers:\n  mem: {pfn: " + pfn +
                         ", fault: pte, huge_fault: " + hugeFault +
                         "}\nsteps:\n  - mmap: {name: mem, at: 1G, size: 1G, driver: mem}\n" +
                         "  - touch: {at: mem, access: " + access + "}\nteardown: false\n",
                     "s.yaml", option::Catalogue::shipped());
    EXPECT_TRUE(scenario) << (scenario ? "" : toText(scenario.error()));
    return scenario ? runUnder(*scenario, "mainline") : nullptr;
}

bool diesOfBadTables(const std::unique_ptr<Run>& done) {
    const auto& oops = done->results.back().outcome.oops;
    return oops && oops->function == "pgtable_bad";
}

unsigned tlbEntries(const std::unique_ptr<Run>& done) {
    unsigned count = 0;
    done->machine.state().cpus[0].tlb.forEachEntry([&](auto...) { ++count; });
    return count;
}

TEST(Runner, ThePageTablesMustSuitTheCpu) {
    EXPECT_FALSE(diesOfBadTables(touchOn("{}", "0x200000", "read")));
    EXPECT_TRUE(diesOfBadTables(touchOn("{page1gb: false}", "0x200000", "read")));
    EXPECT_FALSE(diesOfBadTables(touchOn("{page1gb: false}", "0x200000", "read", "pmd")));
    EXPECT_FALSE(diesOfBadTables(touchOn("{maxphyaddr: 40}", "0xfff0000", "read", "pmd")));
    EXPECT_TRUE(diesOfBadTables(touchOn("{maxphyaddr: 39}", "0xfff0000", "read", "pmd")));
}

TEST(Runner, WithoutNxEveryPageCanBeExecuted) {
    EXPECT_EQ(touchOn("{}", "0x200000", "exec")->results.back().outcome.signal, mm::Signal::Segv);
    const auto done = touchOn("{nx: false}", "0x200000", "exec");
    EXPECT_TRUE(done->results.back().outcome.ok());
    EXPECT_FALSE(done->machine.state().cpus[0].registers.nxe());
}

TEST(Runner, TheTlbIsOfTheShapeThatTheScenarioSays) {
    EXPECT_EQ(tlbEntries(touchOn("{}", "0x200000", "read", "pmd")), 4U) << "L1, STLB, PML4E, PDPTE";
    EXPECT_EQ(tlbEntries(
                  touchOn("{tlb: {stlb: {entries: 0}, structure_caches: false}}", "0x200000", "read", "pmd")),
              1U);
}

TEST(Comparison, FindsWhereTwoOptionsPart) {
    const Scenario scenario = read("  - mmap: {name: a, at: 1G, size: 4K, driver: mem, remap: true}\n"
                                   "  - mmap: {name: b, at: 2G, size: 2M, driver: mem, remap: true}\n");
    const auto mainline = runUnder(scenario, "mainline");
    const auto again = runUnder(scenario, "mainline-7.x");
    const auto a = runUnder(scenario, "A");
    EXPECT_EQ(firstDivergence(*mainline, *again), std::nullopt);
    const auto divergence = firstDivergence(*mainline, *a);
    ASSERT_TRUE(divergence);
    EXPECT_EQ(divergence->step, 1U);
    EXPECT_EQ(divergence->otherFunction, "remap_try_huge_pmd");
}

TEST(Comparison, SummarisesEveryPair) {
    const option::Catalogue catalogue = option::Catalogue::shipped();
    const auto summaries =
        compare({{"s.yaml", read(kForks), {**catalogue.find("mainline"), **catalogue.find("rfc-v2")}}});
    ASSERT_TRUE(summaries);
    ASSERT_EQ(summaries->size(), 2U);
    EXPECT_FALSE((*summaries)[0].divergence);
    EXPECT_EQ((*summaries)[1].verdict(), check::Verdict::Crash);
    EXPECT_EQ((*summaries)[1].steps[0].operation,
              "mmap: {name: mem, at: 0x40000000, size: 4M, driver: mem, remap: true}");
    EXPECT_EQ((*summaries)[1].steps[0].result, "0x40000000");
    EXPECT_EQ((*summaries)[1].steps[2].process, "child");
}

} // namespace
} // namespace pfnscope::scenario
