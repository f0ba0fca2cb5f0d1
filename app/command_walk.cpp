// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/data_paths.h"
#include "base/numbers.h"
#include "hw/explain.h"
#include "hw/x86_64.h"
#include "machine/mmu_case.h"
#include "scenario/address_book.h"
#include "scenario/reader.h"
#include "scenario/runner.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <optional>

namespace pfnscope::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr hw::AccessType kAccessTypes[] = {hw::AccessType::Read, hw::AccessType::Write, hw::AccessType::Fetch,
                                           hw::AccessType::ReadModifyWrite};

struct WalkArguments {
    std::string file;
    std::string id; ///< of a recorded access; or, for a scenario:
    std::string at;
    std::size_t step = 0; ///< from 1; 0: after the last
    std::string process{scenario::kFirstProcessName};
    std::string option = "mainline";
    std::string access{hw::nameOf(hw::AccessType::Read)};
    bool supervisor = false;
    bool json = false;
};

/// What a walk is worded with.
struct Setting {
    const hw::Registers& registers;
    const hw::CpuFeatures& features;
    const hw::Geometry& geometry;
};

std::string rightsWords(const hw::Rights& rights) {
    return fmt::format("{}, {}, {}", rights.writable ? "writable" : "read-only",
                       rights.user ? "user" : "supervisor", rights.executeDisable ? "no fetches" : "fetches");
}

void printLevel(const hw::WalkLevel& level, const Setting& setting, std::ostream& out) {
    const hw::Explanation words = hw::explainLevel(level, setting.geometry);
    fmt::print(out, "{} = {}\n  {} [{}]\n ", toText(level.entryAt()), toHex(level.entry), words.text,
               words.section);
    const hw::EntryFormat format = hw::x86_64::formatOf(level.entry, level.level, setting.geometry);
    for (const hw::BitField& field : format.fields())
        if (field.kind != hw::FieldKind::Ignored)
            fmt::print(out, " {}={}", field.name, hw::fieldValue(field, level.entry));
    fmt::print(out, "\n  so far: {}\n", rightsWords(level.rights));
}

void printWalk(const hw::WalkRecord& record, const Setting& setting, std::ostream& out) {
    fmt::print(out, "{} {} of {}\n", hw::nameOf(record.access.privilege), hw::nameOf(record.access.type),
               toText(record.access.at));
    if (record.start.level != setting.geometry.top())
        fmt::print(out, "a paging-structure cache leads to the table at {} at once [SDM 4.10.3]\n",
                   toText(PhysAddr(record.start.table)));
    for (const hw::WalkLevel& level : record.levels())
        printLevel(level, setting, out);
    for (const hw::EntryUpdate& update : record.updates())
        fmt::print(out, "the MMU sets {}: {} -> {} [SDM 4.8]\n", toText(update.at), toHex(update.before),
                   toHex(update.after));
    const hw::Explanation words =
        hw::explainResult(record, setting.registers, setting.features, setting.geometry);
    fmt::print(out, "{}: {} [{}]\n", hw::nameOf(record.reason), words.text, words.section);
    if (record.ok())
        return;
    fmt::print(out, "vector {}, error code {:#x}", record.fault.vector, record.fault.errorCode);
    if (record.fault.vector == hw::kVectorPageFault)
        fmt::print(out, " ({}), CR2 {} [SDM 4.7]", hw::explainErrorCode(record.fault.errorCode),
                   toText(record.fault.cr2));
    out << '\n';
}

Json toJson(const hw::WalkLevel& level, const Setting& setting) {
    const hw::Explanation words = hw::explainLevel(level, setting.geometry);
    Json fields = Json::array();
    const hw::EntryFormat format = hw::x86_64::formatOf(level.entry, level.level, setting.geometry);
    for (const hw::BitField& field : format.fields())
        fields.push_back({{"name", field.name},
                          {"high", field.high},
                          {"low", field.low},
                          {"value", hw::fieldValue(field, level.entry)},
                          {"meaning", field.meaning},
                          {"section", field.section}});
    return {{"level", hw::manualName(level.level, setting.geometry)},
            {"entry_at", toText(level.entryAt())},
            {"index", level.index},
            {"entry", toHex(level.entry)},
            {"reserved", toHex(level.reserved)},
            {"text", words.text},
            {"section", words.section},
            {"fields", std::move(fields)},
            {"writable", level.rights.writable},
            {"user", level.rights.user},
            {"execute_disable", level.rights.executeDisable}};
}

Json toJson(const hw::WalkRecord& record, const Setting& setting) {
    const hw::Explanation words =
        hw::explainResult(record, setting.registers, setting.features, setting.geometry);
    Json levels = Json::array();
    for (const hw::WalkLevel& level : record.levels())
        levels.push_back(toJson(level, setting));
    Json updates = Json::array();
    for (const hw::EntryUpdate& update : record.updates())
        updates.push_back(
            {{"at", toText(update.at)}, {"before", toHex(update.before)}, {"after", toHex(update.after)}});
    Json result{{"at", toText(record.access.at)},
                {"type", hw::nameOf(record.access.type)},
                {"privilege", hw::nameOf(record.access.privilege)},
                {"levels", std::move(levels)},
                {"updates", std::move(updates)},
                {"reason", hw::nameOf(record.reason)},
                {"text", words.text},
                {"section", words.section}};
    if (record.ok())
        result["translation"] = {{"pa", toText(record.translation.at)},
                                 {"page", record.translation.pageSize.raw()},
                                 {"memory_type", hw::nameOf(record.translation.memoryType)},
                                 {"global", record.translation.global},
                                 {"key", record.translation.key}};
    else
        result["fault"] = {{"vector", record.fault.vector},
                           {"error", record.fault.errorCode},
                           {"cr2", toText(record.fault.cr2)}};
    return result;
}

/// The walks of one access: one, or two if it crosses a page and the first went through. An access with a
/// byte at a non-canonical address makes none; the record then says so.
std::vector<hw::WalkRecord> walksOf(const machine::MmuCase& mmuCase, const machine::AccessOutcome& outcome) {
    std::vector<hw::WalkRecord> walks;
    if (outcome.page.walk)
        walks.push_back(*outcome.page.walk);
    if (outcome.secondPage && outcome.secondPage->walk)
        walks.push_back(*outcome.secondPage->walk);
    if (!walks.empty())
        return walks;
    hw::WalkRecord none;
    none.access = mmuCase.access;
    none.reason = outcome.page.reason;
    none.fault = outcome.fault.value_or(hw::Fault{});
    return {none};
}

void showCase(const machine::MmuCase& mmuCase, bool json, std::ostream& out) {
    machine::Machine machine = machine::machineOf(mmuCase);
    const Setting setting{mmuCase.registers, mmuCase.features, mmuCase.geometry};
    Json list = Json::array();
    for (const hw::WalkRecord& record : walksOf(mmuCase, machine::runCase(machine, mmuCase))) {
        if (json)
            list.push_back(toJson(record, setting));
        else
            printWalk(record, setting, out);
    }
    if (json)
        out << Json{{"id", mmuCase.id}, {"walks", std::move(list)}}.dump(1) << '\n';
}

Error badArgument(ErrorKind kind, std::string found, std::string expected) {
    return {kind, {}, std::move(found), std::move(expected)};
}

/// "0x7f0000000000", "bar", "bar + 8K".
Result<VirtAddr> addressOf(const std::string& text, const scenario::AddressBook& book, machine::Pid process) {
    const std::size_t plus = text.find('+');
    std::string name = text.substr(0, plus);
    name.erase(name.find_last_not_of(' ') + 1);
    const auto map = book.mapNamed(process, name);
    const auto base = map ? std::optional(map->start.raw()) : parseNumber(name);
    std::optional<std::uint64_t> offset = 0;
    if (plus != std::string::npos) {
        const std::size_t begin = text.find_first_not_of(' ', plus + 1);
        offset =
            begin == std::string::npos ? std::nullopt : parseNumber(std::string_view(text).substr(begin));
    }
    if (!base || !offset)
        return fail(
            badArgument(ErrorKind::UnknownName, text, "a number, or a map of the process and an offset"));
    return VirtAddr(*base + *offset);
}

/// The tables as they stand after a step, walked as CPU 0 would with a cold TLB.
Result<hw::WalkRecord> walkAfter(scenario::Run& run, const WalkArguments& arguments) {
    const std::size_t last = arguments.step == 0 ? run.scenario.steps.size() : arguments.step;
    if (last > run.scenario.steps.size())
        return fail(badArgument(ErrorKind::OutOfRange, std::to_string(last),
                                fmt::format("a step from 1 to {}", run.scenario.steps.size())));
    scenario::AddressBook book;
    const machine::Journal& journal = run.machine.journal();
    machine::Position position = 0;
    for (std::size_t step = 0; step < last; ++step) {
        for (const mm::Operation& operation : run.scenario.steps[step].operations())
            book.follow(operation);
        for (const scenario::StepResult& result : run.resultsOf(step))
            if (result.journalOperation)
                position = journal.call(journal.operations()[*result.journalOperation]).last;
    }
    run.machine.moveTo(position);
    const machine::State& state = run.machine.state();
    const auto pid = book.processNamed(arguments.process);
    const auto process = pid ? state.processes.find(*pid) : state.processes.end();
    if (process == state.processes.end() || !process->second.mm)
        return fail(
            badArgument(ErrorKind::UnknownName, arguments.process, "a process that lives after this step"));
    const auto at = addressOf(arguments.at, book, *pid);
    if (!at)
        return fail(at.error());
    hw::Registers registers = state.cpus.front().registers;
    registers.cr3 = PhysAddr(state.mms.at(*process->second.mm).pgd).raw();
    const auto* const type = std::ranges::find(kAccessTypes, arguments.access,
                                               [](hw::AccessType each) { return hw::nameOf(each); });
    const hw::Access access{*at, *type,
                            arguments.supervisor ? hw::Privilege::Supervisor : hw::Privilege::User, Bytes(1)};
    return hw::walk(state.memory, registers, state.cpus.front().features, state.geometry(), access);
}

void walkInScenario(const WalkArguments& arguments, Context& context) {
    const option::Catalogue shipped = option::Catalogue::shipped();
    const auto scenario = scenario::loadScenario(findScenario(arguments.file), shipped);
    if (!scenario)
        return context.bad(scenario.error());
    const auto catalogue = scenario::withOptionsOf(*scenario, shipped);
    if (!catalogue)
        return context.bad(catalogue.error());
    const auto option = catalogue->find(arguments.option);
    if (!option)
        return context.bad(option.error());
    auto run = scenario::run(*scenario, **option);
    if (!run)
        return context.bad(run.error());
    const auto record = walkAfter(**run, arguments);
    if (!record)
        return context.bad(record.error());
    const machine::State& state = (*run)->machine.state();
    const Setting setting{state.cpus.front().registers, state.cpus.front().features, state.geometry()};
    if (arguments.json)
        context.out << Json{{"walks", Json::array({toJson(*record, setting)})}}.dump(1) << '\n';
    else
        printWalk(*record, setting, context.out);
}

void runWalk(const WalkArguments& arguments, Context& context) {
    if (!arguments.at.empty())
        return walkInScenario(arguments, context);
    auto reader = machine::MmuCaseReader::open(arguments.file);
    if (!reader)
        return context.bad(reader.error());
    for (;;) {
        const auto next = reader->next();
        if (!next)
            return context.bad(next.error());
        if (!*next)
            return context.bad(
                {ErrorKind::UnknownName, {arguments.file}, arguments.id, "the id of a case in the file"});
        if ((*next)->id == arguments.id)
            return showCase(**next, arguments.json, context.out);
    }
}

} // namespace

void addWalkCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<WalkArguments>();
    CLI::App* command = program.add_subcommand("walk", "One access through the page tables, level by level");
    command
        ->add_option("FILE", arguments->file,
                     "Recorded accesses (JSON lines, plain or gzipped), or a scenario")
        ->required();
    auto* which = command->add_option_group("which");
    which->add_option("--id", arguments->id, "Recorded accesses: which of them");
    which->add_option("--at", arguments->at, "Scenario: the address, as a number or as NAME + OFFSET");
    which->require_option(1);
    command->add_option("--step", arguments->step, "Scenario: after which step, from 1; else after the last");
    command->add_option("--process", arguments->process, "Scenario: whose tables");
    command->add_option("--option", arguments->option, "Scenario: under which design option");
    std::vector<std::string> accesses;
    for (const hw::AccessType type : kAccessTypes)
        accesses.emplace_back(hw::nameOf(type));
    command->add_option("--access", arguments->access, "Scenario: read, write, fetch or rmw")
        ->check(CLI::IsMember(accesses));
    command->add_flag("--supervisor", arguments->supervisor,
                      "Scenario: the kernel's access, not the program's");
    command->add_flag("--json", arguments->json, "For programs: every entry with every field");
    command->callback([arguments, &context] { runWalk(*arguments, context); });
}

} // namespace pfnscope::app
