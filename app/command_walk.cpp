// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "hw/explain.h"
#include "hw/x86_64.h"
#include "machine/mmu_case.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace pfnscope::app {
namespace {

using Json = nlohmann::ordered_json;

struct WalkArguments {
    std::string file;
    std::string id;
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
    for (const hw::BitField& field :
         hw::x86_64::formatOf(level.entry, level.level, setting.geometry).fields())
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
    for (const hw::BitField& field :
         hw::x86_64::formatOf(level.entry, level.level, setting.geometry).fields())
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

void runWalk(const WalkArguments& arguments, Context& context) {
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
    command->add_option("CASES", arguments->file, "Recorded accesses: JSON lines, plain or gzipped")
        ->required();
    command->add_option("--id", arguments->id, "Which of them")->required();
    command->add_flag("--json", arguments->json, "For programs: every entry with every field");
    command->callback([arguments, &context] { runWalk(*arguments, context); });
}

} // namespace pfnscope::app
