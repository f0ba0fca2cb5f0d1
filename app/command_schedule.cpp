// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_schedule.h"

#include "app/choice.h"
#include "app/interrupt.h"
#include "app/ranks.h"
#include "base/atomic_file.h"
#include "cluster/shared_schedules.h"
#include "scenario/race_scenario.h"
#include "scenario/writer.h"
#include "schedule/listing.h"
#include "schedule/pairs.h"
#include "schedule/search.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>

namespace pfnscope::app {
namespace {

using nlohmann::ordered_json;

constexpr unsigned kMostPreemptions = 100;

struct ScheduleArguments {
    OptionChoice options;
    std::string match;
    unsigned preemptions = 2;
    std::size_t cpus = 2;
    bool populateFirst = false;
    std::string save;
    bool json = false;
};

/// A machine under an option, with what a situation begins with done.
class Desk {
public:
    Desk(const option::Option& option, const schedule::Situation& situation, const mm::KernelConfig& config,
         std::size_t cpus)
        : machine_(configOf(cpus)), kernel_(machine_, option, config), watch_(booted(kernel_)) {
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
    static machine::MachineConfig configOf(std::size_t cpus) {
        machine::MachineConfig config;
        config.cpus.count = static_cast<std::uint32_t>(cpus);
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
        turns.push_back(toText(turn));
    return {{"kind", check::name(race.finding.kind)},
            {"function", race.finding.function},
            {"text", race.finding.text},
            {"preemptions", race.preemptions},
            {"schedule", std::move(turns)}};
}

/// One race as a scenario file, numbered within its option and kind.
Result<void> save(const scenario::FoundRace& race, const option::Option& option,
                  const mm::KernelConfig& kernel, std::size_t number, const std::string& folder) {
    const auto scenario = scenario::scenarioOf(race, option, kernel);
    if (!scenario)
        return fail(scenario.error());
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    if (code)
        return fail({ErrorKind::CannotWrite, {folder}, code.message(), "a folder that may be made"});
    const auto path = std::filesystem::path(folder) /
                      fmt::format("{}-{}-{}.yaml", option.name, check::name(race.finding.kind), number);
    return writeFileAtomically(path, scenario::toYaml(*scenario));
}

/// What an option's search has come to.
struct Tally {
    std::uint64_t groups = 0;
    std::uint64_t schedules = 0;
    std::uint64_t cut = 0;
    std::size_t races = 0;
    std::map<check::FindingKind, std::size_t> saved;
    bool exhausted = true;
    std::optional<Error> error; ///< of a file that could not be written
    ordered_json found = ordered_json::array();
};

/// Operations that overlap after what a situation begins with.
struct Group {
    schedule::Situation situation;
    schedule::Operations operations;

    std::string name() const { return fmt::format("{}: {}", situation.name, schedule::describe(operations)); }
};

std::vector<Group> groupsMatching(const std::string& match, std::size_t cpus) {
    std::vector<Group> groups;
    for (const schedule::Situation& situation : schedule::situations())
        for (const schedule::Operations& operations : schedule::groupsOf(situation, cpus))
            if (Group group{situation, operations}; group.name().find(match) != std::string::npos)
                groups.push_back(std::move(group));
    return groups;
}

/// What every search of one option has in common.
struct Task {
    const ScheduleArguments& arguments;
    const option::Option& option;
    mm::KernelConfig kernel;

    Desk desk(const Group& group) const { return {option, group.situation, kernel, arguments.cpus}; }
};

void count(const schedule::SearchResult& result, Tally& tally) {
    ++tally.groups;
    tally.schedules += result.schedules;
    tally.cut += result.cut;
    tally.races += result.races.size();
    tally.exhausted = tally.exhausted && result.exhausted;
}

void report(const Task& task, const Group& group, const schedule::SearchResult& result, Tally& tally,
            Context& context) {
    for (const schedule::Race& race : result.races) {
        if (!task.arguments.save.empty() && !tally.error) {
            const std::size_t number = ++tally.saved[race.finding.kind];
            const scenario::FoundRace found{
                group.situation.before, {group.operations, race.schedule}, race.finding};
            if (auto saved = save(found, task.option, task.kernel, number, task.arguments.save); !saved)
                tally.error = saved.error();
        }
        if (task.arguments.json) {
            ordered_json line = toJson(race);
            line["situation"] = group.situation.name;
            line["operations"] = ordered_json::array();
            for (const mm::Operation& operation : group.operations)
                line["operations"].push_back(schedule::describe(operation));
            tally.found.push_back(std::move(line));
            continue;
        }
        fmt::print(context.out, "{}\n{} with {} preemption{}: {}\n\n{}\n", group.name(),
                   check::name(race.finding.kind), race.preemptions, race.preemptions == 1 ? "" : "s",
                   race.finding.text, task.desk(group).listing(group.operations, race.schedule));
    }
}

Tally searchGroups(const Task& task, const std::vector<Group>& groups, const Ranks& ranks, Context& context) {
    Tally tally;
    const auto searchOne = [&](std::size_t i) {
        return task.desk(groups[i]).search(groups[i].operations, task.arguments.preemptions);
    };
    if (!ranks.peers) {
        for (std::size_t i = 0; i < groups.size() && !ranks.stop.stop_requested(); ++i) {
            const schedule::SearchResult result = searchOne(i);
            count(result, tally);
            report(task, groups[i], result, tally, context);
        }
        return tally;
    }
    const auto results = cluster::searchSchedules(*ranks.peers, groups.size(), searchOne);
    for (std::size_t i = 0; i < results.size(); ++i) {
        count(results[i], tally);
        if (ranks.isFirst())
            report(task, groups[i], results[i], tally, context);
    }
    return tally;
}

std::string summary(const ScheduleArguments& arguments, const std::string& option, const Tally& tally,
                    std::size_t groups) {
    std::string text = fmt::format(
        "{}: {} race{} in {} {}{} with up to {} preemptions; {} schedules, {} more cut off{}\n", option,
        tally.races, tally.races == 1 ? "" : "s", tally.groups, arguments.cpus == 2 ? "pair" : "triple",
        tally.groups == 1 ? "" : "s", arguments.preemptions, tally.schedules, tally.cut,
        tally.exhausted ? "" : "; a limit was reached, so there may be more");
    if (tally.groups < groups)
        text += fmt::format("stopped: {} more were not searched\n", groups - tally.groups);
    return text;
}

ordered_json toJson(const std::string& option, Tally tally, std::size_t groups) {
    return {{"option", option},
            {"groups", tally.groups},
            {"stopped", tally.groups < groups},
            {"schedules", tally.schedules},
            {"cut", tally.cut},
            {"exhausted", tally.exhausted},
            {"races", std::move(tally.found)}};
}

Result<std::vector<option::Option>> optionsOf(const OptionChoice& choice) {
    const auto known = knownOptions(choice);
    if (!known)
        return fail(known.error());
    std::vector<option::Option> options;
    for (const std::string& name :
         choice.names.empty() ? std::vector<std::string>{"mainline"} : choice.names) {
        const auto option = known->find(name);
        if (!option)
            return fail(option.error());
        options.push_back(**option);
    }
    return options;
}

void searchSchedules(const ScheduleArguments& arguments, const Ranks& ranks, Context& context) {
    const auto options = optionsOf(arguments.options);
    if (const auto read = ranks.agree(options ? Result<void>() : fail(options.error())); !read)
        return context.bad(read.error());
    const std::vector<Group> groups = groupsMatching(arguments.match, arguments.cpus);
    if (groups.empty())
        return context.bad(Error{
            ErrorKind::UnknownName, {}, arguments.match, "a part of a situation's or an operation's name"});
    mm::KernelConfig kernel;
    if (arguments.populateFirst)
        kernel.splitOrder = mm::SplitOrder::PopulateFirst;
    ordered_json results = ordered_json::array();
    for (const option::Option& option : *options) {
        Tally tally = searchGroups({arguments, option, kernel}, groups, ranks, context);
        const bool stopped = tally.groups < groups.size();
        const Result<void> own = tally.error ? fail(*tally.error) : Result<void>();
        if (const auto saved = stopped ? own : ranks.agree(own); !saved)
            return context.bad(saved.error());
        if (tally.races > 0)
            context.status = ExitStatus::CheckFailed;
        if (stopped)
            context.status = ranks.peers ? ExitStatus::Incomplete : ExitStatus::Interrupted;
        if (arguments.json)
            results.push_back(toJson(option.name, std::move(tally), groups.size()));
        else
            context.out << summary(arguments, option.name, tally, groups.size());
        if (stopped)
            break;
    }
    if (arguments.json)
        context.out << ordered_json{{"results", std::move(results)}}.dump(1) << '\n';
}

void scheduleOnRanks(const ScheduleArguments& arguments, Context& context) {
    const Interrupt interrupt;
    runOnRanks(context, interrupt.token(),
               [&arguments](const Ranks& ranks, Context& own) { searchSchedules(arguments, ranks, own); });
}

} // namespace

void addScheduleCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<ScheduleArguments>();
    CLI::App* command = program.add_subcommand(
        "schedule",
        "All schedules of operations that overlap, for every pair of operations in seven situations: what\n"
        "goes wrong only because they overlap, one column a CPU; exit status 1 if anything does");
    addOptionChoice(*command, arguments->options);
    command->add_option("--match", arguments->match,
                        "Only pairs whose line (situation: one / other) contains this text");
    command
        ->add_option("--preemptions", arguments->preemptions,
                     "Switch away at most so often from an operation that could go on")
        ->check(CLI::Range(0U, kMostPreemptions))
        ->capture_default_str();
    command->add_option("--cpus", arguments->cpus, "How many operations overlap: 2, or 3 (then --match some)")
        ->check(CLI::Range(2U, 3U))
        ->capture_default_str();
    command->add_flag("--populate-first", arguments->populateFirst,
                      "Turn the order of a split around: populate, then flush");
    command->add_option("--save", arguments->save,
                        "Write each race as a scenario into this folder; pfnscope run shows it again");
    command->add_flag("--json", arguments->json, "For programs");
    command->callback([arguments, &context] { scheduleOnRanks(*arguments, context); });
}

} // namespace pfnscope::app
