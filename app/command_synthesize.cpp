// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"
#include "app/explore_arguments.h"
#include "app/interrupt.h"
#include "explore/synthesis.h"
#include "option/option_yaml.h"

#include <fmt/format.h>
#include <fmt/ostream.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <ostream>

namespace pfnscope::app {
namespace {

struct SynthesizeArguments {
    SearchArguments search;
    bool json = false;
};

nlohmann::ordered_json toJson(const explore::Survivor& survivor) {
    return {{"option", survivor.option.name},
            {"rules", survivor.rules},
            {"deposits_refaultable", survivor.depositsRefaultable},
            {"deposits_remapped", survivor.depositsRemapped},
            {"depth", survivor.depth},
            {"states", survivor.states},
            {"exhausted", survivor.exhausted},
            {"yaml", option::toYaml(survivor.option)}};
}

void print(const explore::Synthesis& synthesis, std::ostream& out) {
    const explore::SynthesisProgress& totals = synthesis.totals;
    fmt::print(
        out,
        "{} of {} combinations of rules: {} refuted by a sequence that refuted another, {} by a search of "
        "their own, "
        "{} survive\n",
        totals.done, totals.candidates, totals.refutedByReplay, totals.refutedBySearch, totals.survivors);
    if (totals.survivors > 0)
        fmt::print(out, "\n{:>5} {:>14} {:>12} {:>6} {:>9}  {}\n", "rules", "spare, refault", "spare, remap",
                   "depth", "states", "simplest rules first");
    for (const explore::Survivor& survivor : synthesis.survivors)
        fmt::print(out, "{:>5} {:>14} {:>12} {:>6} {:>9}  {}{}\n", survivor.rules,
                   survivor.depositsRefaultable, survivor.depositsRemapped, survivor.depth, survivor.states,
                   survivor.option.name, survivor.exhausted ? "" : " (not exhausted)");
    fmt::print(out, "\n`rules`: slots that differ from today's kernel, facts and connectives that come to "
                    "it. `spare`: tables "
                    "deposited\nfor two huge pages of a map whose driver can refault, and of one that "
                    "remap_pfn_range() made.\n");
}

void runSynthesize(const SynthesizeArguments& arguments, Context& context) {
    const auto alphabet = alphabetOf(arguments.search);
    if (!alphabet)
        return context.bad(alphabet.error());
    const Interrupt interrupt;
    const auto synthesis = [&] {
        ProgressLine line(context.err, arguments.search.progress);
        return explore::synthesize(*alphabet, limitsOf(arguments.search, interrupt.token()),
                                   [&line](const explore::SynthesisProgress& now) {
                                       line.show(fmt::format("{} of {} combinations, {} survive", now.done,
                                                             now.candidates, now.survivors));
                                   });
    }();
    if (!synthesis)
        return context.bad(synthesis.error());
    if (interrupt.token().stop_requested())
        context.status = ExitStatus::Interrupted;
    if (!arguments.json)
        return print(*synthesis, context.out);
    nlohmann::ordered_json survivors = nlohmann::ordered_json::array();
    for (const explore::Survivor& survivor : synthesis->survivors)
        survivors.push_back(toJson(survivor));
    context.out << nlohmann::ordered_json{{"candidates", synthesis->totals.candidates},
                                          {"done", synthesis->totals.done},
                                          {"survivors", std::move(survivors)}}
                       .dump(1)
                << '\n';
}

} // namespace

void addSynthesizeCommand(CLI::App& program, Context& context) {
    auto arguments = std::make_shared<SynthesizeArguments>();
    CLI::App* command = program.add_subcommand(
        "synthesize",
        "Which combinations of rules survive every sequence up to a depth; simplest first, then cheapest");
    addSearchArguments(*command, arguments->search);
    command->add_flag("--json", arguments->json, "For programs; each survivor with its YAML");
    command->callback([arguments, &context] { runSynthesize(*arguments, context); });
}

} // namespace pfnscope::app
