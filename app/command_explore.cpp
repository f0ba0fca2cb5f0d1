// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/explore_arguments.h"
#include "explore/exploration.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <ostream>

namespace pfnscope::app {
namespace {

struct ExploreArguments {
    SearchArguments search;
    std::vector<std::string> options;
    std::string save;
    std::string checkpoint;
    std::string resume;
    bool json = false;
};

nlohmann::ordered_json toJson(const explore::Counterexample& example) {
    nlohmann::ordered_json steps = nlohmann::ordered_json::array();
    for (const explore::Letter& letter : example.letters)
        steps.push_back(toText(letter));
    return {{"kind", check::name(example.kind)},
            {"steps", std::move(steps)},
            {"function", example.finding.function},
            {"va", toText(example.finding.va)},
            {"text", example.finding.text},
            {"functions", example.functions},
            {"reproduces_in_real_geometry", example.agrees}};
}

nlohmann::ordered_json toJson(const explore::Exploration& exploration) {
    nlohmann::ordered_json findings = nlohmann::ordered_json::array();
    for (const explore::Counterexample& example : exploration.counterexamples)
        findings.push_back(toJson(example));
    return {{"option", exploration.option},
            {"exhausted", exploration.exhausted()},
            {"depth", exploration.search.depth},
            {"states", exploration.search.states},
            {"seconds", exploration.search.seconds},
            {"transitions", exploration.search.transitions},
            {"states_per_second", exploration.search.statesPerSecond()},
            {"bytes_per_state", exploration.search.bytesPerState()},
            {"findings", std::move(findings)}};
}

std::string_view words(explore::SearchEnd end) {
    switch (end) {
    case explore::SearchEnd::Exhausted:
        return "every reachable state was seen";
    case explore::SearchEnd::DepthReached:
        return "every sequence of this length was tried";
    case explore::SearchEnd::MemoryReached:
        return "the memory limit ended the search";
    case explore::SearchEnd::Cancelled:
        return "the search was cancelled";
    }
    return "";
}

void print(const explore::Exploration& exploration, std::ostream& out) {
    const explore::SearchOutcome& search = exploration.search;
    fmt::print(
        out,
        "{}: depth {}, {} states, {} transitions, {:.1f} s ({:.0f} states/s, {:.0f} bytes a state); {}\n",
        exploration.option, search.depth, search.states, search.transitions, search.seconds,
        search.statesPerSecond(), search.bytesPerState(), words(search.end));
    for (const explore::Counterexample& example : exploration.counterexamples) {
        fmt::print(out, "  {} after {} operations{}\n", check::name(example.kind), example.letters.size(),
                   example.agrees ? "" : " (NOT reproduced on tables of 512 entries)");
        for (const explore::Letter& letter : example.letters)
            fmt::print(out, "    {}\n", toText(letter));
        fmt::print(out, "    => {}\n", example.finding.text);
    }
    if (exploration.counterexamples.empty())
        fmt::print(out, "  no finding\n");
}

/// Options against kinds: the length of the shortest counterexample, or how far there is none.
void printMatrix(const std::vector<explore::Exploration>& explorations, std::ostream& out) {
    fmt::print(out, "\n{:<24}", "shortest counterexample");
    constexpr auto kLast = static_cast<std::size_t>(check::FindingKind::Oom);
    for (std::size_t kind = 0; kind <= kLast; ++kind)
        fmt::print(out, " {:>11.11}", check::name(static_cast<check::FindingKind>(kind)));
    fmt::print(out, "\n");
    for (const explore::Exploration& exploration : explorations) {
        fmt::print(out, "{:<24}", exploration.option);
        for (std::size_t kind = 0; kind <= kLast; ++kind) {
            std::string cell = fmt::format("none to {}", exploration.search.depth);
            for (const explore::Counterexample& example : exploration.counterexamples)
                if (example.kind == static_cast<check::FindingKind>(kind))
                    cell = std::to_string(example.letters.size());
            fmt::print(out, " {:>11}", cell);
        }
        fmt::print(out, "\n");
    }
}

void runExplore(const ExploreArguments& arguments, Context& context) {
    const auto alphabet = alphabetOf(arguments.search);
    if (!alphabet)
        return context.bad(alphabet.error());
    const auto options = optionsNamed(arguments.options);
    if (!options)
        return context.bad(options.error());
    std::vector<explore::Exploration> explorations;
    for (const option::Option& option : *options) {
        explore::SearchOptions limits = limitsOf(arguments.search, context.err);
        limits.checkpoint = arguments.checkpoint;
        const explore::Question question{option, *alphabet, {}, explore::kSmallGeometry};
        auto exploration = explore::explore(question, std::move(limits), arguments.resume);
        if (!exploration)
            return context.bad(exploration.error());
        if (arguments.json)
            context.out << toJson(*exploration).dump() << std::endl;
        else
            print(*exploration, context.out);
        if (!arguments.save.empty())
            if (const auto saved = saveCounterexamples(*exploration, question, arguments.save); !saved)
                return context.bad(saved.error());
        explorations.push_back(std::move(*exploration));
    }
    if (!arguments.json && explorations.size() > 1)
        printMatrix(explorations, context.out);
}

} // namespace

void addExploreCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<ExploreArguments>();
    CLI::App* command = program.add_subcommand(
        "explore",
        "Every sequence of operations up to a depth, under each option; the shortest counterexamples");
    command->add_option("--option", arguments->options,
                        "An option by name, or a file with one; may be given more than once (default: all)");
    addSearchArguments(*command, arguments->search);
    command->add_option("--save", arguments->save,
                        "Write each counterexample as a scenario into this folder");
    command->add_option("--checkpoint", arguments->checkpoint,
                        "Keep the search in this file, to resume it (one option)");
    command->add_option("--resume", arguments->resume,
                        "Go on from a checkpoint file (the same option and alphabet)");
    command->add_flag("--json", arguments->json, "For programs: one object a line for each option");
    command->callback([arguments, &context] { runExplore(*arguments, context); });
}

} // namespace pfnscope::app
