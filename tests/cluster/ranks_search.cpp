// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/deposit_model.h"
#include "cluster/cluster_search.h"
#include "cluster/launch.h"
#include "cluster/packing.h"
#include "explore/kernel_machine.h"
#include "option/catalogue.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <ctime>

namespace {

using namespace pfnscope;

struct Arguments {
    std::string option; ///< of the kernel model; empty: the deposit model
    unsigned depth = 64;
    bool isChecked = false;
};

struct Effort {
    std::uint64_t sent = 0;
    double processorSeconds = 0;
};

Effort effortOfAll(cluster::Peers& peers) {
    cluster::Message own;
    cluster::pack(own, Effort{peers.sent(), static_cast<double>(std::clock()) / CLOCKS_PER_SEC});
    const auto all = cluster::tellAll(peers, own);
    Effort sum;
    for (const cluster::Message& each : *all) {
        const auto effort = cluster::Unpacker(each).take<Effort>();
        sum.sent += effort.sent;
        sum.processorSeconds += effort.processorSeconds;
    }
    return sum;
}

bool isThatOfOneProcess(const explore::SearchModel& model, const explore::SearchOptions& options,
                        const explore::SearchOutcome& outcome) {
    const auto search = explore::Search::create(model, options);
    const auto expected = (*search)->run();
    return expected && expected->end == outcome.end && expected->states == outcome.states &&
           expected->transitions == outcome.transitions && expected->statesAtDepth == outcome.statesAtDepth &&
           expected->findings == outcome.findings;
}

int search(const Arguments& arguments, const explore::SearchModel& model, cluster::Peers& peers) {
    explore::SearchOptions options;
    options.depth = arguments.depth;
    auto made = cluster::ClusterSearch::create(model, options, peers);
    const auto outcome = made.and_then([](auto& search) { return search->run(); });
    if (!outcome) {
        fmt::print(stderr, "{}\n", toText(outcome.error()));
        return 2;
    }
    const Effort effort = effortOfAll(peers);
    if (peers.rank() != 0)
        return 0;
    fmt::print("ranks {}\nstates {}\ntransitions {}\ndepth {}\nfindings {}\nseconds "
               "{:.3f}\nstates_per_second {:.0f}\n"
               "bytes_per_state {:.1f}\nbytes_sent_per_state {:.1f}\nprocessor_seconds {:.1f}\n",
               peers.size(), outcome->states, outcome->transitions, outcome->depth, outcome->findings.size(),
               outcome->seconds, outcome->statesPerSecond(), outcome->bytesPerState(),
               static_cast<double>(effort.sent) / outcome->states, effort.processorSeconds);
    if (!arguments.isChecked || isThatOfOneProcess(model, options, *outcome))
        return 0;
    fmt::print(stderr, "one process finds something else\n");
    return 1;
}

} // namespace

/// To be run by mpirun: searches the deposit model, or the kernel model under an option, on all ranks and
/// says how fast, in lines of "name value".
int main(int argc, char** argv) {
    Arguments arguments;
    CLI::App app{"Search over ranks"};
    app.add_option("--option", arguments.option, "search the kernel model under this option");
    app.add_option("--depth", arguments.depth, "the longest sequence");
    app.add_flag("--check", arguments.isChecked, "compare with a search by one process");
    CLI11_PARSE(app, argc, argv);
    const auto peers = cluster::joinPeers({});
    if (!peers) {
        fmt::print(stderr, "{}\n", toText(peers.error()));
        return 2;
    }
    if (arguments.option.empty())
        return search(arguments, bench::DepositModel(bench::Symmetry::Distinct), **peers);
    const auto catalogue = option::Catalogue::shipped();
    const auto option = catalogue.find(arguments.option);
    if (!option)
        return 2;
    const explore::Question question{**option, *explore::defaultAlphabet(), {}, explore::kSmallGeometry};
    return search(arguments, explore::KernelModel(question), **peers);
}
