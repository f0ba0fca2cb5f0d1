// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/timeline.h"
#include "scenario/comparison.h"
#include "scenario/race_scenario.h"
#include "scenario/reader.h"
#include "scenario/writer.h"
#include "schedule/desk.h"

#include <gmock/gmock.h>

/// Operations that overlap, as a step of a scenario.
namespace pfnscope::scenario {
namespace {

using testing::HasSubstr;

const option::Catalogue& catalogue() {
    static const option::Catalogue shipped = option::Catalogue::shipped();
    return shipped;
}

constexpr const char* kHead = "title: t\n"                                                               // 1
                              "drivers:\n"                                                               // 2
                              "  mem: {pfn: 0x200000, fault: pte, huge_fault: pmd}\n"                    // 3
                              "steps:\n"                                                                 // 4
                              "  - mmap: {name: bar, at: 0x7f0000000000, size: 4M, driver: mem}\n"       // 5
                              "  - touch: {at: bar}\n"                                                   // 6
                              "  - overlap:\n";                                                          // 7
constexpr const char* kSplitAgainstTouch = "      operations:\n"                                         // 8
                                           "        - {cpu: 0, munmap: {at: bar + 1M, size: 4K}}\n"      // 9
                                           "        - {cpu: 1, touch: {at: bar + 8K, access: write}}\n"; // 10

Result<Scenario> read(const std::string& overlap) {
    return readScenario(kHead + overlap, "s.yaml", catalogue());
}

std::string errorOf(const std::string& overlap) {
    const auto scenario = read(overlap);
    return scenario ? "no error" : toText(scenario.error());
}

std::unique_ptr<Run> runUnder(const Scenario& scenario, std::string_view option) {
    auto done = run(scenario, **catalogue().find(option));
    EXPECT_TRUE(done) << (done ? "" : toText(done.error()));
    return done ? std::move(*done) : nullptr;
}

TEST(Overlap, IsReadAndWrittenAgain) {
    const auto scenario =
        read(std::string(kSplitAgainstTouch) +
             "      schedule: [cpu0 3, cpu1, interrupt1 1, cpu0]\n    say: Both at once.\n");
    ASSERT_TRUE(scenario) << toText(scenario.error());
    const Step& step = scenario->steps.at(2);
    ASSERT_TRUE(step.overlap);
    EXPECT_FALSE(step.operation);
    ASSERT_EQ(step.operations().size(), 2U);
    EXPECT_EQ(std::get<mm::Munmap>(step.operations()[0].action).at, VirtAddr(0x7f0000100000));
    EXPECT_EQ(step.operations()[1].cpu, machine::CpuId(1));
    using schedule::ActorKind;
    const schedule::Schedule turns{{{ActorKind::Operation, machine::CpuId(0)}, 3},
                                   {{ActorKind::Operation, machine::CpuId(1)}, 0},
                                   {{ActorKind::Interrupt, machine::CpuId(1)}, 1},
                                   {{ActorKind::Operation, machine::CpuId(0)}, 0}};
    EXPECT_EQ(step.overlap->schedule, turns);
    EXPECT_EQ(step.say, "Both at once.");
    const auto again = readScenario(toYaml(*scenario), "again.yaml", catalogue());
    ASSERT_TRUE(again) << toText(again.error()) << toYaml(*scenario);
    EXPECT_EQ(*again, *scenario);
}

TEST(Overlap, NamesMeanWhatTheyWouldOneAfterAnother) {
    const auto scenario = read("      operations:\n"
                               "        - {cpu: 1, fork: child}\n"
                               "        - {cpu: 0, process: child, touch: {at: bar}}\n");
    ASSERT_TRUE(scenario) << toText(scenario.error());
    EXPECT_EQ(scenario->steps[2].operations()[1].process, machine::Pid(2));
    EXPECT_EQ(scenario->processName(machine::Pid(2)), "child");
    EXPECT_EQ(*readScenario(toYaml(*scenario), "again.yaml", catalogue()), *scenario);
    const auto done = runUnder(*scenario, "mainline");
    ASSERT_TRUE(done);
    EXPECT_TRUE(done->resultsOf(2)[0].outcome.ok());
    EXPECT_TRUE(done->resultsOf(2)[1].outcome.processGone) << "there is no child yet when they begin";
}

TEST(Overlap, BadInputIsRefusedWithItsPlace) {
    const std::string both = kSplitAgainstTouch;
    EXPECT_EQ(errorOf("      operations: [{cpu: 0, exit: {}}]\n"),
              "s.yaml:8:19: wrong type 'a list': expected a list of 2 to 4 operations");
    EXPECT_EQ(errorOf("      schedule: [cpu0]\n"),
              "s.yaml:8:7: missing key 'operations': expected 'operations' here");
    EXPECT_EQ(errorOf(both + "      turns: [cpu0]\n"),
              "s.yaml:11:7: unknown key 'turns': expected one of operations, schedule");
    EXPECT_EQ(
        errorOf("      operations:\n        - {cpu: 0, touch: {at: bar}}\n        - {touch: {at: bar}}\n"),
        "s.yaml:10:11: missing key 'cpu': expected 'cpu' here, each operation on one of its own");
    EXPECT_EQ(
        errorOf("      operations:\n        - {cpu: 0, touch: {at: bar}}\n        - {cpu: 0, touch: {at: "
                "bar}}\n"),
        "s.yaml:10:17: given twice 'cpu 0': expected a CPU that no other operation of the step runs on");
    EXPECT_THAT(
        errorOf("      operations:\n        - {cpu: 0, mark: here}\n        - {cpu: 1, touch: {at: bar}}\n"),
        HasSubstr("s.yaml:9:20: unknown key 'mark'"));
    EXPECT_EQ(errorOf("      operations:\n        - {cpu: 0, say: here, touch: {at: bar}}\n"
                      "        - {cpu: 1, touch: {at: bar}}\n")
                  .substr(0, 33),
              "s.yaml:9:20: unknown key 'say': e");
    EXPECT_EQ(errorOf(both + "    cpu: 1\n"),
              "s.yaml:11:5: unknown key 'cpu': expected say and ask beside an overlap");
    const std::string turn =
        "expected a turn: 'cpu0 3' (three steps), 'cpu0' (until it ends or has to wait) or 'interrupt1'";
    for (const char* bad :
         {"cpu", "cpu0 0", "cpu0 x", "cpu0  3", "gpu0", "3", "cpu0 3 4", "cpu-1", "cpu0 1000001"})
        EXPECT_EQ(errorOf(both + "      schedule: [" + bad + "]\n"),
                  std::string("s.yaml:11:18: wrong type '") + bad + "': " + turn);
    EXPECT_EQ(errorOf(both + "      schedule: [[cpu0]]\n"), "s.yaml:11:18: wrong type 'a list': " + turn);
    EXPECT_EQ(errorOf(both + "      schedule: cpu0\n"),
              "s.yaml:11:17: wrong type 'cpu0': expected a list of turns");
    EXPECT_EQ(errorOf(both + "      schedule: [cpu0, cpu2]\n"),
              "s.yaml:11:24: unknown name 'cpu2': expected a CPU that an operation of the step runs on: "
              "cpu0, cpu1");
    EXPECT_EQ(errorOf(both + "      schedule: [interrupt8]\n"),
              "s.yaml:11:18: out of range 'interrupt8': expected a CPU from 0 to 7");
}

TEST(Overlap, IsOneStepAndOneOperationOfTheJournal) {
    const auto scenario = read(std::string(kSplitAgainstTouch) + "      schedule: [cpu0 4, cpu1, cpu0]\n");
    ASSERT_TRUE(scenario);
    const auto done = runUnder(*scenario, "mainline");
    ASSERT_TRUE(done);
    const auto results = done->resultsOf(2);
    ASSERT_EQ(results.size(), 2U);
    EXPECT_TRUE(results[0].outcome.ok());
    EXPECT_TRUE(results[1].outcome.ok());
    ASSERT_TRUE(results[0].journalOperation);
    EXPECT_EQ(results[0].journalOperation, results[1].journalOperation);
    const machine::Journal& journal = done->machine.journal();
    const machine::CallId top = journal.operations()[*results[0].journalOperation];
    EXPECT_EQ(journal.call(top).function, "overlap");
    std::vector<std::string_view> below;
    for (const machine::Call& call : journal.calls())
        if (call.parent == top)
            below.push_back(call.function);
    EXPECT_THAT(below, testing::ElementsAre("munmap", "touch"));
    EXPECT_EQ(operationsText(results).substr(0, 26), "overlap: CPU0 munmap: {at:");
    EXPECT_EQ(answersText(results), "CPU0 0; CPU1 done, no fault");
    EXPECT_THAT(listingOf(*done, 2), HasSubstr("CPU0                                CPU1\n"));
    EXPECT_EQ(listingOf(*done, 1), "");
}

TEST(Overlap, HistoryIsTheSameBothWays) {
    const auto scenario =
        read(std::string(kSplitAgainstTouch) + "      schedule: [cpu0 4, cpu1 2, cpu0 3, cpu1]\n");
    ASSERT_TRUE(scenario);
    for (const std::string_view option : {"mainline", "rfc-v1", "A"}) {
        const auto done = runUnder(*scenario, option);
        ASSERT_TRUE(done);
        machine::Timeline timeline(done->machine);
        timeline.jump(0);
        std::vector<std::uint64_t> hashes{machine::stateHash(done->machine.state())};
        while (timeline.stepForward(machine::StepDepth::Write))
            hashes.push_back(machine::stateHash(done->machine.state()));
        ASSERT_EQ(hashes.size(), timeline.end() + 1);
        for (const auto depth :
             {machine::StepDepth::Write, machine::StepDepth::Function, machine::StepDepth::Operation}) {
            timeline.jump(timeline.end());
            while (timeline.stepBack(depth))
                ASSERT_EQ(machine::stateHash(done->machine.state()), hashes[timeline.position()]);
            EXPECT_EQ(timeline.position(), 0U);
            while (timeline.stepForward(depth))
                ASSERT_EQ(machine::stateHash(done->machine.state()), hashes[timeline.position()]);
            EXPECT_EQ(timeline.position(), timeline.end());
        }
        const machine::Journal& journal = done->machine.journal();
        const machine::Call& call =
            journal.call(journal.operations()[*done->resultsOf(2)[0].journalOperation]);
        timeline.jump(call.first);
        timeline.stepForward(machine::StepDepth::Operation);
        EXPECT_EQ(timeline.position(), call.last) << "both operations are one step";
    }
}

TEST(Overlap, ARaceThatTheSearchFoundIsShownAgainByItsFile) {
    const schedule::Situation late = schedule::situations()[2];
    const VirtAddr map{0x100000000000};
    const auto operations = schedule::overlap(mm::RemapPfnRange{map, Bytes(2 << 20), Pfn(0x200000)},
                                              mm::UnmapMappingRange{"device", Bytes(0), Bytes(4 << 20)});
    const auto found = schedule::test::Desk("rfc-v1", late.before).search(operations);
    const schedule::Race* crash = schedule::test::raceOf(found, check::FindingKind::Crash);
    ASSERT_NE(crash, nullptr);
    const option::Option& option = **catalogue().find("rfc-v1");
    const auto made = scenarioOf({late.before, {operations, crash->schedule}, crash->finding}, option, {});
    ASSERT_TRUE(made) << toText(made.error());
    const auto scenario = readScenario(toYaml(*made), "race.yaml", catalogue());
    ASSERT_TRUE(scenario) << toText(scenario.error()) << toYaml(*made);
    EXPECT_EQ(*scenario, *made);
    const auto done = runUnder(*scenario, "rfc-v1");
    ASSERT_TRUE(done);
    EXPECT_EQ(done->verdict(), check::Verdict::Crash);
    EXPECT_EQ(done->report.findings.front().step, 1U) << "the overlap";
    EXPECT_EQ(done->report.findings.front().function, "pgtable_trans_huge_withdraw");
    EXPECT_TRUE(mismatches(*done).empty());
    ASSERT_TRUE(done->resultsOf(1)[1].outcome.oops);
    const auto& trace = done->resultsOf(1)[1].outcome.oops->trace;
    EXPECT_EQ(std::count(trace.begin(), trace.end(), "unmap_mapping_range"), 1)
        << "the kernel's, not the step";
    EXPECT_EQ(std::count(trace.begin(), trace.end(), "overlap"), 0);
    EXPECT_EQ(runUnder(*scenario, "rfc-v2")->verdict(), check::Verdict::Ok);
}

TEST(Overlap, AnExpectationOfItsStepIsChecked) {
    auto scenario = read(std::string(kSplitAgainstTouch) +
                         "      schedule: [cpu0 4, cpu1, cpu0]\n"
                         "expect:\n"
                         "  mainline: {verdict: crash, findings: [{kind: crash, step: 3}]}\n");
    ASSERT_TRUE(scenario) << toText(scenario.error());
    const auto done = runUnder(*scenario, "mainline");
    ASSERT_TRUE(done);
    EXPECT_EQ(done->verdict(), check::Verdict::Ok);
    EXPECT_EQ(mismatches(*done).size(), 2U) << "verdict and findings";
}

} // namespace
} // namespace pfnscope::scenario
