// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_schedule.h"

#include "app/choice.h"
#include "schedule/listing.h"
#include "schedule/pairs.h"
#include "schedule/search.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace pfnscope::app {
namespace {

using nlohmann::ordered_json;

constexpr unsigned kMostPreemptions = 100;

struct ScheduleArguments {
    OptionChoice options;
    std::string match;
    unsigned preemptions = 2;
    bool populateFirst = false;
    bool json = false;
};

/// A machine of two CPUs under an option, with what a situation begins with done.
class Desk {
public:
    Desk(const option::Option& option, const schedule::Situation& situation, const mm::KernelConfig& config)
        : machine_(twoCpus()), kernel_(machine_, option, config), watch_(booted(kernel_)) {
        for (const mm::Operation& operation : situation.before)
            watch_.after(operation, kernel_.run(operation), 0);
    }

    schedule::SearchResult search(const std::vector<mm::Operation>& operations, unsigned preemptions) {
        return schedule::search({kernel_, machine_, watch_, 1}, operations, {.preemptions = preemptions});
    }

    /// One column a CPU.
    std::string listing(const std::vector<mm::Operation>& operations, const schedule::Schedule& schedule) {
        const machine::Mark mark = machine_.mark();
        std::string text;
        {
            schedule::Execution execution(kernel_, machine_, operations);
            follow(execution, schedule);
            text = schedule::listing(machine_, mark.position, machine_.position());
        }
        machine_.rewind(mark);
        return text;
    }

private:
    static machine::MachineConfig twoCpus() {
        machine::MachineConfig config;
        config.cpus.count = 2;
        config.cpus.tlb = {{8, 4}, {16, 4}, {4, 4}, {4, 4}};
        return config;
    }
    static mm::Kernel& booted(mm::Kernel& kernel) {
        kernel.boot("main");
        return kernel;
    }

    machine::Machine machine_;
    mm::Kernel kernel_;
    check::Watch watch_;
};

ordered_json toJson(const schedule::Race& race) {
    ordered_json turns = ordered_json::array();
    for (const schedule::Turn& turn : race.schedule)
        turns.push_back(
            {{turn.actor.kind == schedule::ActorKind::Interrupt ? "interrupt" : "cpu", turn.actor.cpu.raw()},
             {"steps", turn.steps}});
    return {{"kind", check::name(race.finding.kind)},
            {"function", race.finding.function},
            {"text", race.finding.text},
            {"preemptions", race.preemptions},
            {"schedule", std::move(turns)}};
}

/// What an option's search has come to.
struct Tally {
    std::uint64_t pairs = 0;
    std::uint64_t schedules = 0;
    std::uint64_t cut = 0;
    std::size_t races = 0;
    bool exhausted = true;
    ordered_json found = ordered_json::array();
};

void searchPair(const ScheduleArguments& arguments, const option::Option& option,
                const schedule::Situation& situation, const std::vector<mm::Operation>& operations,
                Tally& tally, std::ostream& out) {
    const std::string names =
        fmt::format("{}: {} / {}", situation.name, schedule::describe(operations[0].action),
                    schedule::describe(operations[1].action));
    if (names.find(arguments.match) == std::string::npos)
        return;
    mm::KernelConfig config;
    if (arguments.populateFirst)
        config.splitOrder = mm::SplitOrder::PopulateFirst;
    Desk desk(option, situation, config);
    const schedule::SearchResult result = desk.search(operations, arguments.preemptions);
    ++tally.pairs;
    tally.schedules += result.schedules;
    tally.cut += result.cut;
    tally.races += result.races.size();
    tally.exhausted = tally.exhausted && result.exhausted;
    for (const schedule::Race& race : result.races) {
        if (arguments.json) {
            ordered_json line = toJson(race);
            line["situation"] = situation.name;
            line["operations"] = {schedule::describe(operations[0].action),
                                  schedule::describe(operations[1].action)};
            tally.found.push_back(std::move(line));
            continue;
        }
        fmt::print(out, "{}\n{} with {} preemption{}: {}\n\n{}\n", names, check::name(race.finding.kind),
                   race.preemptions, race.preemptions == 1 ? "" : "s", race.finding.text,
                   desk.listing(operations, race.schedule));
    }
}

Tally searchPairs(const ScheduleArguments& arguments, const option::Option& option, std::ostream& out) {
    Tally tally;
    for (const schedule::Situation& situation : schedule::situations())
        for (std::size_t one = 0; one < situation.overlapping.size(); ++one)
            for (std::size_t other = one; other < situation.overlapping.size(); ++other)
                searchPair(arguments, option, situation,
                           schedule::overlap(situation.overlapping[one], situation.overlapping[other]), tally,
                           out);
    return tally;
}

void schedulePairs(const ScheduleArguments& arguments, Context& context) {
    const auto known = knownOptions(arguments.options);
    if (!known)
        return context.bad(known.error());
    std::vector<std::string> names = arguments.options.names;
    if (names.empty())
        names.push_back("mainline");
    ordered_json results = ordered_json::array();
    for (const std::string& name : names) {
        const auto option = known->find(name);
        if (!option)
            return context.bad(option.error());
        Tally tally = searchPairs(arguments, **option, context.out);
        if (tally.pairs == 0)
            return context.bad(Error{ErrorKind::UnknownName,
                                     {},
                                     arguments.match,
                                     "a part of a situation's or an operation's name"});
        if (tally.races > 0)
            context.status = ExitStatus::CheckFailed;
        if (arguments.json)
            results.push_back({{"option", name},
                               {"pairs", tally.pairs},
                               {"schedules", tally.schedules},
                               {"cut", tally.cut},
                               {"exhausted", tally.exhausted},
                               {"races", std::move(tally.found)}});
        else
            fmt::print(
                context.out,
                "{}: {} race{} in {} pair{} with up to {} preemptions; {} schedules, {} more cut off{}\n",
                name, tally.races, tally.races == 1 ? "" : "s", tally.pairs, tally.pairs == 1 ? "" : "s",
                arguments.preemptions, tally.schedules, tally.cut,
                tally.exhausted ? "" : "; a limit was reached, so there may be more");
    }
    if (arguments.json)
        context.out << ordered_json{{"results", std::move(results)}}.dump(1) << '\n';
}

} // namespace

void addScheduleCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<ScheduleArguments>();
    CLI::App* command = program.add_subcommand(
        "schedule",
        "All schedules of two operations that overlap on two CPUs, for every pair of four situations: what\n"
        "goes wrong only because they overlap, one column a CPU; exit status 1 if anything does");
    addOptionChoice(*command, arguments->options);
    command->add_option("--match", arguments->match,
                        "Only pairs whose line (situation: one / other) contains this text");
    command
        ->add_option("--preemptions", arguments->preemptions,
                     "Switch away at most so often from an operation that could go on")
        ->check(CLI::Range(0U, kMostPreemptions))
        ->capture_default_str();
    command->add_flag("--populate-first", arguments->populateFirst,
                      "Turn the order of a split around: populate, then flush");
    command->add_flag("--json", arguments->json, "For programs");
    command->callback([arguments, &context] { schedulePairs(*arguments, context); });
}

} // namespace pfnscope::app
