// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/exploration.h"

#include <functional>
#include <string>
#include <vector>

/// The search over options: which combinations of rules survive every sequence up to a bound, and what they
/// cost.
namespace pfnscope::explore {

/// A combination of rules that makes leaves by remap_pfn_range() and has no finding up to the depth asked
/// for.
struct Survivor {
    option::Option option;
    unsigned rules =
        0; ///< how complex: slots that differ from today's kernel, facts and connectives that come to it
    std::uint64_t depositsRefaultable = 0; ///< tables deposited for two huge pages of a map that can refault
    std::uint64_t depositsRemapped = 0;    ///< the same for two huge pages that remap_pfn_range() made
    unsigned depth = 0;                    ///< no finding in any sequence up to here
    std::uint32_t states = 0;
    bool exhausted = false; ///< false: memory or a stop ended the search before the depth
};

struct SynthesisProgress {
    std::size_t candidates = 0;
    std::size_t done = 0;
    std::size_t refutedByReplay = 0; ///< by a counterexample that an earlier candidate left behind
    std::size_t refutedBySearch = 0;
    std::size_t survivors = 0;
};

struct Synthesis {
    std::vector<Survivor> survivors; ///< simplest first, then cheapest
    SynthesisProgress totals;
};

/// Every combination of the answers that the thread's options give to the questions of the slots, with one
/// predicate for all operations. The simplest first; names are made of what they decide.
std::vector<option::Option> candidateOptions();

/// How complex a rule is: facts and connectives. `always`, `never` and `not` count nothing.
unsigned complexity(const option::Rule& rule);

/// Counterexample-guided: a candidate is searched only if no sequence that refuted an earlier one refutes it
/// too.
Result<Synthesis> synthesize(const Alphabet& alphabet, const SearchOptions& limits,
                             const std::function<void(const SynthesisProgress&)>& progress = {});

} // namespace pfnscope::explore
