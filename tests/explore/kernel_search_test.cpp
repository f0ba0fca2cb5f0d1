// SPDX-License-Identifier: GPL-3.0-or-later
// The search on the kernel model, against plain enumeration of all sequences.
#include "explore/exploration.h"
#include "explore/symmetry.h"
#include "option/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

using namespace pfnscope;
using namespace pfnscope::explore;

namespace {

option::Option named(std::string_view name) {
    static const option::Catalogue catalogue = option::Catalogue::shipped();
    return **catalogue.find(name);
}

Alphabet smallAlphabet(std::string_view bounds, std::string_view drivers, std::string_view operations) {
    const std::string text = "name: small\nbounds: {" + std::string(bounds) + "}\ndrivers: {" +
                             std::string(drivers) + "}\noperations: [" + std::string(operations) + "]\n";
    auto alphabet = parseAlphabet(text, "small.yaml");
    EXPECT_TRUE(alphabet) << toText(alphabet.error());
    return alphabet ? *alphabet : Alphabet{};
}

/// Kind of finding -> length of the shortest sequence that shows it.
using Lengths = std::map<check::FindingKind, std::size_t>;

/// Every sequence of at most `depth` letters, from boot on each, nothing merged. (A letter comes only where
/// it is possible.)
void enumerate(const Question& question, std::vector<Letter>& letters, unsigned depth, Lengths& lengths) {
    if (!letters.empty()) {
        Question sequence = question;
        sequence.alphabet.letters = letters;
        KernelMachine machine(sequence);
        for (std::uint16_t i = 0; i < letters.size(); ++i) {
            if (!machine.isPossible(letters[i]))
                return;
            machine.redo(ActionId{i});
            if (i + 1U < letters.size() && machine.lastOutcome().oops)
                return; // nothing counts after the kernel's death
        }
        for (const check::Finding& finding : machine.lastFindings()) {
            auto [entry, isNew] = lengths.emplace(finding.kind, letters.size());
            if (!isNew)
                entry->second = std::min(entry->second, letters.size());
        }
    }
    if (letters.size() == depth)
        return;
    for (const Letter& letter : question.alphabet.letters) {
        letters.push_back(letter);
        enumerate(question, letters, depth, lengths);
        letters.pop_back();
    }
}

Lengths searched(const Question& question, unsigned depth, unsigned threads) {
    SearchOptions options;
    options.depth = depth;
    options.threads = threads;
    const auto result = explore::explore(question, options);
    EXPECT_TRUE(result) << toText(result.error());
    Lengths lengths;
    for (const Counterexample& example : result->counterexamples) {
        lengths[example.kind] = example.letters.size();
        EXPECT_TRUE(example.agrees) << question.option.name << ": " << check::name(example.kind)
                                    << " is not reproduced on tables of 512 entries";
    }
    return lengths;
}

std::string toText(const Lengths& lengths) {
    std::string text;
    for (const auto& [kind, length] : lengths)
        text += std::string(check::name(kind)) + "=" + std::to_string(length) + " ";
    return text;
}

struct Case {
    const char* name;
    const char* bounds;
    std::size_t symmetries; ///< of the alphabet
    const char* drivers;
    const char* operations;
    unsigned depth;
};

const Case kCases[] = {
    {"remap", "", 1, "remap: {remap: whole}",
     "mmap: remap, touch: {at: 0/first}, munmap: 0/middle, fork, exit, exit: {process: 2}, mremap: {at: '0', "
     "to: 2}",
     4},
    {"kernfs", "", 1, "kernfs: {remap: whole, then: {fault: sigbus}}",
     "mmap: kernfs, touch: {at: 0/first}, munmap: 0/middle, munmap: both, exit, unmap_mapping_range: "
     "0/middle",
     4},
    {"vfio", "", 1, "vfio: {fault: pte, huge_fault: pmd}",
     "mmap: vfio, touch: {at: 0/first}, munmap: 0/middle, munmap: '0', fork, touch: {at: 0/first, process: "
     "2}, exit",
     4},
    {"half", "", 1, "half: {fault: pte, huge_fault: pmd, remap: first}",
     "mmap: half, touch: {at: 0/first}, touch: {at: 1/first}, munmap: 0/middle, munmap: '1', exit, "
     "fail_alloc",
     4},
    {"family", "child: same", 2, "remap: {remap: whole}, vfio: {fault: pte, huge_fault: pmd}",
     "mmap: remap, mmap: vfio, fork, touch: {at: 0/first}, munmap: 0/middle, exit", 5},
    {"slots", "", 2, "remap: {remap: whole}, vfio: {fault: pte, huge_fault: pmd}",
     "mmap: {driver: remap, at: '0'}, mmap: {driver: remap, at: '1'}, mmap: {driver: vfio, at: '0'}, "
     "mmap: {driver: vfio, at: '1'}, touch: {at: 0/first}, touch: {at: 1/first}, munmap: '0', munmap: '1', "
     "mremap: {at: '0', to: 2}, mremap: {at: '1', to: 2}, exit",
     4},
    {"pairs", "child: same", 4, "remap: {remap: whole}",
     "mmap: {driver: remap, at: '0'}, mmap: {driver: remap, at: '1'}, fork, touch: {at: 0/middle}, touch: "
     "{at: "
     "1/middle}, munmap: '0', munmap: '1', exit",
     4},
};

class KernelSearch : public testing::TestWithParam<const char*> {};

} // namespace

TEST_P(KernelSearch, FindsWhatPlainEnumerationFinds) {
    for (const Case& c : kCases) {
        const Question question{
            named(GetParam()), smallAlphabet(c.bounds, c.drivers, c.operations), {}, kSmallGeometry};
        ASSERT_EQ(symmetriesOf(question.alphabet).size(), c.symmetries) << c.name;
        Lengths expected;
        std::vector<Letter> letters;
        enumerate(question, letters, c.depth, expected);
        EXPECT_EQ(toText(searched(question, c.depth, 1)), toText(expected)) << c.name;
        EXPECT_EQ(toText(searched(question, c.depth, 2)), toText(expected)) << c.name << ", two threads";
    }
}

INSTANTIATE_TEST_SUITE_P(Options, KernelSearch,
                         testing::Values("mainline", "naive", "rfc-v2", "A", "B", "C", "D", "C-bare", "E"),
                         [](const auto& tested) {
                             std::string name(tested.param);
                             std::replace_if(
                                 name.begin(), name.end(), [](char c) { return c == '-'; }, '_');
                             return name;
                         });

TEST(KernelSearch, UndoRestoresTheMachineExactly) {
    const auto alphabet = defaultAlphabet();
    ASSERT_TRUE(alphabet);
    const Question question{named("C"), *alphabet, {}, kSmallGeometry};
    KernelMachine machine(question);
    std::vector<std::uint64_t> hashes{machine::stateHash(machine.machine().state())};
    std::uint16_t next = 7;
    for (int i = 0; i < 60; ++i) {
        next = static_cast<std::uint16_t>(next * 31 + 11);
        machine.redo(ActionId{static_cast<std::uint16_t>(next % alphabet->letters.size())});
        hashes.push_back(machine::stateHash(machine.machine().state()));
    }
    while (hashes.size() > 1) {
        machine.undo();
        hashes.pop_back();
        ASSERT_EQ(machine::stateHash(machine.machine().state()), hashes.back());
    }
}
