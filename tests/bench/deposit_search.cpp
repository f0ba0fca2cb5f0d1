// SPDX-License-Identifier: GPL-3.0-or-later
#include "deposit_model.h"
#include "explore/search.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>

/// Searches the deposit model and says how fast, in lines of "name value" that compare_with_spin.sh reads.
int main(int argc, char** argv) {
    using namespace pfnscope;
    explore::SearchOptions options;
    bool isSymmetric = false;
    bool isChecked = false;
    bool isWatched = false;
    CLI::App app{"Breadth-first search through the deposit model"};
    app.add_flag("--symmetric", isSymmetric, "take the slots of an address space as symmetric");
    app.add_flag("--check", isChecked, "check the way back of each state");
    app.add_flag("--progress", isWatched, "say how far the search is");
    app.add_option("--threads", options.threads, "0: as many as there are cores");
    CLI11_PARSE(app, argc, argv);
    if (isWatched)
        options.progress = [](const explore::SearchProgress& now) {
            fmt::print(stderr, "depth {}, {} states, {:.0f} states/s, {} MiB\n", now.depth, now.states,
                       now.statesPerSecond, now.memory.raw() >> 20);
        };
    const auto symmetry = isSymmetric ? bench::Symmetry::SlotsSwap : bench::Symmetry::Distinct;
    const bench::DepositModel model(symmetry);
    auto search = explore::Search::create(model, options);
    const auto outcome = search.and_then([](auto& made) { return made->run(); });
    if (!outcome) {
        fmt::print(stderr, "{}\n", toText(outcome.error()));
        return 2;
    }
    fmt::print("states {}\ntransitions {}\ndepth {}\nfindings {}\nseconds {:.3f}\nstates_per_second {:.0f}\n"
               "bytes_per_state {:.1f}\npeak_mib {}\n",
               outcome->states, outcome->transitions, outcome->depth, outcome->findings.size(),
               outcome->seconds, outcome->statesPerSecond(), outcome->bytesPerState(),
               outcome->peakMemory.raw() >> 20);
    if (isChecked && !bench::hasTrueWayBack((*search)->states(), symmetry)) {
        fmt::print(stderr, "a state is not what its parent becomes\n");
        return 1;
    }
    return outcome->end == explore::SearchEnd::Exhausted ? 0 : 1;
}
