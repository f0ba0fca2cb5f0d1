// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/deposit_model.h"
#include "explore/kernel_machine.h"
#include "explore/search.h"
#include "option/catalogue.h"

#include <filesystem>

namespace {

using namespace pfnscope;

bool searchOn(const explore::SearchModel& model, const explore::SearchOptions& options) {
    const auto search = std::filesystem::exists(options.checkpoint)
                            ? explore::Search::resume(model, options, options.checkpoint)
                            : explore::Search::create(model, options);
    return search.has_value() && (*search)->run().has_value();
}

} // namespace

/// Searches the deposit model, slots symmetric, or with an option's name the kernel model over the default
/// alphabet, and writes checkpoints as fast as it can: a program for a test to kill. usage: killed_search
/// FILE DEPTH [OPTION]
int main(int argc, char** argv) {
    if (argc < 3)
        return 2;
    explore::SearchOptions options;
    options.threads = 2;
    options.checkpoint = argv[1];
    options.depth = static_cast<unsigned>(std::stoul(argv[2]));
    options.checkpointEvery = std::chrono::milliseconds(1);
    if (argc == 3)
        return searchOn(bench::DepositModel(bench::Symmetry::SlotsSwap), options) ? 0 : 1;
    const auto catalogue = option::Catalogue::shipped();
    const auto option = catalogue.find(argv[3]);
    if (!option)
        return 2;
    const explore::Question question{**option, *explore::defaultAlphabet(), {}, explore::kSmallGeometry};
    return searchOn(explore::KernelModel(question), options) ? 0 : 1;
}
