// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/kernel_machine.h"
#include "explore/search.h"
#include "scenario/scenario.h"

#include <string>
#include <vector>

/// The search through all sequences of an alphabet under one option, and what it proves.
namespace pfnscope::explore {

/// The shortest sequence that shows one kind of finding. Replayed, in the search's geometry and in the real
/// one.
struct Counterexample {
    check::FindingKind kind = check::FindingKind::Crash;
    std::vector<Letter> letters;
    check::Finding finding; ///< as the replay in the real geometry shows it
    std::vector<std::string>
        functions;       ///< the kernel functions of its last operation, in order of first call
    bool agrees = false; ///< the real geometry shows the same kind at the same step
    check::Verdict verdict = check::Verdict::Ok; ///< of the whole sequence in the real geometry
};

struct Exploration {
    std::string option;
    SearchOutcome search;
    std::vector<Counterexample> counterexamples; ///< shortest first
    bool exhausted() const {
        return search.end == SearchEnd::Exhausted || search.end == SearchEnd::DepthReached;
    }
};

/// Runs the search to its end or limits, then replays each finding. `resumeFrom` is a checkpoint file, or
/// empty.
Result<Exploration> explore(const Question& question, SearchOptions options,
                            const std::string& resumeFrom = {});

/// What a search came to, with each finding replayed.
Exploration explorationOf(const Question& question, SearchOutcome outcome);

/// A sequence on tables of the given geometry, from boot on: the findings of its last letter.
struct Replay {
    std::vector<check::Finding> findings;
    std::vector<std::string> functions;
    check::Verdict verdict = check::Verdict::Ok; ///< of the whole sequence
};
Replay replay(const Question& question, const std::vector<Letter>& letters, const hw::Geometry& geometry);

/// The counterexample on tables of 512 entries, with `expect` for its option; the option itself too, unless
/// the shipped catalogue has it. `pfnscope run` reproduces it.
scenario::Scenario scenarioOf(const Counterexample& example, const Question& question);

} // namespace pfnscope::explore
