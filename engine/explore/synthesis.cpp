// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/synthesis.h"

#include "option/option_yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace pfnscope::explore {
namespace {

using option::Fact;
using option::Option;
using option::Rule;

struct NamedRule {
    std::string_view name;
    Rule rule;
};

Rule pfnmap() {
    return Rule::fact(Fact::VmaPfnmap);
}
Rule noHandler() {
    return Rule::all({pfnmap(), Rule::negation(Rule::fact(Fact::VmaFault)),
                      Rule::negation(Rule::fact(Fact::VmaHugeFault))});
}

/// What may tell that a leaf of a PFN map has a deposit.
std::vector<NamedRule> predicates() {
    return {{"pfnmap", pfnmap()},
            {"marked-vma", Rule::fact(Fact::VmaMarked)},
            {"marked-entry", Rule::fact(Fact::EntryMarked)},
            {"no-handler", noHandler()}};
}

/// Today's answer for memory that has pages, or the option's predicate for special entries.
Rule todayOr(const Rule& predicate) {
    return Rule::any({Option::hasDepositedPgtable(), Rule::all({Rule::fact(Fact::EntrySpecial), predicate})});
}
Rule splitOr(const Rule& predicate) {
    return Rule::any({Rule::fact(Fact::VmaAnonymous), Rule::fact(Fact::ArchNeedsDeposit),
                      Rule::all({Rule::fact(Fact::EntrySpecial), predicate})});
}
Rule moveOr(const Rule& predicate) {
    return Rule::any({Option::pmdMoveMustWithdraw(), Rule::all({Rule::fact(Fact::PmdLocksDiffer),
                                                                Rule::fact(Fact::EntrySpecial), predicate})});
}

Option candidate(const NamedRule& predicate, bool leafNeedsNoHandler, bool insertDeposits, bool forkFollows,
                 bool moveFollows) {
    Option option;
    option.name = fmt::format("{}{}{}{}{}", predicate.name, leafNeedsNoHandler ? "+leaf-if-no-handler" : "",
                              insertDeposits ? "+insert-deposits" : "", forkFollows ? "" : "-fork",
                              moveFollows ? "" : "-move");
    option.title = "synthesized";
    option.remapHuge = leafNeedsNoHandler ? noHandler() : Rule::always();
    option.remapDeposit = Rule::always();
    option.remapMark = predicate.name == "marked-vma" ? Rule::always() : Rule::never();
    option.leafMark = predicate.name == "marked-entry" ? Rule::always() : Rule::never();
    option.leafProt = option::LeafProt::Converted;
    option.splitSpecial = option::SplitSpecial::Refill;
    if (insertDeposits)
        option.insertDeposit = Rule::always();
    option.zapDeposited = todayOr(predicate.rule);
    option.splitDeposited = splitOr(predicate.rule);
    if (forkFollows)
        option.forkDeposit = predicate.rule;
    if (moveFollows)
        option.moveDeposited = moveOr(predicate.rule);
    return option;
}

/// Only what comes to the kernel of today costs a reader anything: each slot that differs, and what its rule
/// adds.
unsigned complexityOf(const Option& option) {
    const Option today;
    unsigned sum = 0;
    for (const option::Slot& slot : option::slots())
        if (slot.rule && !(option.*slot.rule == today.*slot.rule))
            sum += 1 + std::max(complexity(option.*slot.rule), complexity(today.*slot.rule)) -
                   complexity(today.*slot.rule);
    return sum;
}

bool isFailure(check::FindingKind kind) {
    return kind != check::FindingKind::Refused && kind != check::FindingKind::Oom;
}

/// Every prefix of a sequence may show the failure: the last letter need not be the one that kills another
/// option.
bool refutes(const Question& question, const std::vector<Letter>& letters) {
    Question sequence = question;
    sequence.alphabet.letters = letters;
    KernelMachine machine(sequence);
    for (std::size_t i = 0; i < letters.size(); ++i) {
        machine.redo(ActionId{static_cast<std::uint16_t>(i)});
        const auto findings = machine.lastFindings();
        if (std::any_of(findings.begin(), findings.end(),
                        [](const check::Finding& f) { return isFailure(f.kind); }))
            return true;
        if (machine.lastOutcome().oops)
            return true;
    }
    return false;
}

std::uint64_t depositsAfterMapping(const Question& question, std::string_view setup) {
    if (!question.alphabet.setupNamed(setup))
        return 0;
    Letter map{Verb::MapDevice, 1, {0, Part::BothSlots}};
    map.setup = setup;
    Question sequence = question;
    sequence.alphabet.letters = {
        map, {Verb::Touch, 1, {0, Part::FirstPage}}, {Verb::Touch, 1, {1, Part::FirstPage}}};
    KernelMachine machine(sequence);
    for (std::uint16_t i = 0; i < sequence.alphabet.letters.size(); ++i)
        machine.redo(ActionId{i});
    std::uint64_t deposits = 0;
    for (const auto& [owner, ring] : machine.machine().state().deposits)
        deposits += ring.size();
    return deposits;
}

Survivor survivorOf(const Question& question, const Exploration& exploration) {
    Survivor survivor;
    survivor.option = question.option;
    survivor.rules = complexityOf(question.option);
    survivor.depositsRefaultable = depositsAfterMapping(question, "vfio");
    survivor.depositsRemapped = depositsAfterMapping(question, "remap");
    survivor.depth = exploration.search.depth;
    survivor.states = exploration.search.states;
    survivor.exhausted = exploration.exhausted();
    return survivor;
}

} // namespace

unsigned complexity(const Rule& rule) {
    switch (rule.kind()) {
    case Rule::Kind::Never:
    case Rule::Kind::Always:
        return 0;
    case Rule::Kind::Fact:
        return 1;
    case Rule::Kind::Not:
        return complexity(rule.parts().front());
    case Rule::Kind::All:
    case Rule::Kind::Any:
        break;
    }
    unsigned sum = 1;
    for (const Rule& part : rule.parts())
        sum += complexity(part);
    return sum;
}

std::vector<Option> candidateOptions() {
    std::vector<Option> options;
    for (const NamedRule& predicate : predicates())
        for (const bool leafNeedsNoHandler : {false, true})
            for (const bool insertDeposits : {false, true})
                for (const bool forkFollows : {false, true})
                    for (const bool moveFollows : {false, true})
                        options.push_back(candidate(predicate, leafNeedsNoHandler, insertDeposits,
                                                    forkFollows, moveFollows));
    std::stable_sort(options.begin(), options.end(),
                     [](const Option& a, const Option& b) { return complexityOf(a) < complexityOf(b); });
    return options;
}

Result<Synthesis> synthesize(const Alphabet& alphabet, const SearchOptions& limits,
                             const std::function<void(const SynthesisProgress&)>& progress) {
    Synthesis result;
    const auto candidates = candidateOptions();
    result.totals.candidates = candidates.size();
    std::vector<std::vector<Letter>> refutations;
    for (const Option& option : candidates) {
        const Question question{option, alphabet, {}, kSmallGeometry};
        if (std::any_of(refutations.begin(), refutations.end(),
                        [&](const auto& letters) { return refutes(question, letters); })) {
            ++result.totals.refutedByReplay;
        } else {
            const auto exploration = explore(question, limits);
            if (!exploration)
                return fail(exploration.error());
            const auto failure =
                std::ranges::find_if(exploration->counterexamples, isFailure, &Counterexample::kind);
            if (failure != exploration->counterexamples.end()) {
                ++result.totals.refutedBySearch;
                refutations.push_back(failure->letters);
            } else if (exploration->search.end == SearchEnd::Cancelled) {
                break;
            } else {
                result.survivors.push_back(survivorOf(question, *exploration));
            }
        }
        ++result.totals.done;
        result.totals.survivors = result.survivors.size();
        if (progress)
            progress(result.totals);
        if (limits.stop.stop_requested())
            break;
    }
    std::stable_sort(
        result.survivors.begin(), result.survivors.end(), [](const Survivor& a, const Survivor& b) {
            return std::tuple(a.rules, a.depositsRefaultable) < std::tuple(b.rules, b.depositsRefaultable);
        });
    return result;
}

} // namespace pfnscope::explore
