// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/exploration.h"
#include "option/catalogue.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>

/// Searches the kernel model over a shipped alphabet under one option, depth by depth: states, states a
/// second, bytes a state.
int main(int argc, char** argv) {
    using namespace pfnscope;
    std::string optionName = "mainline";
    std::string alphabetName = "default";
    unsigned deepest = 5;
    unsigned threads = 0;
    CLI::App app{"Breadth-first search through the kernel model"};
    app.add_option("--option", optionName, "an option of the catalogue");
    app.add_option("--alphabet", alphabetName, "a shipped alphabet");
    app.add_option("--depth", deepest, "the deepest search");
    app.add_option("--threads", threads, "0: as many as there are cores");
    CLI11_PARSE(app, argc, argv);
    const auto catalogue = option::Catalogue::shipped();
    const auto option = catalogue.find(optionName);
    const auto alphabet = explore::shippedAlphabet(alphabetName);
    if (!option || !alphabet) {
        fmt::print(stderr, "{}\n", toText(option ? alphabet.error() : option.error()));
        return 2;
    }
    const explore::Question question{**option, *alphabet, {}, explore::kSmallGeometry};
    const explore::KernelModel model(question);
    fmt::print("{:>5} {:>9} {:>11} {:>8} {:>9} {:>13} {:>13}\n", "depth", "states", "transitions", "seconds",
               "states/s", "transitions/s", "bytes a state");
    for (unsigned depth = 1; depth <= deepest; ++depth) {
        explore::SearchOptions options;
        options.depth = depth;
        options.threads = threads;
        const auto search = explore::Search::create(model, options);
        const auto outcome = (*search)->run();
        if (!outcome) {
            fmt::print(stderr, "{}\n", toText(outcome.error()));
            return 2;
        }
        fmt::print("{:>5} {:>9} {:>11} {:>8.2f} {:>9.0f} {:>13.0f} {:>13.0f}\n", depth, outcome->states,
                   outcome->transitions, outcome->seconds, outcome->statesPerSecond(),
                   static_cast<double>(outcome->transitions) / outcome->seconds, outcome->bytesPerState());
        std::fflush(stdout);
    }
    return 0;
}
