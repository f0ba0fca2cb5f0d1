// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/synthesis.h"

#include "option/option_yaml.h"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <set>
#include <tuple>

namespace pfnscope::explore {
namespace {

using option::Fact;
using option::Option;
using option::Rule;

Rule noHandler() {
    return Rule::all({Rule::fact(Fact::VmaPfnmap), Rule::negation(Rule::fact(Fact::VmaFault)),
                      Rule::negation(Rule::fact(Fact::VmaHugeFault))});
}

/// Today's answer, or the option's predicate where the entry is special.
Rule orSpecial(const Rule& today, std::vector<Rule> conditions) {
    conditions.insert(conditions.begin(), Rule::fact(Fact::EntrySpecial));
    return Rule::any({today, Rule::all(std::move(conditions))});
}

/// An option that believes `predicate` at zap and at split, with the first answer to every question below.
Option believing(std::string_view name, const Rule& predicate) {
    const Option today;
    Option option;
    option.name = name;
    option.title = "synthesized";
    option.remapHuge = Rule::always();
    option.remapDeposit = Rule::always();
    option.leafProt = option::LeafProt::Converted;
    option.splitSpecial = option::SplitSpecial::Refill;
    option.forkDeposit = predicate;
    option.zapDeposited = orSpecial(today.zapDeposited, {predicate});
    option.splitDeposited = orSpecial(today.splitDeposited, {predicate});
    option.moveDeposited = orSpecial(today.moveDeposited, {Rule::fact(Fact::PmdLocksDiffer), predicate});
    return option;
}

/// What may tell that a leaf of a PFN map has a deposit. A mark is set where remap deposits.
std::vector<Option> predicates() {
    std::vector<Option> options{believing("pfnmap", Rule::fact(Fact::VmaPfnmap)),
                                believing("marked-vma", Rule::fact(Fact::VmaMarked)),
                                believing("marked-entry", Rule::fact(Fact::EntryMarked)),
                                believing("no-handler", noHandler())};
    options[1].remapMark = Rule::always();
    options[2].leafMark = Rule::always();
    return options;
}

/// One answer to one of the questions that are left. `forkDeposit` is the predicate until fork's own
/// question.
struct Answer {
    std::string_view name; ///< empty: the completed options' answer
    void (*give)(Option& option);
};
using Answers = std::vector<Answer>;

std::vector<Answers> questions() {
    const Answer usual{{}, [](Option&) {}};
    return {
        // When does remap_pfn_range() make a leaf, and when does it deposit?
        {usual,
         {"leaf-if-no-handler", [](Option& o) { o.remapHuge = noHandler(); }},
         {"refuse-handlers",
          [](Option& o) {
              o.remapRefuse = Rule::any({Rule::fact(Fact::VmaFault), Rule::fact(Fact::VmaHugeFault)});
          }}},
        {usual,
         {"deposit-if-no-handler",
          [](Option& o) {
              o.remapDeposit = noHandler();
              if (o.remapMark == Rule::always())
                  o.remapMark = noHandler();
          }}},
        // Does vmf_insert_pfn_pmd() deposit?
        {usual,
         {"insert-deposits", [](Option& o) { o.insertDeposit = Rule::always(); }},
         {"insert-deposits-if-believed",
          [](Option& o) {
              o.insertDeposit = Rule::any({o.insertDeposit, o.forkDeposit});
          }}},
        // Do fork, mremap, protections and the split follow, or stay as they are today?
        {usual, {"fork-as-today", [](Option& o) { o.forkDeposit = Option().forkDeposit; }}},
        {usual, {"move-as-today", [](Option& o) { o.moveDeposited = Option().moveDeposited; }}},
        {usual, {"raw-protections", [](Option& o) { o.leafProt = option::LeafProt::Raw; }}},
        {usual, {"split-drops", [](Option& o) { o.splitSpecial = option::SplitSpecial::Drop; }}},
        // What if there is no table to deposit, or one in the way?
        {usual,
         {"leaf-without-table", [](Option& o) { o.remapNoTable = option::NoTable::LeafWithoutDeposit; }}},
        {usual, {"free-table-in-the-way", [](Option& o) { o.remapOverTable = option::OverTable::Free; }}},
    };
}

/// Every candidate with every answer.
std::vector<Option> withEach(const Answers& answers, const std::vector<Option>& candidates) {
    std::vector<Option> all;
    for (const Option& candidate : candidates)
        for (const Answer& answer : answers) {
            Option option = candidate;
            if (!answer.name.empty())
                option.name += '+' + std::string(answer.name);
            answer.give(option);
            all.push_back(std::move(option));
        }
    return all;
}

/// Only what comes to the kernel of today costs a reader anything: each slot that differs, and what its rule
/// adds.
unsigned complexityOf(const Option& option) {
    const Option today;
    unsigned sum = 0;
    for (const option::Slot& slot : option::slots()) {
        if (slot.write(option) == slot.write(today))
            continue;
        sum += 1;
        if (slot.rule)
            sum += std::max(complexity(option.*slot.rule), complexity(today.*slot.rule)) -
                   complexity(today.*slot.rule);
    }
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

/// The sequences that refuted something, the one that did so last in front: neighbours among the candidates
/// fall to the same.
class Refutations {
public:
    void add(std::vector<Letter> letters) { sequences_.push_front(std::move(letters)); }
    bool refute(const Question& question) {
        const auto found =
            std::ranges::find_if(sequences_, [&](const auto& letters) { return refutes(question, letters); });
        if (found == sequences_.end())
            return false;
        sequences_.splice(sequences_.begin(), sequences_, found);
        return true;
    }

private:
    std::list<std::vector<Letter>> sequences_;
};

const Counterexample* failureOf(const Exploration& exploration) {
    const auto failure = std::ranges::find_if(exploration.counterexamples, isFailure, &Counterexample::kind);
    return failure == exploration.counterexamples.end() ? nullptr : &*failure;
}

/// Depth by depth, since most candidates fail long before the last one.
Result<Exploration> exploreUntilFailure(const Question& question, SearchOptions limits) {
    const unsigned deepest = limits.depth;
    for (limits.depth = std::min(2U, deepest);; ++limits.depth) {
        auto exploration = explore(question, limits);
        if (!exploration || limits.depth == deepest || failureOf(*exploration) ||
            exploration->search.end != SearchEnd::DepthReached)
            return exploration;
    }
}

/// Tables deposited once both slots are mapped by leaves: by the driver's remap, or by its handlers.
std::uint64_t depositsOf(const Option& option, const Setup& setup) {
    Letter map{Verb::MapDevice, 1, {0, Part::BothSlots}};
    map.setup = setup.name;
    Question sequence{option, {}, {}, kSmallGeometry};
    sequence.alphabet.setups = {setup};
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

Setup refaultable() {
    Setup setup;
    setup.name = setup.driver.ops.name = "refaultable";
    setup.driver.ops.fault = machine::FaultHandler::InsertPte;
    setup.driver.ops.hugeFault = {true, false, true};
    return setup;
}

Setup remapped() {
    Setup setup;
    setup.name = setup.driver.ops.name = "remapped";
    setup.remap = Remap::Whole;
    return setup;
}

Survivor survivorOf(const Question& question, const Exploration& exploration) {
    Survivor survivor;
    survivor.option = question.option;
    survivor.rules = complexityOf(question.option);
    survivor.depositsRefaultable = depositsOf(question.option, refaultable());
    survivor.depositsRemapped = depositsOf(question.option, remapped());
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
    std::vector<Option> options = predicates();
    for (const Answers& answers : questions())
        options = withEach(answers, options);
    // Some answers come to the same.
    std::set<std::string> rules;
    std::vector<std::pair<unsigned, Option>> byComplexity;
    for (Option& option : options) {
        Option nameless = option;
        nameless.name.clear();
        if (rules.insert(option::toYaml(nameless)).second)
            byComplexity.emplace_back(complexityOf(option), std::move(option));
    }
    std::ranges::stable_sort(byComplexity, {}, &std::pair<unsigned, Option>::first);
    options.clear();
    for (auto& [complexity, option] : byComplexity)
        options.push_back(std::move(option));
    return options;
}

Result<Synthesis> synthesize(const Alphabet& alphabet, const SearchOptions& limits,
                             const std::function<void(const SynthesisProgress&)>& progress) {
    Synthesis result;
    const auto candidates = candidateOptions();
    result.totals.candidates = candidates.size();
    Refutations refutations;
    for (const Option& option : candidates) {
        const Question question{option, alphabet, {}, kSmallGeometry};
        if (refutations.refute(question)) {
            ++result.totals.refutedByReplay;
        } else {
            const auto exploration = exploreUntilFailure(question, limits);
            if (!exploration)
                return fail(exploration.error());
            if (const Counterexample* failure = failureOf(*exploration)) {
                ++result.totals.refutedBySearch;
                refutations.add(failure->letters);
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
