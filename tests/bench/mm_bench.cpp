// SPDX-License-Identifier: GPL-3.0-or-later
// The kernel model beside plain loops that write the same memory, in one run: only the ratios mean something.
#include "machine/timeline.h"
#include "mm/kernel.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

using namespace pfnscope;
using namespace pfnscope::literals;

namespace {

constexpr VirtAddr kAt(0x700000000000);
constexpr Pfn kBar(0x2000000);

struct Bench {
    machine::Machine machine;
    option::Option option;
    mm::Kernel kernel{machine, option};
    Bench() { kernel.boot("bench"); }
    explicit Bench(option::Option o) : option(std::move(o)) { kernel.boot("bench"); }

    mm::Outcome run(mm::Action action) { return kernel.run({std::move(action)}); }
    void mapBar(Bytes size) {
        mm::Mmap map;
        map.name = "bar";
        map.at = kAt;
        map.size = size;
        map.backing = mm::Backing::Device;
        map.share = mm::Share::Shared;
        map.file = "bar";
        map.driver = mm::Driver{};
        map.driver->ops.basePfn = kBar;
        map.remap.push_back({Bytes(0), size, kBar});
        const mm::Outcome outcome = run(map);
        if (!outcome.ok())
            throw std::runtime_error("the map failed");
    }
};

option::Option hugeRemap() {
    option::Option option;
    option.name = "huge";
    option.remapHuge = option::Rule::always();
    option.remapDeposit = option::Rule::always();
    option.splitSpecial = option::SplitSpecial::Refill;
    const auto pfnmap = option::Rule::fact(option::Fact::VmaPfnmap);
    option.zapDeposited = option.splitDeposited = option.forkDeposit = pfnmap;
    return option;
}

/// The floor: 128 MiB of tables, written word by word into fresh memory. Giving the memory back is not part
/// of it, here and below.
void plainTables64G(benchmark::State& state) {
    const std::size_t words = 64_GiB / kPageSize;
    std::unique_ptr<Word[]> tables;
    for (auto _ : state) {
        state.PauseTiming();
        tables.reset();
        state.ResumeTiming();
        tables = std::make_unique_for_overwrite<Word[]>(words);
        Word value = 0x8000000000000237 | (kBar.raw() << kPageShift);
        for (std::size_t i = 0; i < words; ++i, value += kPageSize.raw())
            tables[i] = value;
        benchmark::DoNotOptimize(tables.get());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(words));
}

void remap64GByPtes(benchmark::State& state) {
    std::unique_ptr<Bench> bench;
    for (auto _ : state) {
        state.PauseTiming();
        bench = std::make_unique<Bench>();
        state.ResumeTiming();
        bench->mapBar(64_GiB);
        benchmark::DoNotOptimize(bench->machine.state().tables.size());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(64_GiB / kPageSize));
}

void stepThrough64G(benchmark::State& state) {
    Bench bench;
    bench.mapBar(64_GiB);
    machine::Timeline timeline(bench.machine);
    timeline.jump(timeline.end() / 2);
    for (auto _ : state) {
        timeline.stepForward(machine::StepDepth::Write);
        timeline.stepBack(machine::StepDepth::Write);
    }
    state.SetItemsProcessed(state.iterations() * 2);
}

/// As many entries as the operation writes, in a loop that does nothing else.
void plainEntries(benchmark::State& state) {
    const auto entries = static_cast<std::size_t>(state.range(0));
    std::vector<Word> tables(entries);
    for (auto _ : state) {
        Word value = 0x8000000000000237;
        for (Word& word : tables) {
            word = value;
            value += kPageSize.raw();
        }
        benchmark::DoNotOptimize(tables.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}

void splitHugePmd(benchmark::State& state) {
    Bench bench(hugeRemap());
    bench.mapBar(2_MiB);
    const machine::Mark mark = bench.machine.mark();
    for (auto _ : state) {
        bench.run(mm::SplitHugePmd{kAt});
        state.PauseTiming();
        bench.machine.rewind(mark);
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * kWordsPerFrame);
}

void forkOf1GHuge(benchmark::State& state) {
    Bench bench(hugeRemap());
    bench.mapBar(1_GiB);
    const machine::Mark mark = bench.machine.mark();
    for (auto _ : state) {
        bench.run(mm::Fork{"child"});
        state.PauseTiming();
        bench.machine.rewind(mark);
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * 512);
}

void unmapOf1GByPtes(benchmark::State& state) {
    Bench bench;
    bench.mapBar(1_GiB);
    const machine::Mark mark = bench.machine.mark();
    for (auto _ : state) {
        bench.run(mm::Munmap{kAt, 1_GiB});
        state.PauseTiming();
        bench.machine.rewind(mark);
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(1_GiB / kPageSize));
}

BENCHMARK(plainTables64G)->Unit(benchmark::kMillisecond);
BENCHMARK(remap64GByPtes)->Unit(benchmark::kMillisecond);
BENCHMARK(stepThrough64G);
BENCHMARK(plainEntries)->Arg(kWordsPerFrame)->Arg(1_GiB / kPageSize);
BENCHMARK(splitHugePmd);
BENCHMARK(forkOf1GHuge)->Unit(benchmark::kMicrosecond);
BENCHMARK(unmapOf1GByPtes)->Unit(benchmark::kMillisecond);

} // namespace
