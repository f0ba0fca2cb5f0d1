// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "option/catalogue.h"
#include "scenario/kernel_replay.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace pfnscope::app {
namespace {

struct KernelArguments {
    std::string record;
    std::string option = "mainline";
    bool json = false;
};

nlohmann::ordered_json toJson(const scenario::Difference& one) {
    return {{"sequence", one.sequence}, {"step", one.step},     {"op", one.op},
            {"what", one.what},         {"record", one.record}, {"model", one.model}};
}

/// The records' kernels are built with CONFIG_DEBUG_VM.
constexpr mm::KernelConfig kRecordedConfig{.debugVm = true};

void replay(const KernelArguments& arguments, Context& context) {
    const option::Catalogue catalogue = option::Catalogue::shipped();
    const auto option = catalogue.find(arguments.option);
    if (!option)
        return context.bad(option.error());
    const char* separator = "";
    const auto print = [&](const scenario::Difference& one) {
        if (arguments.json) {
            context.out << separator << toJson(one).dump();
            separator = ",\n";
        } else {
            fmt::print(context.out, "{} step {} {}: {}: record {}, model {}\n", one.sequence, one.step,
                       one.op, one.what, one.record, one.model);
        }
    };
    if (arguments.json)
        context.out << "{\"differences\":[";
    const auto summary = scenario::replayRecord(arguments.record, **option, kRecordedConfig, print);
    if (!summary) {
        if (arguments.json)
            context.out << "]}\n";
        return context.bad(summary.error());
    }
    if (arguments.json)
        fmt::print(context.out, "],\"sequences\":{},\"differ\":{}}}\n", summary->sequences,
                   summary->differing);
    else
        fmt::print(context.out, "{} sequences, {} differ\n", summary->sequences, summary->differing);
    if (summary->differing != 0)
        context.status = ExitStatus::CheckFailed;
}

} // namespace

void addKernelCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<KernelArguments>();
    CLI::App* command = program.add_subcommand(
        "kernel", "Replay the record of a real kernel on the model and print every difference");
    command->add_option("record", arguments->record, "JSON lines, plain or gzip")->required();
    command->add_option("--option", arguments->option, "the design option that the recorded kernel had")
        ->capture_default_str();
    command->add_flag("--json", arguments->json, "print one JSON object");
    command->callback([arguments, &context] { replay(*arguments, context); });
}

} // namespace pfnscope::app
