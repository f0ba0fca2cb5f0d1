// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/command_schedule.h"

#include "app/choice.h"
#include "base/atomic_file.h"
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

void searchGroup(const ScheduleArguments& arguments, const option::Option& option,
                 const schedule::Situation& situation, const schedule::Operations& operations, Tally& tally,
                 std::ostream& out) {
    const std::string names = fmt::format("{}: {}", situation.name, schedule::describe(operations));
    if (names.find(arguments.match) == std::string::npos)
        return;
    mm::KernelConfig config;
    if (arguments.populateFirst)
        config.splitOrder = mm::SplitOrder::PopulateFirst;
    Desk desk(option, situation, config, arguments.cpus);
    const schedule::SearchResult result = desk.search(operations, arguments.preemptions);
    ++tally.groups;
    tally.schedules += result.schedules;
    tally.cut += result.cut;
    tally.races += result.races.size();
    tally.exhausted = tally.exhausted && result.exhausted;
    for (const schedule::Race& race : result.races) {
        if (!arguments.save.empty() && !tally.error) {
            const std::size_t number = ++tally.saved[race.finding.kind];
            if (auto saved = save({situation.before, {operations, race.schedule}, race.finding}, option,
                                  config, number, arguments.save);
                !saved)
                tally.error = saved.error();
        }
        if (arguments.json) {
            ordered_json line = toJson(race);
            line["situation"] = situation.name;
            line["operations"] = ordered_json::array();
            for (const mm::Operation& operation : operations)
                line["operations"].push_back(schedule::describe(operation));
            tally.found.push_back(std::move(line));
            continue;
        }
        fmt::print(out, "{}\n{} with {} preemption{}: {}\n\n{}\n", names, check::name(race.finding.kind),
                   race.preemptions, race.preemptions == 1 ? "" : "s", race.finding.text,
                   desk.listing(operations, race.schedule));
    }
}

Tally searchGroups(const ScheduleArguments& arguments, const option::Option& option, std::ostream& out) {
    Tally tally;
    for (const schedule::Situation& situation : schedule::situations())
        for (const schedule::Operations& operations : schedule::groupsOf(situation, arguments.cpus))
            searchGroup(arguments, option, situation, operations, tally, out);
    return tally;
}

void scheduleGroups(const ScheduleArguments& arguments, Context& context) {
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
        Tally tally = searchGroups(arguments, **option, context.out);
        if (tally.error)
            return context.bad(*tally.error);
        if (tally.groups == 0)
            return context.bad(Error{ErrorKind::UnknownName,
                                     {},
                                     arguments.match,
                                     "a part of a situation's or an operation's name"});
        if (tally.races > 0)
            context.status = ExitStatus::CheckFailed;
        if (arguments.json)
            results.push_back({{"option", name},
                               {"groups", tally.groups},
                               {"schedules", tally.schedules},
                               {"cut", tally.cut},
                               {"exhausted", tally.exhausted},
                               {"races", std::move(tally.found)}});
        else
            fmt::print(
                context.out,
                "{}: {} race{} in {} {}{} with up to {} preemptions; {} schedules, {} more cut off{}\n", name,
                tally.races, tally.races == 1 ? "" : "s", tally.groups,
                arguments.cpus == 2 ? "pair" : "triple", tally.groups == 1 ? "" : "s", arguments.preemptions,
                tally.schedules, tally.cut,
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
    command->callback([arguments, &context] { scheduleGroups(*arguments, context); });
}

} // namespace pfnscope::app
