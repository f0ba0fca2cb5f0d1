// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/deposit_model.h"
#include "explore/search.h"

#include <filesystem>

/// Searches the deposit model, slots symmetric, and writes checkpoints as fast as it can: a program for a
/// test to kill. usage: killed_search FILE DEPTH
int main(int argc, char** argv) {
    using namespace pfnscope;
    if (argc != 3)
        return 2;
    const bench::DepositModel model(bench::Symmetry::SlotsSwap);
    explore::SearchOptions options;
    options.threads = 2;
    options.checkpoint = argv[1];
    options.depth = static_cast<unsigned>(std::stoul(argv[2]));
    options.checkpointEvery = std::chrono::milliseconds(1);
    const auto search = std::filesystem::exists(argv[1]) ? explore::Search::resume(model, options, argv[1])
                                                         : explore::Search::create(model, options);
    return search.has_value() && (*search)->run().has_value() ? 0 : 1;
}
