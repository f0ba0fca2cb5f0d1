// SPDX-License-Identifier: GPL-3.0-or-later
// What a search takes as the same: a walk and its mirror image, step by step, in every alphabet that claims a
// symmetry.
#include "explore/kernel_machine.h"
#include "explore/symmetry.h"
#include "option/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <set>

using namespace pfnscope;
using namespace pfnscope::explore;

namespace {

option::Option named(std::string_view name) {
    return **option::Catalogue::shipped().find(name);
}

Alphabet parsed(std::string_view text) {
    auto alphabet = parseAlphabet(text, "symmetry.yaml");
    EXPECT_TRUE(alphabet) << toText(alphabet.error());
    return alphabet ? *alphabet : Alphabet{};
}

std::vector<std::byte> bytesOf(const KernelMachine& machine, std::vector<Symmetry> symmetries) {
    std::vector<std::byte> bytes;
    Canonical(symmetries, Layout(kSmallGeometry))
        .form(machine.machine().state(), machine.expectation(), bytes);
    return bytes;
}

std::set<check::FindingKind> kindsOf(const KernelMachine& machine) {
    std::set<check::FindingKind> kinds;
    for (const check::Finding& finding : machine.lastFindings())
        kinds.insert(finding.kind);
    return kinds;
}

/// Behind the alphabet's own letters: munmap of slot 2 by the parent, and by the child.
Alphabet withSettling(Alphabet alphabet) {
    for (const std::uint8_t process : {std::uint8_t{1}, std::uint8_t{2}})
        alphabet.letters.push_back({Verb::Munmap, process, {2, Part::Whole}});
    return alphabet;
}

ActionId numberOf(const Alphabet& alphabet, const Letter& letter) {
    const auto found = std::ranges::find(alphabet.letters, letter);
    return ActionId{static_cast<std::uint16_t>(found - alphabet.letters.begin())};
}

/// fork of a process that maps nothing makes two that are alike, but for the CPU, which stands in the parent.
/// Each then takes two turns, the mirror image's the other way round, so that both machines have switched.
void forkAlike(const Alphabet& alphabet, KernelMachine& machine, KernelMachine& mirror) {
    const auto last = alphabet.letters.size();
    const auto parent = ActionId{static_cast<std::uint16_t>(last - 2)};
    const auto child = ActionId{static_cast<std::uint16_t>(last - 1)};
    for (KernelMachine* each : {&machine, &mirror}) {
        each->redo(numberOf(alphabet, Letter{Verb::Fork}));
        each->redo(each == &machine ? child : parent);
        each->redo(each == &machine ? parent : child);
    }
}

struct Differences {
    std::size_t steps = 0;
    std::size_t unlike = 0; ///< steps after which the two walks' plain bytes differ
};

/// A random walk beside its mirror image: after each step both have the same bytes and showed the same
/// findings.
Differences walk(const Question& question, Symmetry symmetry, std::mt19937& random) {
    KernelMachine machine(question);
    KernelMachine mirror(question);
    if (symmetry != Symmetry::Slots)
        forkAlike(question.alphabet, machine, mirror);
    Differences seen;
    for (int step = 0; step < 8; ++step) {
        std::vector<Letter> possible;
        std::ranges::copy_if(
            question.alphabet.letters, std::back_inserter(possible),
            [&](const Letter& letter) { return letter.verb != Verb::Fork && machine.isPossible(letter); });
        if (possible.empty())
            break;
        const Letter letter = possible[random() % possible.size()];
        const Letter image = mirrored(letter, symmetry);
        EXPECT_TRUE(mirror.isPossible(image)) << toText(image);
        machine.redo(numberOf(question.alphabet, letter));
        mirror.redo(numberOf(question.alphabet, image));
        EXPECT_EQ(machine.lastOutcome().oops.has_value(), mirror.lastOutcome().oops.has_value());
        EXPECT_EQ(kindsOf(machine), kindsOf(mirror)) << toText(letter);
        if (machine.lastOutcome().oops)
            break;
        EXPECT_TRUE(bytesOf(machine, {Symmetry::Identity, symmetry}) ==
                    bytesOf(mirror, {Symmetry::Identity, symmetry}))
            << toText(letter);
        ++seen.steps;
        seen.unlike += bytesOf(machine, {Symmetry::Identity}) != bytesOf(mirror, {Symmetry::Identity});
    }
    return seen;
}

} // namespace

TEST(Symmetry, IsClaimedOnlyWhereTheAlphabetHasIt) {
    EXPECT_EQ(symmetriesOf(*defaultAlphabet()), std::vector{Symmetry::Identity});
    EXPECT_EQ(symmetriesOf(*shippedAlphabet("pairs")).size(), 4U);
    const auto symmetries = [](std::string_view bounds, std::string_view operations) {
        return symmetriesOf(
            parsed("name: x\nbounds: {" + std::string(bounds) +
                   "}\ndrivers: {d: {remap: whole}, p: {remap: whole, flags: private}}\noperations: [" +
                   std::string(operations) + "]\n"));
    };
    const std::vector<Symmetry> none{Symmetry::Identity};
    const std::vector<Symmetry> slots{Symmetry::Identity, Symmetry::Slots};
    const std::string maps = "mmap: {driver: d, at: '0'}, mmap: {driver: d, at: '1'}";
    EXPECT_EQ(symmetries("", maps), slots);
    EXPECT_EQ(symmetries("", maps + ", munmap: '0'"), none);
    EXPECT_EQ(symmetries("", maps + ", munmap: '0', munmap: '1', exit, fork"), slots);
    EXPECT_EQ(symmetries("", maps + ", munmap: both"), none);
    EXPECT_EQ(symmetries("", maps + ", fail_alloc"), none);
    EXPECT_EQ(symmetries("", maps + ", mmap: d"), none);
    EXPECT_EQ(symmetries("", "mmap: {driver: p, at: '0'}, mmap: {driver: p, at: '1'}"), none);
    EXPECT_EQ(symmetries("child: same", "mmap: d, fork, munmap: '0', fail_alloc"),
              (std::vector{Symmetry::Identity, Symmetry::Processes}));
    EXPECT_EQ(symmetries("", "mmap: d, fork, munmap: '0', munmap: {at: '0', process: 2}"), none);
}

TEST(Symmetry, AWalkAndItsMirrorImageAreTheSameStates) {
    std::mt19937 random(5);
    for (const char* option : {"mainline", "A", "B", "C", "D", "E", "rfc-v2", "rfc-v4"}) {
        const Question question{named(option), withSettling(*shippedAlphabet("pairs")), {}, kSmallGeometry};
        for (const Symmetry symmetry : {Symmetry::Processes, Symmetry::Slots, Symmetry::ProcessesAndSlots}) {
            Differences seen;
            for (int round = 0; round < 60; ++round) {
                const Differences more = walk(question, symmetry, random);
                seen.steps += more.steps;
                seen.unlike += more.unlike;
            }
            EXPECT_GT(seen.steps, 200U) << option;
            EXPECT_GT(seen.unlike, 20U) << option << ": no state differs from its mirror image";
        }
    }
}
