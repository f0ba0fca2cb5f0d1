// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_view.h"
#include "session/pictures.h"
#include "view/table_builder.h"

#include <QApplication>
#include <QScrollBar>

#include <benchmark/benchmark.h>

/// The budgets of the canvas: 10^6 entries (1,954 PTE tables, each drawn as a box of its own) under 16 ms a
/// frame, on the offscreen platform at 1600x1000.
namespace {

using namespace pfnscope;

constexpr std::uint64_t kTables = 1'954;

ui::Run millionEntries() {
    ui::Column column;
    column.option.name = "bench";
    column.machine = std::make_shared<machine::Machine>();
    test::TableBuilder build(*column.machine);
    column.stepOfOperation = {std::nullopt};
    {
        const auto call = column.machine->enter("remap_pfn_range");
        for (std::uint64_t i = 0; i < kTables; ++i)
            build.pages(VirtAddr(0x7f0000000000ULL + (i << 21)), 512, Pfn(0x1000000 + 512 * i));
        column.stepOfOperation.emplace_back(0);
    }
    column.answers = {"done"};
    ui::Run run;
    run.steps = {{"remap_pfn_range"}};
    run.columns.push_back(std::move(column));
    return run;
}

struct Window {
    ui::SessionModel session;
    ui::Pictures pictures{session};
    ui::CanvasView canvas{ui::Theme(ui::ThemeKind::Light)};
    Window() {
        session.setRun(millionEntries());
        pictures.reset();
        view::LayoutUnion all;
        all.addHistory(session.column(0).journal(), session.column(0).state().geometry());
        view::LayoutOptions options;
        options.tablesPerParent = 512; // no table is merged with others
        const view::TableGraph& now = pictures.now(0);
        canvas.resize(1600, 1000);
        canvas.setDiagram(view::makeDiagram(now, &now, all.place(options)));
        canvas.show();
        QApplication::processEvents();
    }
};

void pan(benchmark::State& state) {
    Window window;
    window.canvas.zoomTo(double(state.range(0)) / 100);
    QScrollBar* bar = window.canvas.verticalScrollBar();
    int direction = 37;
    for (auto _ : state) {
        if (bar->value() + direction > bar->maximum() || bar->value() + direction < bar->minimum())
            direction = -direction;
        bar->setValue(bar->value() + direction);
        window.canvas.viewport()->repaint();
    }
}
BENCHMARK(pan)->Arg(100)->Arg(30)->Arg(5)->Unit(benchmark::kMillisecond);

void zoom(benchmark::State& state) {
    Window window;
    double factor = 1.1;
    for (auto _ : state) {
        if (window.canvas.scale() > 2 || window.canvas.scale() < 0.1)
            factor = 1 / factor;
        window.canvas.zoom(factor);
        window.canvas.viewport()->repaint();
    }
}
BENCHMARK(zoom)->Unit(benchmark::kMillisecond);

void stride(benchmark::State& state) {
    Window window;
    auto direction = ui::Direction::Back;
    for (auto _ : state) {
        if (!window.session.stride(machine::StepDepth::Write, direction))
            direction = direction == ui::Direction::Back ? ui::Direction::Forward : ui::Direction::Back;
    }
}
BENCHMARK(stride)->Unit(benchmark::kMillisecond);

} // namespace

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    ui::loadFonts();
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
