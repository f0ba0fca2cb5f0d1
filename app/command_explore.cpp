// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/explore_arguments.h"
#include "app/interrupt.h"
#include "app/ranks.h"
#include "cluster/cluster_exploration.h"
#include "explore/exploration.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
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
    unsigned checkpointSeconds = 30;
    bool json = false;
    bool showAlphabet = false;
};

std::string_view name(explore::SearchEnd end) {
    switch (end) {
    case explore::SearchEnd::Exhausted:
        return "exhausted";
    case explore::SearchEnd::DepthReached:
        return "depth";
    case explore::SearchEnd::MemoryReached:
        return "memory";
    case explore::SearchEnd::Cancelled:
        return "cancelled";
    case explore::SearchEnd::RankLost:
        return "rank-lost";
    }
    return "";
}

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
            {"end", name(exploration.search.end)},
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
        return "the memory limit ended the search: longer sequences were not all tried";
    case explore::SearchEnd::Cancelled:
        return "the search was cancelled: longer sequences were not all tried";
    case explore::SearchEnd::RankLost:
        return "a rank is gone: longer sequences were not all tried";
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
        fmt::print(out, "    through {}\n", fmt::join(example.functions, ", "));
    }
    if (exploration.counterexamples.empty())
        fmt::print(out, "  no finding\n");
}

const explore::Counterexample* exampleOf(const explore::Exploration& exploration, check::FindingKind kind) {
    const auto found = std::ranges::find(exploration.counterexamples, kind, &explore::Counterexample::kind);
    return found == exploration.counterexamples.end() ? nullptr : &*found;
}

void printRow(const explore::Exploration& exploration, const std::vector<check::FindingKind>& kinds,
              std::ostream& out) {
    fmt::print(out, "{:<24}", exploration.option);
    for (const check::FindingKind kind : kinds) {
        const explore::Counterexample* example = exampleOf(exploration, kind);
        fmt::print(out, " {:>11}",
                   example ? std::to_string(example->letters.size())
                           : fmt::format("none to {}", exploration.search.depth));
    }
    fmt::print(out, "\n");
}

/// Options against kinds: the length of the shortest counterexample, or how far there is none. Kinds that no
/// option shows are named in a line of their own.
void printMatrix(const std::vector<explore::Exploration>& explorations, std::ostream& out) {
    std::vector<check::FindingKind> seen;
    std::vector<std::string_view> unseen;
    for (auto kind = check::FindingKind{}; kind <= check::FindingKind::Oom;
         kind = static_cast<check::FindingKind>(static_cast<unsigned>(kind) + 1)) {
        const bool isSeen =
            std::ranges::any_of(explorations, [&](const auto& each) { return exampleOf(each, kind); });
        if (isSeen)
            seen.push_back(kind);
        else
            unseen.push_back(check::name(kind));
    }
    fmt::print(out, "\n{:<24}", "shortest counterexample");
    for (const check::FindingKind kind : seen)
        fmt::print(out, " {:>11.11}", check::name(kind));
    fmt::print(out, "\n");
    for (const explore::Exploration& exploration : explorations)
        printRow(exploration, seen, out);
    fmt::print(out, "under none of them: {}\n", fmt::join(unseen, ", "));
}

template <class T> Result<void> asVoid(const Result<T>& result) {
    return result ? Result<void>() : fail(result.error());
}

Result<void> checkTogether(const ExploreArguments& arguments, std::size_t options) {
    if (options == 1 || (arguments.checkpoint.empty() && arguments.resume.empty()))
        return {};
    return fail({ErrorKind::OutOfRange,
                 {},
                 std::to_string(options) + " options",
                 "one --option with --checkpoint or --resume: a checkpoint is of one search"});
}

explore::SearchOptions searchOptions(const ExploreArguments& arguments, const std::string& option,
                                     std::stop_token stop, ProgressLine& line) {
    explore::SearchOptions limits = limitsOf(arguments.search, std::move(stop));
    limits.checkpoint = arguments.checkpoint.empty() ? arguments.resume : arguments.checkpoint;
    limits.checkpointEvery = std::chrono::seconds(arguments.checkpointSeconds);
    limits.progress = [&line, option](const explore::SearchProgress& now) {
        line.show(option + ": " + toText(now));
    };
    return limits;
}

Result<explore::Exploration> exploreOne(const ExploreArguments& arguments, const explore::Question& question,
                                        const Ranks& ranks, std::ostream& err) {
    ProgressLine line(err, arguments.search.progress && ranks.isFirst());
    explore::SearchOptions options = searchOptions(arguments, question.option.name, ranks.stop, line);
    if (ranks.peers)
        return cluster::explore(question, std::move(options), *ranks.peers, arguments.resume);
    return explore::explore(question, std::move(options), arguments.resume);
}

Result<void> saveFindings(const ExploreArguments& arguments, const explore::Exploration& exploration,
                          const explore::Question& question, const Ranks& ranks) {
    if (arguments.save.empty() || exploration.search.end == explore::SearchEnd::RankLost)
        return {};
    return ranks.agree(ranks.isFirst() ? saveCounterexamples(exploration, question, arguments.save)
                                       : Result<void>());
}

bool isCutShort(explore::SearchEnd end) {
    return end == explore::SearchEnd::Cancelled || end == explore::SearchEnd::RankLost;
}

void runExplore(const ExploreArguments& arguments, const Ranks& ranks, Context& context) {
    const auto alphabet = alphabetOf(arguments.search);
    if (const auto read = ranks.agree(asVoid(alphabet)); !read)
        return context.bad(read.error());
    const auto options = optionsNamed(arguments.options);
    if (const auto read = ranks.agree(asVoid(options)); !read)
        return context.bad(read.error());
    if (const auto together = checkTogether(arguments, options->size()); !together)
        return context.bad(together.error());
    std::vector<explore::Exploration> explorations;
    for (const option::Option& option : *options) {
        const explore::Question question{option, *alphabet, {}, explore::kSmallGeometry};
        auto exploration = exploreOne(arguments, question, ranks, context.err);
        if (!exploration)
            return context.bad(exploration.error());
        if (arguments.json)
            context.out << toJson(*exploration).dump() << std::endl;
        else
            print(*exploration, context.out);
        if (const auto saved = saveFindings(arguments, *exploration, question, ranks); !saved)
            return context.bad(saved.error());
        context.status = std::max(context.status, statusOf(exploration->search.end));
        explorations.push_back(std::move(*exploration));
        if (isCutShort(explorations.back().search.end))
            break;
    }
    if (!arguments.json && explorations.size() > 1)
        printMatrix(explorations, context.out);
}

void exploreOnRanks(const ExploreArguments& arguments, Context& context) {
    if (arguments.showAlphabet && !explore::shippedAlphabetText(arguments.search.alphabet).empty()) {
        context.out << explore::shippedAlphabetText(arguments.search.alphabet);
        return;
    }
    const Interrupt interrupt;
    runOnRanks(context, interrupt.token(),
               [&arguments](const Ranks& ranks, Context& own) { runExplore(arguments, ranks, own); });
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
    command->add_option("--checkpoint-every", arguments->checkpointSeconds, "Seconds from one to the next")
        ->capture_default_str()
        ->check(CLI::Range(0U, 3600U));
    command->add_option(
        "--resume", arguments->resume,
        "Go on from a checkpoint file (the same option and alphabet), and keep the search in it");
    command->add_flag("--json", arguments->json, "For programs: one object a line for each option");
    command->add_flag("--show-alphabet", arguments->showAlphabet,
                      "Print the shipped alphabet that --alphabet names, to begin one's own from");
    command->callback([arguments, &context] { exploreOnRanks(*arguments, context); });
}

} // namespace pfnscope::app
