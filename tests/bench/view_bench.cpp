// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/svg.h"
#include "view/make_diagram.h"
#include "view/table_builder.h"

#include <benchmark/benchmark.h>

/// From state to picture, with `range` PTE tables of 512 entries: 2,048 are 10^6 entries, 32,768 a BAR of 64
/// GiB.
namespace {

using namespace pfnscope;

struct Filled {
    explicit Filled(std::int64_t tables) {
        const auto call = machine.enter("remap");
        for (std::int64_t i = 0; i < tables; ++i)
            build.pages(VirtAddr(0x7f0000000000ULL + (static_cast<std::uint64_t>(i) << 21)), 512,
                        Pfn(0x1000000 + 512 * static_cast<std::uint64_t>(i)));
    }
    machine::Machine machine;
    test::TableBuilder build{machine};
};

void snapshot(benchmark::State& state) {
    const Filled filled(state.range(0));
    for (auto _ : state)
        benchmark::DoNotOptimize(view::snapshotGraph(filled.machine.state()));
}
BENCHMARK(snapshot)->Arg(2'048)->Arg(32'768)->Unit(benchmark::kMillisecond);

void layout(benchmark::State& state) {
    const Filled filled(state.range(0));
    for (auto _ : state) {
        view::LayoutUnion all;
        all.addHistory(filled.machine.journal(), filled.machine.state().geometry());
        benchmark::DoNotOptimize(all.place());
    }
}
BENCHMARK(layout)->Arg(2'048)->Arg(32'768)->Unit(benchmark::kMillisecond);

void diagram(benchmark::State& state) {
    const Filled filled(state.range(0));
    view::LayoutUnion all;
    all.addHistory(filled.machine.journal(), filled.machine.state().geometry());
    const view::UnionLayout places = all.place();
    const view::TableGraph now = view::snapshotGraph(filled.machine.state());
    for (auto _ : state)
        benchmark::DoNotOptimize(view::makeDiagram(now, &now, places));
}
BENCHMARK(diagram)->Arg(2'048)->Arg(32'768)->Unit(benchmark::kMillisecond);

void svg(benchmark::State& state) {
    const Filled filled(state.range(0));
    const view::Diagram picture = view::makeDiagram(view::snapshotGraph(filled.machine.state()), nullptr);
    for (auto _ : state)
        benchmark::DoNotOptimize(render::renderSvg(picture));
}
BENCHMARK(svg)->Arg(32'768)->Unit(benchmark::kMillisecond);

} // namespace
