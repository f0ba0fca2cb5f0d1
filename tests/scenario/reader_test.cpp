// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pfnscope::scenario {
namespace {

using namespace literals;

Scenario read(const std::string& text) {
    auto scenario = readScenario(text, "s.yaml", option::Catalogue::shipped());
    EXPECT_TRUE(scenario) << (scenario ? "" : toText(scenario.error()));
    return scenario ? *scenario : Scenario{};
}

/// `steps` as the steps of a scenario with drivers of every kind.
Scenario withSteps(const std::string& steps) {
    return read("title: t\n"
                "drivers:\n"
                "  vfio: {pfn: 0x200000, fault: pte, huge_fault: pmd}\n"
                "  plain: {pfn: 0x300000, access: true}\n"
                "  sigbus: {pfn: 0x300000, fault: sigbus, page_mkwrite: true}\n"
                "  bare: {pfn: 0x300000, vm_ops: null, cache: wc}\n"
                "steps:\n" +
                steps);
}

template <class Op> const Op& op(const Scenario& scenario, std::size_t step) {
    return std::get<Op>(scenario.steps.at(step).operation->action);
}

TEST(ScenarioReader, TheExampleOfTheDesign) {
    const Scenario scenario = read(R"(title: A VFIO BAR loses one page in the middle
about: What a split leaves behind when the driver can refault.
arch: x86_64
drivers:
  vfio: {pfn: 0x200000, fault: pte, huge_fault: pmd}     # what its handlers install; also: sigbus, none
steps:
  - mmap: {name: bar, at: 0x7f0000000000, size: 4M, driver: vfio, prot: rw, flags: shared}
  - touch: {at: bar + 8K, access: write}
    say: The fault handler maps the whole 2 MiB at once.
  - munmap: {at: bar + 1M, size: 4K}
    ask: {question: What becomes of the other 511 pages?, answers: [they stay, they refault, SIGBUS], right: 1}
  - touch: {at: bar + 8K, access: read}
expect:
  mainline: {verdict: ok, faults: 2}
)");
    EXPECT_EQ(scenario.title, "A VFIO BAR loses one page in the middle");
    EXPECT_EQ(scenario.about, "What a split leaves behind when the driver can refault.");
    ASSERT_EQ(scenario.steps.size(), 4U);

    const auto& map = op<mm::Mmap>(scenario, 0);
    EXPECT_EQ(map.name, "bar");
    EXPECT_EQ(map.at, VirtAddr(0x7f0000000000));
    EXPECT_EQ(map.size, 4_MiB);
    EXPECT_EQ(map.backing, mm::Backing::Device);
    EXPECT_EQ(map.share, mm::Share::Shared);
    EXPECT_EQ(map.file, "vfio");
    ASSERT_TRUE(map.driver);
    EXPECT_EQ(map.driver->ops.basePfn, Pfn(0x200000));
    EXPECT_EQ(map.driver->ops.fault, machine::FaultHandler::InsertPte);
    EXPECT_EQ(map.driver->ops.hugeFault, (machine::HugeFaultOrders{true, false, true}));

    EXPECT_EQ(op<mm::Touch>(scenario, 1), (mm::Touch{VirtAddr(0x7f0000002000), hw::AccessType::Write}));
    EXPECT_EQ(scenario.steps[1].say, "The fault handler maps the whole 2 MiB at once.");
    EXPECT_EQ(op<mm::Munmap>(scenario, 2), (mm::Munmap{VirtAddr(0x7f0000100000), 4_KiB}));
    ASSERT_TRUE(scenario.steps[2].ask);
    EXPECT_EQ(scenario.steps[2].ask->right, 1U);
    EXPECT_EQ(scenario.steps[2].ask->answers[1], "they refault");
    const Expected& expected = scenario.expect.at("mainline");
    EXPECT_EQ(expected.verdict, check::Verdict::Ok);
    EXPECT_EQ(expected.faults, 2U);
    EXPECT_FALSE(expected.tlbFlushes);
}

TEST(ScenarioReader, EveryOperationCanBeReached) {
    const Scenario scenario = withSteps(R"(
  - mmap: {name: bar, at: 0x7f0000000000, size: 4M, driver: vfio}
  - mmap: {name: heap, at: 1G, size: 4M}
  - mmap: {name: shm, at: 2G, size: 2M, backing: shmem, offset: 2M}
  - munmap: {at: bar, size: 4K}
  - mprotect: {at: bar + 4K, size: 4K, prot: r}
  - mremap: {at: heap, size: 4M, to: 3G}
  - madvise: {at: heap, size: 2M, advice: dontneed}
  - msync: {at: bar + 4K, size: 4K}
  - mlock: {at: bar + 4K, size: 4K}
  - fork: child
  - touch: {at: bar + 8K, access: exec, as: kernel, process: child, cpu: 1}
  - remap_pfn_range: {at: bar + 2M, size: 2M, pfn: 0x400000, fail_alloc: 2}
  - set_vm_ops: {at: bar, driver: null}
  - unmap_mapping_range: {file: vfio, offset: 2M, size: 4K, even_cows: false}
  - zap_vma_ptes: {at: bar + 2M, size: 2M}
  - split_huge_pmd: {at: bar + 2M}
  - collapse: {at: heap}
  - migrate: {at: heap, phase: finish}
  - userfault_move: {from: heap, to: heap + 2M, size: 2M}
  - fail_alloc: 3
  - mark: the end
    say: before the child goes
  - exit: {}
    process: child
  - gup_fast: {at: heap, access: write}
)");
    ASSERT_EQ(scenario.steps.size(), 23U);
    std::size_t kinds = 0;
    std::vector<bool> seen(std::variant_size_v<mm::Action>);
    for (const Step& step : scenario.steps)
        if (step.operation && !seen[step.operation->action.index()]) {
            seen[step.operation->action.index()] = true;
            ++kinds;
        }
    EXPECT_EQ(kinds, std::variant_size_v<mm::Action>) << "an operation that no step can name";

    EXPECT_EQ(op<mm::Mmap>(scenario, 1).backing, mm::Backing::Anonymous);
    EXPECT_EQ(op<mm::Mmap>(scenario, 1).share, mm::Share::Private);
    EXPECT_EQ(op<mm::Mmap>(scenario, 2).backing, mm::Backing::Shmem);
    EXPECT_EQ(op<mm::Mmap>(scenario, 2).file, "shm");
    EXPECT_EQ(op<mm::Mmap>(scenario, 2).pgoff, 512U);
    EXPECT_EQ(op<mm::Mprotect>(scenario, 4).protection, (mm::Protection{true, false, false}));
    EXPECT_EQ(op<mm::Mremap>(scenario, 5),
              (mm::Mremap{VirtAddr(1ULL << 30), 4_MiB, 4_MiB, VirtAddr(3ULL << 30), false}));
    EXPECT_EQ(op<mm::Madvise>(scenario, 6).at, VirtAddr(3ULL << 30))
        << "the name went along with the whole map";
    EXPECT_EQ(op<mm::Fork>(scenario, 9).child, "child");
    EXPECT_EQ(op<mm::Touch>(scenario, 10).access, hw::AccessType::Fetch);
    EXPECT_EQ(op<mm::Touch>(scenario, 10).privilege, hw::Privilege::Supervisor);
    EXPECT_EQ(scenario.steps[10].operation->process, machine::Pid(2));
    EXPECT_EQ(scenario.steps[10].operation->cpu, machine::CpuId(1));
    EXPECT_EQ(op<mm::RemapPfnRange>(scenario, 11),
              (mm::RemapPfnRange{VirtAddr(0x7f0000200000), 2_MiB, Pfn(0x400000), 2}));
    EXPECT_FALSE(op<mm::SetVmOps>(scenario, 12).driver);
    EXPECT_EQ(op<mm::UnmapMappingRange>(scenario, 13), (mm::UnmapMappingRange{"vfio", 2_MiB, 4_KiB, false}));
    EXPECT_EQ(op<mm::Migrate>(scenario, 17).phase, mm::Migration::Finish);
    EXPECT_EQ(op<mm::FailAlloc>(scenario, 19).countdown, 3U);
    EXPECT_EQ(scenario.steps[20].mark, "the end");
    EXPECT_FALSE(scenario.steps[20].operation);
    EXPECT_EQ(scenario.steps[21].operation->process, machine::Pid(2));
    EXPECT_EQ(scenario.processName(machine::Pid(2)), "child");
    EXPECT_EQ(scenario.processName(machine::Pid(1)), "main");
}

TEST(ScenarioReader, RemapWholeOrInParts) {
    const Scenario scenario = withSteps(R"(
  - mmap: {name: a, at: 1G, size: 4M, driver: plain, offset: 1M, remap: true, then_driver: sigbus}
  - mmap: {name: b, at: 2G, size: 4M, driver: bare, remap: [{size: 2M}, {offset: 2M, pfn: 0x500000, fail_alloc: 3}]}
)");
    const auto& whole = op<mm::Mmap>(scenario, 0);
    EXPECT_EQ(whole.remap, (std::vector<mm::RemapPart>{{Bytes(0), 4_MiB, Pfn(0x300100), 0}}));
    ASSERT_TRUE(whole.opsAfterRemap);
    EXPECT_EQ(whole.opsAfterRemap->ops.fault, machine::FaultHandler::Sigbus);
    EXPECT_TRUE(whole.opsAfterRemap->ops.pageMkwrite);
    const auto& parts = op<mm::Mmap>(scenario, 1);
    EXPECT_EQ(parts.remap, (std::vector<mm::RemapPart>{{Bytes(0), 2_MiB, Pfn(0x300000), 0},
                                                       {2_MiB, 2_MiB, Pfn(0x500000), 3}}));
    EXPECT_TRUE(parts.driver->nullOps);
    EXPECT_EQ(parts.driver->cache, mm::CacheMode::WriteCombining);
}

TEST(ScenarioReader, NamesAreThoseOfTheProcess) {
    const Scenario scenario = withSteps(R"(
  - mmap: {name: bar, at: 1G, size: 4M}
  - fork: child
  - mremap: {at: bar, size: 4M, to: 2G}
  - touch: {at: bar}
  - touch: {at: bar}
    process: child
)");
    EXPECT_EQ(op<mm::Touch>(scenario, 3).at, VirtAddr(2ULL << 30));
    EXPECT_EQ(op<mm::Touch>(scenario, 4).at, VirtAddr(1ULL << 30));
}

TEST(ScenarioReader, APartThatMovesLeavesTheName) {
    const Scenario scenario = withSteps(R"(
  - mmap: {name: bar, at: 1G, size: 4M}
  - mremap: {at: bar + 2M, size: 2M, to: 2G}
  - touch: {at: bar}
)");
    EXPECT_EQ(op<mm::Touch>(scenario, 2).at, VirtAddr(1ULL << 30));
}

TEST(ScenarioReader, ANameIsFreeAgainWhenItsMapIsGone) {
    const Scenario scenario = withSteps(R"(
  - mmap: {name: bar, at: 1G, size: 4M}
  - munmap: {at: bar, size: 4M}
  - mmap: {name: bar, at: 1G, size: 2M}
)");
    EXPECT_EQ(op<mm::Mmap>(scenario, 2).size, 2_MiB);
}

TEST(ScenarioReader, BringsOptionsAlong) {
    const Scenario scenario = read(R"(title: t
options:
  - {name: F, from: C, remap.deposit: never}
steps: [{mark: x}]
expect:
  F: {verdict: crash, findings: [{kind: crash, step: 2, function: pgtable_trans_huge_withdraw}, leak], deposited_end: 0}
  "A, B": {verdict: ok}
)");
    ASSERT_EQ(scenario.options.size(), 1U);
    EXPECT_EQ(scenario.options[0].remapDeposit, option::Rule::never());
    const Expected& expected = scenario.expect.at("F");
    ASSERT_TRUE(expected.findings);
    EXPECT_EQ(expected.findings->at(0),
              (ExpectedFinding{check::FindingKind::Crash, 1, std::string("pgtable_trans_huge_withdraw")}));
    EXPECT_EQ(expected.depositedEnd, 0U);
    EXPECT_TRUE(scenario.expect.contains("A"));
    EXPECT_TRUE(scenario.expect.contains("B"));
    const auto all = withOptionsOf(scenario, option::Catalogue::shipped());
    ASSERT_TRUE(all);
    EXPECT_TRUE(all->find("F"));
}

TEST(ScenarioReader, KernelAndGeometry) {
    const Scenario scenario =
        read("title: t\ngeometry: 5-level\ndebug_vm: true\nteardown: false\n"
             "kernel: {version: 7.x, arch_needs_deposit: true, deposit_storage: ring_per_mm, thp: false, "
             "soft_dirty: true}\nsteps: [{mark: x}]");
    EXPECT_EQ(scenario.geometry, hw::kFiveLevels);
    EXPECT_FALSE(scenario.teardown);
    EXPECT_EQ(scenario.kernel,
              (mm::KernelConfig{true, true, mm::DepositStorage::RingPerMm, false, true, true}));
}

TEST(ScenarioReader, TheCpu) {
    const Scenario scenario =
        read("title: t\ncpu: {maxphyaddr: 40, page1gb: false, nx: false, tlb: {l1: {entries: 24, ways: 3}, "
             "stlb: {entries: 0}, structure_caches: false}}\nsteps: [{mark: x}]");
    EXPECT_EQ(scenario.cpu.features, (hw::CpuFeatures{4, 40, false, false}));
    EXPECT_EQ(scenario.cpu.tlb, (hw::TlbSettings{{24, 3}, {0, 12}, {}, {}}));
    EXPECT_TRUE(scenario.cpu.tlb.isValid());
    EXPECT_EQ(read("title: t\nsteps: [{mark: x}]").cpu, machine::CpuConfig{});
}

} // namespace
} // namespace pfnscope::scenario
