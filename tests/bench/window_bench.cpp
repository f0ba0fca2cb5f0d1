// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_view.h"
#include "session/pictures.h"
#include "view/table_builder.h"
#include "window/main_window.h"
#include "window/settings.h"

#include <QApplication>
#include <QFile>
#include <QScrollBar>
#include <QTemporaryDir>

#include <benchmark/benchmark.h>

/// The budgets of the window, on the offscreen platform at 1600x1000. The canvas: 10^6 entries (1,954 PTE
/// tables, each drawn as a box of its own) under 16 ms a frame. The whole window, all panes of the preset
/// Explore: a scenario of 10^5 writes. README.md has the table.
namespace {

using namespace pfnscope;

constexpr std::uint64_t kTables = 1'954;

/// In runs: as remap_pfn_range() makes them. Differing: no two neighbours can be put into one run.
enum class Entries { InRuns, Differing };

ui::Run millionEntries(Entries entries) {
    ui::Column column;
    column.option.name = "bench";
    column.machine = std::make_shared<machine::Machine>();
    test::TableBuilder build(*column.machine);
    column.stepOfOperation = {std::nullopt};
    {
        const auto call = column.machine->enter("remap_pfn_range");
        for (std::uint64_t i = 0; i < kTables; ++i) {
            const VirtAddr at(0x7f0000000000ULL + (i << 21));
            const Pfn first(0x1000000 + 512 * i);
            if (entries == Entries::InRuns)
                build.pages(at, 512, first);
            else
                column.machine->fillEntries(
                    build.tableFor(at, hw::Level::Pte),
                    {0, 512, PhysAddr(first).raw() | test::kSpecialPage, 3 * kPageSize.raw()});
        }
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
    view::UnionLayout layout;
    /// Above `tablesPerParent` tables stand in one box, each entry a cell of it.
    explicit Window(Entries entries = Entries::InRuns, std::size_t tablesPerParent = 512) {
        session.setRun(millionEntries(entries));
        pictures.reset();
        view::LayoutUnion all;
        all.addHistory(session.column(0).journal(), session.column(0).state().geometry());
        view::LayoutOptions options;
        options.tablesPerParent = tablesPerParent;
        layout = all.place(options);
        canvas.resize(1600, 1000);
        draw();
        canvas.show();
        QApplication::processEvents();
    }
    void draw() {
        const view::TableGraph& now = pictures.now(0);
        canvas.setDiagram(view::makeDiagram(now, &now, layout));
    }
};

/// To the middle of the first box that stands for many tables.
void centreOnStrip(ui::CanvasView& canvas) {
    for (const view::Box& box : canvas.diagram().boxes) {
        if (box.kind == view::BoxKind::Group)
            return canvas.centerOn(ui::DiagramPainter::rowRect(box, box.rows.size() - 1).center());
    }
}

/// 10^6 entries that all differ, as cells: strips from afar, lines of cells, words, bits.
void panCells(benchmark::State& state) {
    Window window(Entries::Differing, 6);
    window.canvas.zoomTo(double(state.range(0)));
    centreOnStrip(window.canvas);
    QScrollBar* bar = window.canvas.horizontalScrollBar();
    int direction = 37;
    for (auto _ : state) {
        if (bar->value() + direction > bar->maximum() || bar->value() + direction < bar->minimum())
            direction = -direction;
        bar->setValue(bar->value() + direction);
        window.canvas.viewport()->repaint();
    }
}
BENCHMARK(panCells)->Arg(1)->Arg(12)->Arg(150)->Arg(500)->Arg(1400)->Unit(benchmark::kMillisecond);

void zoomCells(benchmark::State& state) {
    Window window(Entries::Differing, 6);
    centreOnStrip(window.canvas);
    double factor = 1.25;
    for (auto _ : state) {
        if (window.canvas.scale() > 1'000 || window.canvas.scale() < 0.5)
            factor = 1 / factor;
        window.canvas.zoom(factor);
        window.canvas.viewport()->repaint();
    }
}
BENCHMARK(zoomCells)->Unit(benchmark::kMillisecond);

/// What a step costs the canvas where a million entries are in sight: the diagram made anew, compared and
/// painted.
void redrawMillion(benchmark::State& state) {
    Window window(Entries(state.range(0)), 6);
    for (auto _ : state) {
        window.draw();
        window.canvas.viewport()->repaint();
    }
}
BENCHMARK(redrawMillion)
    ->Arg(int(Entries::InRuns))
    ->Arg(int(Entries::Differing))
    ->Unit(benchmark::kMillisecond);

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

/// 3,000 pages touched one by one, then given back one by one: 10^5 changes and more.
QString manyWrites(const QTemporaryDir& folder) {
    QByteArray text = "title: Many writes\nkernel: {thp: false}\nsteps:\n  - mmap: {name: heap, at: "
                      "0x40000000, size: 64M}\n";
    for (int page = 0; page < 3'000; ++page)
        text += "  - touch: {at: heap + " + QByteArray::number(page * 16) + "K, access: write}\n";
    for (int page = 0; page < 1'500; ++page)
        text += "  - munmap: {at: heap + " + QByteArray::number(page * 32) + "K, size: 4K}\n";
    QFile file(folder.filePath(QStringLiteral("many-writes.yaml")));
    if (file.open(QIODevice::WriteOnly))
        file.write(text);
    return file.fileName();
}

struct WholeWindow {
    QTemporaryDir folder;
    ui::MainWindow window{QString()};
    QString path = manyWrites(folder);
    WholeWindow() {
        ui::Settings::setFadeDuration(0);
        window.resize(1600, 1000);
        window.show();
        QApplication::processEvents();
    }
    void open(const QStringList& options) {
        window.setOptions(options);
        if (!window.open(path))
            std::abort();
        QApplication::processEvents();
    }
};

void firstWindow(benchmark::State& state) {
    for (auto _ : state) {
        ui::MainWindow window{QStringLiteral(PFNSCOPE_SOURCE_DIR "/scenarios")};
        window.resize(1600, 1000);
        window.show();
        QApplication::processEvents();
    }
}
BENCHMARK(firstWindow)->Unit(benchmark::kMillisecond);

void openScenario(benchmark::State& state) {
    WholeWindow whole;
    const QStringList options =
        QStringList{QStringLiteral("mainline"), QStringLiteral("A")}.mid(0, state.range(0));
    for (auto _ : state) {
        whole.window.session().close();
        whole.open(options);
    }
    state.counters["changes"] = double(whole.window.session().active().journal().end());
}
BENCHMARK(openScenario)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond);

/// A step with every pane of the preset and the canvas painted.
void stepWholeWindow(benchmark::State& state) {
    WholeWindow whole;
    whole.open({QStringLiteral("mainline")});
    ui::SessionModel& session = whole.window.session();
    session.moveToStep(3'000);
    auto direction = ui::Direction::Forward;
    for (auto _ : state) {
        if (!session.stride(machine::StepDepth(state.range(0)), direction))
            direction = direction == ui::Direction::Back ? ui::Direction::Forward : ui::Direction::Back;
        QApplication::processEvents();
    }
}
BENCHMARK(stepWholeWindow)
    ->Arg(int(machine::StepDepth::Operation))
    ->Arg(int(machine::StepDepth::Write))
    ->Unit(benchmark::kMillisecond);

/// From anywhere to anywhere, as a drag of the time slider does.
void jumpAbout(benchmark::State& state, ui::SessionModel& session) {
    std::size_t step = 1;
    for (auto _ : state) {
        step = (step * 7'919 + 13) % session.steps().size();
        session.moveToStep(step);
        QApplication::processEvents();
    }
}

void scrub(benchmark::State& state) {
    WholeWindow whole;
    whole.open({QStringLiteral("mainline")});
    jumpAbout(state, whole.window.session());
}
BENCHMARK(scrub)->Unit(benchmark::kMillisecond);

/// 16.7 million entries beside 32,768 deposits: the case of the thread that is about the price.
void stepPrice(benchmark::State& state) {
    WholeWindow whole;
    whole.window.setOptions({QStringLiteral("mainline"), QStringLiteral("A")});
    if (!whole.window.open(QStringLiteral(PFNSCOPE_SOURCE_DIR "/scenarios/thread/14-price-64g.yaml")))
        std::abort();
    ui::SessionModel& session = whole.window.session();
    std::size_t step = 2;
    session.moveToStep(step);
    QApplication::processEvents();
    for (auto _ : state) {
        step = step == 5 ? 2 : step + 1; // among the touches, the map stands
        session.moveToStep(step);
        QApplication::processEvents();
    }
}
BENCHMARK(stepPrice)->Unit(benchmark::kMillisecond);

/// Four columns, their differences, and the panes of the preset Review.
void scrubReview(benchmark::State& state) {
    WholeWindow whole;
    whole.open({QStringLiteral("mainline"), QStringLiteral("A"), QStringLiteral("B"), QStringLiteral("C")});
    whole.window.applyPreset(ui::Preset::Review);
    QApplication::processEvents();
    jumpAbout(state, whole.window.session());
}
BENCHMARK(scrubReview)->Unit(benchmark::kMillisecond);

void differencesOfTwoColumns(benchmark::State& state) {
    WholeWindow whole;
    whole.open({QStringLiteral("mainline"), QStringLiteral("A")});
    whole.window.session().moveToStep(3'000);
    for (auto _ : state)
        benchmark::DoNotOptimize(whole.window.pictures().differences(0, 1));
}
BENCHMARK(differencesOfTwoColumns)->Unit(benchmark::kMillisecond);

void exportSvg(benchmark::State& state) {
    WholeWindow whole;
    whole.open({QStringLiteral("mainline")});
    whole.window.session().moveToStep(3'000);
    const QString path = whole.folder.filePath(QStringLiteral("picture.svg"));
    for (auto _ : state)
        benchmark::DoNotOptimize(whole.window.exportTo(path));
}
BENCHMARK(exportSvg)->Unit(benchmark::kMillisecond);

/// What the process takes at its peak: the million entries and the journal of 10^5 writes at once.
void memory(benchmark::State& state) {
    Window canvas;
    WholeWindow whole;
    whole.open({QStringLiteral("mainline")});
    QFile status(QStringLiteral("/proc/self/status"));
    for (auto _ : state) {
        if (status.open(QIODevice::ReadOnly))
            benchmark::DoNotOptimize(status.readAll());
        status.close();
    }
    if (status.open(QIODevice::ReadOnly)) {
        for (const QByteArray& line : status.readAll().split('\n')) {
            if (line.startsWith("VmRSS:"))
                state.counters["MiB"] = line.mid(6).trimmed().split(' ').front().toDouble() / 1024;
        }
    }
}
BENCHMARK(memory)->Unit(benchmark::kMillisecond);

} // namespace

int main(int argc, char** argv) {
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QTemporaryDir settings; // the user's own stay as they are
    qputenv("XDG_CONFIG_HOME", settings.path().toUtf8());
    QApplication application(argc, argv);
    ui::loadFonts();
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
