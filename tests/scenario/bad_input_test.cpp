// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenario/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pfnscope::scenario {
namespace {

std::string errorOf(const std::string& text) {
    const auto scenario = readScenario(text, "s.yaml", option::Catalogue::shipped());
    return scenario ? "no error" : toText(scenario.error());
}

constexpr const char* kHead = "title: t\n"                                               // line 1
                              "drivers:\n"                                               // 2
                              "  vfio: {pfn: 0x200000, fault: pte, huge_fault: pmd}\n"   // 3
                              "steps:\n"                                                 // 4
                              "  - mmap: {name: bar, at: 1G, size: 4M, driver: vfio}\n"; // 5

/// The error of a sixth line.
std::string errorOfStep(const std::string& step) {
    return errorOf(kHead + step);
}

struct BadStep {
    const char* step;
    const char* error;
};

class Refused : public testing::TestWithParam<BadStep> {};

TEST_P(Refused, WithPlaceAndExpectation) {
    EXPECT_EQ(errorOfStep(GetParam().step), GetParam().error);
}

constexpr const char* kBeside = "expected one operation, with 'process', 'cpu', 'say' and 'ask' beside it";

INSTANTIATE_TEST_SUITE_P(
    Steps, Refused,
    testing::Values(
        BadStep{"  - munmap: {at: bar, siez: 4K}",
                "s.yaml:6:23: unknown key 'siez': expected one of at, size"},
        BadStep{"  - munmap: {at: bar}", "s.yaml:6:13: missing key 'size': expected 'size' here"},
        BadStep{"  - munmap: {at: bar, size: [4K]}", "s.yaml:6:29: wrong type 'a list': expected a size"},
        BadStep{"  - munmap: {at: bar, size: 4Q}", "s.yaml:6:29: wrong type '4Q': expected a size"},
        BadStep{"  - munmap: {at: bar, size: 5000}",
                "s.yaml:6:29: not aligned '5000': expected a multiple of 4K"},
        BadStep{"  - munmap: {at: bar + 1, size: 4K}",
                "s.yaml:6:18: not aligned 'bar + 1': expected a multiple of 4K"},
        BadStep{"  - munmap: {at: bar, size: 0}",
                "s.yaml:6:29: out of range '0': expected a size from 0x1000 to 0x2000000000"},
        BadStep{"  - munmap: {at: bar, size: 4K, size: 8K}",
                "s.yaml:6:33: given twice 'size': expected each key once"},
        BadStep{"  - munmap: [bar, 4K]",
                "s.yaml:6:13: wrong type 'a list': expected a map of the operation's keys"},
        BadStep{"  - munmap: {at: bra, size: 4K}",
                "s.yaml:6:18: unknown name 'bra': expected an address, or a map of this process: bar"},
        BadStep{"  - touch: {at: bar + 4M}",
                "s.yaml:6:17: out of range 'bar + 4M': expected an offset below 4M, the size of 'bar'"},
        BadStep{"  - touch: {at: bar + x}",
                "s.yaml:6:17: wrong type 'bar + x': expected a map and an offset, for instance 'bar + 8K'"},
        BadStep{"  - touch: {at: 0xffff800000000000}",
                "s.yaml:6:17: out of range '0xffff800000000000': expected an address of a process, below "
                "0x800000000000"},
        BadStep{"  - touch: {at: bar, access: stare}",
                "s.yaml:6:30: unknown name 'stare': expected one of read, write, exec, rmw"},
        BadStep{"  - touch: {at: bar, process: child}",
                "s.yaml:6:31: unknown name 'child': expected a process that lives: main"},
        BadStep{"  - touch: {at: bar, cpu: 8}",
                "s.yaml:6:27: out of range '8': expected a CPU from 0x0 to 0x7"},
        BadStep{"  - touch: {at: bar, cpu: 1}\n    cpu: 1",
                "s.yaml:6:22: given twice 'cpu': expected it once, in the touch or beside it"},
        BadStep{"  - mmap: {name: b, at: 0x40200000, size: 4M}",
                "s.yaml:6:25: overlap '0x40200000 to 0x40400000': expected a range where nothing is mapped"},
        BadStep{"  - mmap: {name: bar, at: 2G, size: 4M}",
                "s.yaml:6:18: given twice 'bar': expected a name that no other map of this process has"},
        BadStep{"  - mmap: {name: b, at: 2G, size: 4M, driver: nvme}",
                "s.yaml:6:47: unknown name 'nvme': expected a driver: vfio"},
        BadStep{"  - mmap: {name: b, at: 2G, size: 4M, remap: true}",
                "s.yaml:6:46: missing key 'driver': expected a driver whose mmap hook does this"},
        BadStep{"  - mmap: {name: b, at: 2G, size: 4M, driver: vfio, remap: [{offset: 4M}]}",
                "s.yaml:6:61: out of range '4M': expected an offset below 4M, the size of the map"},
        BadStep{"  - mmap: {name: b, at: 2G, size: 4M, driver: vfio, remap: [{size: 2M}, {size: 2M}]}",
                "s.yaml:6:73: overlap '0': expected parts that do not meet"},
        BadStep{"  - mmap: {name: 1b, at: 2G, size: 4M}",
                "s.yaml:6:18: out of range '1b': expected a map's name: a letter, then letters, digits, '_', "
                "'-' or '.', at "
                "most 64"},
        BadStep{"  - mmap: {name: b, at: 2G, size: 256G}",
                "s.yaml:6:35: out of range '256G': expected a size from 0x1000 to 0x2000000000"},
        BadStep{"  - unmap_mapping_range: {file: nvme}",
                "s.yaml:6:33: unknown name 'nvme': expected a file that is mapped: vfio"},
        BadStep{"  - remap_pfn_range: {at: bar, size: 4M, pfn: 0x4000}",
                "s.yaml:6:47: out of range '0x4000 to 0x43ff': expected frames of a device: below "
                "0x400000000, and neither "
                "0x4000 to 0x3ffff nor 0xc0000 to 0xfffff, which are RAM"},
        BadStep{"  - fork: main",
                "s.yaml:6:11: given twice 'main': expected a name that no other process had"},
        BadStep{"  - fail_alloc: 0", "s.yaml:6:17: out of range '0': expected which allocation of a table "
                                     "fails, the next being 1 from 0x1 to 0xf4240"},
        BadStep{"  - exit: now", "s.yaml:6:11: wrong type 'now': expected nothing, or {}"},
        BadStep{"  - exit: {}\n  - touch: {at: bar}",
                "s.yaml:7:5: unknown name 'main': expected no step after the last process has exited"},
        BadStep{"  - touch: {at: bar}\n    ask: {question: q, answers: [a], right: 0}",
                "s.yaml:7:33: wrong type 'a list': expected a list of 2 to 8 answers"},
        BadStep{"  - touch: {at: bar}\n    ask: {question: q, answers: [a, b], right: 2}",
                "s.yaml:7:48: out of range '2': expected the number of the right answer, the first being 0 "
                "from 0x0 to 0x1"}));

TEST(BadInput, StepsNameOneOperation) {
    EXPECT_EQ(errorOfStep("  - {touch: {at: bar}, exit: {}}"),
              std::string("s.yaml:6:24: given twice 'exit': ") + kBeside);
    EXPECT_EQ(errorOfStep("  - {say: hello}"),
              std::string("s.yaml:6:5: missing key 'operation': ") + kBeside);
    EXPECT_THAT(errorOfStep("  - tuch: {at: bar}"),
                testing::StartsWith("s.yaml:6:5: unknown key 'tuch': expected one of mmap, "));
    EXPECT_EQ(errorOfStep("  - touch"), std::string("s.yaml:6:5: wrong type 'touch': ") + kBeside);
}

TEST(BadInput, TopLevel) {
    EXPECT_EQ(errorOf(""), "s.yaml:1:1: syntax error 'an empty file': expected a YAML map");
    EXPECT_EQ(errorOf("\x7f"
                      "ELF\x02\x01"),
              "s.yaml:1:1: syntax error 'binary data': expected a YAML text in UTF-8");
    EXPECT_EQ(errorOf("title: t"), "s.yaml:1:1: missing key 'steps': expected 'steps' here");
    EXPECT_EQ(errorOf("steps: [{mark: x}]"), "s.yaml:1:1: missing key 'title': expected 'title' here");
    EXPECT_EQ(errorOf("title: t\nsteps: []"), "s.yaml:2:8: out of range 'no step': expected at least one");
    EXPECT_EQ(errorOf("title: t\nsteps: 3"), "s.yaml:2:8: wrong type '3': expected a list of steps");
    EXPECT_EQ(errorOf("title: [t]\nsteps: [{mark: x}]"), "s.yaml:1:8: wrong type 'a list': expected a title");
    EXPECT_EQ(errorOf("title: t\narch: vax\nsteps: [{mark: x}]"),
              "s.yaml:2:7: unknown name 'vax': expected x86_64");
    EXPECT_THAT(errorOf("titel: t"),
                testing::StartsWith("s.yaml:1:1: unknown key 'titel': expected one of title, "));
    EXPECT_EQ(
        errorOf("- a\n- b"),
        "s.yaml:1:1: wrong type 'a list': expected a map with title, about, arch, geometry, cpu, debug_vm, "
        "kernel, teardown, options, drivers, steps, expect");
}

TEST(BadInput, Drivers) {
    const auto errorOfDriver = [](const std::string& driver) {
        return errorOf("title: t\ndrivers:\n  d: " + driver + "\nsteps: [{mark: x}]");
    };
    EXPECT_EQ(errorOfDriver("{fault: pte}"), "s.yaml:3:6: missing key 'pfn': expected 'pfn' here");
    EXPECT_EQ(errorOfDriver("{pfn: 0x200000, fault: maybe}"),
              "s.yaml:3:29: unknown name 'maybe': expected one of none, pte, sigbus");
    EXPECT_EQ(errorOfDriver("{pfn: 0x200000, vm_ops: null, fault: pte}"),
              "s.yaml:3:43: given twice 'fault': expected no handler where vm_ops is null");
    EXPECT_EQ(errorOfDriver("{pfn: 0xc0000}"), "s.yaml:3:12: out of range '0xc0000': expected frames of a "
                                               "device: below 0x400000000, and neither 0x4000 to "
                                               "0x3ffff nor 0xc0000 to 0xfffff, which are RAM");
    EXPECT_EQ(errorOfDriver("{pfn: 0x200000, mixedmap: 1}"),
              "s.yaml:3:32: wrong type '1': expected true or false");
}

TEST(BadInput, Cpu) {
    const auto errorOfCpu = [](const std::string& cpu) {
        return errorOf("title: t\ncpu: " + cpu + "\nsteps: [{mark: x}]");
    };
    EXPECT_EQ(errorOfCpu("intel"),
              "s.yaml:2:6: wrong type 'intel': expected a map with maxphyaddr, page1gb, nx, tlb");
    EXPECT_EQ(errorOfCpu("{maxphyaddr: 53}"),
              "s.yaml:2:19: out of range '53': expected a width of physical addresses from 0x24 to 0x34");
    EXPECT_EQ(errorOfCpu("{tlb: {l1: {entries: 24, ways: 4}}}"),
              "s.yaml:2:17: out of range '24 entries in 4 ways': expected as many entries as ways times a "
              "power of two");
    EXPECT_EQ(errorOfCpu("{tlb: {stlb: {ways: 0}}}"),
              "s.yaml:2:26: out of range '0': expected a number of ways from 0x1 to 0x10");
    EXPECT_THAT(errorOfCpu("{smep: false}"), testing::StartsWith("s.yaml:2:7: unknown key 'smep'"));
}

TEST(BadInput, Expect) {
    const auto errorOfExpect = [](const std::string& expect) {
        return errorOf("title: t\nsteps: [{mark: x}]\nexpect:\n  " + expect);
    };
    EXPECT_THAT(errorOfExpect("Z: {verdict: ok}"),
                testing::StartsWith("s.yaml:4:3: unknown name 'Z': expected an option: one of"));
    EXPECT_EQ(
        errorOfExpect("C: {verdict: fine}"),
        "s.yaml:4:16: unknown name 'fine': expected a verdict: one of crash, bug, deadlock, "
        "use-after-free, leak, lost, wrong-pfn, wrong-cache-type, wrong-permission, stale-tlb, mixed-tlb, "
        "no-order, bad-counter, refused, oom, ok");
    EXPECT_EQ(errorOfExpect("C: {faults: many}"), "s.yaml:4:15: wrong type 'many': expected a number");
    EXPECT_EQ(errorOfExpect("\"A, A\": {faults: 1}"),
              "s.yaml:4:3: given twice 'A': expected each option once");
    EXPECT_EQ(errorOfExpect("C: {findings: [{kind: leak, step: 99}]}"),
              "s.yaml:4:37: out of range '99': expected a step, the first being 1; the teardown comes after "
              "the last from 0x1 "
              "to 0x41");
    EXPECT_EQ(
        errorOfExpect("C: {cost: 1}"),
        "s.yaml:4:7: unknown key 'cost': expected one of verdict, faults, deposited_peak, deposited_end, "
        "table_bytes_peak, tlb_flushes, entries_written, findings");
}

TEST(BadInput, LimitsAreStated) {
    std::string steps = "title: t\nsteps:\n";
    for (int i = 0; i < 1'000'000; ++i)
        steps += " - exit:\n";
    EXPECT_EQ(errorOf(steps),
              "s.yaml:10003:4: over the limit 'item 10001 of a list': expected at most 10000");

    std::string maps = "title: t\nsteps:\n";
    for (int i = 0; i < 1'025; ++i)
        maps +=
            "  - mmap: {name: m" + std::to_string(i) + ", at: " + std::to_string(i + 1) + "G, size: 4K}\n";
    EXPECT_EQ(errorOf(maps), "s.yaml:1027:11: over the limit 'map 1025': expected at most 1024");

    std::string forks = "title: t\nsteps:\n";
    for (int i = 0; i < 64; ++i)
        forks += "  - fork: p" + std::to_string(i) + "\n";
    EXPECT_EQ(errorOf(forks), "s.yaml:66:11: over the limit 'process 65': expected at most 64");
    EXPECT_EQ(errorOf(std::string(17U << 20, 'x')),
              "s.yaml: over the limit '17825792 bytes': expected a file of at most 16777216 bytes");
    EXPECT_THAT(errorOf("title: " + std::string(5000, 'x')),
                testing::HasSubstr("over the limit '5000 bytes of text'"));
}

} // namespace
} // namespace pfnscope::scenario
