// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/exploration.h"

#include <algorithm>

namespace pfnscope::explore {
namespace {

std::vector<Letter> lettersOf(const Alphabet& alphabet, const std::vector<ActionId>& path) {
    std::vector<Letter> letters;
    for (const ActionId action : path)
        letters.push_back(alphabet.letters[static_cast<std::size_t>(action)]);
    return letters;
}

std::vector<std::string> functionsOfLastOperation(const machine::Journal& journal) {
    std::vector<std::string> functions;
    for (std::size_t call = journal.operations().back().raw(); call < journal.calls().size(); ++call) {
        std::string name(journal.calls()[call].function);
        if (std::find(functions.begin(), functions.end(), name) == functions.end())
            functions.push_back(std::move(name));
    }
    return functions;
}

Counterexample counterexampleOf(const Question& question, const Finding& found) {
    Counterexample example;
    example.kind = static_cast<check::FindingKind>(found.kind);
    example.letters = lettersOf(question.alphabet, found.path);
    const Replay real = replay(question, example.letters, hw::kFourLevels);
    example.functions = real.functions;
    example.verdict = real.verdict;
    for (const check::Finding& finding : real.findings) {
        if (finding.kind != example.kind)
            continue;
        example.finding = finding;
        example.agrees = true;
        break;
    }
    return example;
}

} // namespace

Replay replay(const Question& question, const std::vector<Letter>& letters, const hw::Geometry& geometry) {
    Question sequence = question;
    sequence.geometry = geometry;
    sequence.alphabet.letters = letters;
    KernelMachine machine(sequence);
    for (std::size_t i = 0; i < letters.size(); ++i)
        machine.redo(ActionId{static_cast<std::uint16_t>(i)});
    return {machine.lastFindings(), functionsOfLastOperation(machine.machine().journal()), machine.verdict()};
}

Result<Exploration> explore(const Question& question, SearchOptions options, const std::string& resumeFrom) {
    const KernelModel model(question);
    auto search = resumeFrom.empty() ? Search::create(model, std::move(options))
                                     : Search::resume(model, std::move(options), resumeFrom);
    if (!search)
        return fail(search.error());
    auto outcome = (*search)->run();
    if (!outcome)
        return fail(outcome.error());
    return explorationOf(question, std::move(*outcome));
}

Exploration explorationOf(const Question& question, SearchOutcome outcome) {
    Exploration result{question.option.name, std::move(outcome), {}};
    for (const Finding& finding : result.search.findings)
        result.counterexamples.push_back(counterexampleOf(question, finding));
    return result;
}

} // namespace pfnscope::explore
