// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/alphabet.h"

#include <gtest/gtest.h>

#include <set>

using namespace pfnscope;
using namespace pfnscope::explore;

TEST(Alphabet, TheShippedOneIsWhole) {
    const auto alphabet = defaultAlphabet();
    ASSERT_TRUE(alphabet) << toText(alphabet.error());
    std::set<std::size_t> actions;
    std::set<std::string> texts;
    for (const Letter& letter : alphabet->letters) {
        actions.insert(operationOf(letter, *alphabet, Layout(kSmallGeometry)).action.index());
        EXPECT_TRUE(texts.insert(toText(letter)).second) << "twice: " << toText(letter);
    }
    EXPECT_EQ(actions.size(), std::variant_size_v<mm::Action>) << "an operation of the model is missing";
    EXPECT_EQ(alphabet->processes, 2U);
}

TEST(Alphabet, EachShippedOneBearsTheNameOfItsFile) {
    EXPECT_EQ(shippedAlphabetNames(),
              (std::vector<std::string>{"default", "pairs", "broken-drivers", "null-ops"}));
    for (const std::string& name : shippedAlphabetNames()) {
        const auto alphabet = shippedAlphabet(name);
        ASSERT_TRUE(alphabet) << toText(alphabet.error());
        EXPECT_EQ(alphabet->name, name);
    }
    EXPECT_EQ(toText(shippedAlphabet("none").error()),
              "unknown name 'none': expected an alphabet: one of default, pairs, broken-drivers, null-ops");
}

TEST(Alphabet, OneMayBeginFromAShippedOne) {
    const auto alphabet = parseAlphabet("name: mine\nfrom: default\nbounds: {failures: 3}\n"
                                        "drivers: {wc: {cache: wc, remap: whole}}\noperations: [mmap: wc]\n",
                                        "a.yaml");
    ASSERT_TRUE(alphabet) << toText(alphabet.error());
    Alphabet expected = *defaultAlphabet();
    expected.name = "mine";
    expected.failures = 3;
    expected.setups.push_back(alphabet->setups.back());
    expected.letters.push_back(alphabet->letters.back());
    EXPECT_EQ(*alphabet, expected);
    EXPECT_EQ(alphabet->setups.back().driver.cache, mm::CacheMode::WriteCombining);
    const auto twice =
        parseAlphabet("name: x\nfrom: default\ndrivers: {vfio: {}}\noperations: [fork]\n", "a.yaml");
    ASSERT_FALSE(twice);
    EXPECT_NE(toText(twice.error()).find("a.yaml:3:11: "), std::string::npos) << toText(twice.error());
    const auto unknown = parseAlphabet("name: x\nfrom: nowhere\noperations: [fork]\n", "a.yaml");
    ASSERT_FALSE(unknown);
    EXPECT_NE(toText(unknown.error()).find("a.yaml:2:7: unknown name 'nowhere'"), std::string::npos)
        << toText(unknown.error());
}

TEST(Alphabet, TheChildMayDoWhatItsParentDoes) {
    const auto alphabet = parseAlphabet("name: x\nbounds: {child: same}\noperations: [fork, munmap: '0', "
                                        "munmap: {at: '0', process: 2}, exit]\n",
                                        "a.yaml");
    ASSERT_TRUE(alphabet) << toText(alphabet.error());
    std::vector<std::string> texts;
    for (const Letter& letter : alphabet->letters)
        texts.push_back(toText(letter));
    EXPECT_EQ(texts, (std::vector<std::string>{"fork", "munmap slot 0", "munmap slot 0 [child]", "exit",
                                               "exit [child]"}));
}

TEST(Alphabet, PlacesLieWhereTheyMustInEveryGeometry) {
    for (const hw::Geometry& geometry : {kSmallGeometry, hw::kFourLevels, hw::kFiveLevels}) {
        const Layout layout(geometry);
        const auto pmdTable = [&](unsigned slot) {
            return layout.slotStart(slot).alignedDown(geometry.tableSpan(hw::Level::Pmd));
        };
        EXPECT_EQ(pmdTable(0), pmdTable(1));
        EXPECT_EQ(pmdTable(0), pmdTable(3));
        EXPECT_NE(pmdTable(0), pmdTable(2));
        for (unsigned slot = 0; slot < 4; ++slot) {
            EXPECT_TRUE(layout.slotStart(slot).isAligned(geometry.pmdSize()));
            EXPECT_TRUE(geometry.isCanonical(layout.slotStart(slot) + geometry.pmdSize()));
        }
        const VirtRange middle = layout.range({0, Part::MiddlePage});
        const VirtRange slot = layout.range({0, Part::Whole});
        EXPECT_TRUE(slot.contains(middle));
        EXPECT_NE(middle.start, slot.start);
        EXPECT_NE(middle.end, slot.end);
        EXPECT_TRUE(layout.deviceBase().isAligned(geometry.pagesPerEntry(hw::Level::Pud)));
        EXPECT_TRUE(layout.othersBase().isAligned(geometry.pagesPerEntry(hw::Level::Pmd)));
        EXPECT_GE(layout.othersBase(), layout.deviceBase() + 2 * geometry.pagesPerEntry(hw::Level::Pmd));
    }
}

TEST(Alphabet, BadFilesAreRefusedWithTheirPlace) {
    const auto errorOf = [](std::string_view text) {
        const auto alphabet = parseAlphabet(text, "a.yaml");
        return alphabet ? std::string("accepted") : toText(alphabet.error());
    };
    EXPECT_NE(errorOf("name: x\n").find("a.yaml:1:1: missing key 'operations'"), std::string::npos);
    EXPECT_NE(errorOf("name: x\noperations: [jump]\n").find("a.yaml:2:14: unknown name 'jump'"),
              std::string::npos);
    EXPECT_NE(errorOf("name: x\noperations: [mmap: vfio]\n")
                  .find("unknown name 'vfio': expected a driver of this file"),
              std::string::npos);
    EXPECT_NE(errorOf("name: x\noperations: [munmap: 5]\n").find("unknown name '5'"), std::string::npos);
    EXPECT_NE(errorOf("name: x\noperations: [mmap]\n").find("a.yaml:2:14: missing key 'driver'"),
              std::string::npos);
    EXPECT_NE(errorOf("name: x\noperations: [mprotect: '0']\n").find("a.yaml:2:24: wrong type"),
              std::string::npos);
    EXPECT_NE(errorOf("name: x\noperations: [mprotect: {at: '0'}]\n").find("missing key 'prot'"),
              std::string::npos);
    EXPECT_NE(errorOf("name: x\noperations: [fork: '0']\n").find("a.yaml:2:20: wrong type"),
              std::string::npos);
    EXPECT_NE(errorOf("name: x\noperations: [munmap: {at: '0', prot: r}]\n").find("unknown key 'prot'"),
              std::string::npos);
    const std::string drivers = "name: x\ndrivers: {d: {remap: first}, e: {}}\n";
    EXPECT_NE(errorOf(drivers + "operations: [mmap: {driver: d, at: '1'}]\n").find("expected both"),
              std::string::npos);
    EXPECT_NE(errorOf(drivers + "operations: [mmap: {driver: e, at: '2'}]\n").find("expected 0, 1 or both"),
              std::string::npos);
    EXPECT_NE(errorOf("name: x\ndrivers: {a b: {}}\noperations: [fork]\n").find("a.yaml:2:11: "),
              std::string::npos);
    EXPECT_NE(errorOf("name: x\ndrivers: {d: {pfn: 0}}\noperations: [fork]\n").find("unknown key 'pfn'"),
              std::string::npos);
    EXPECT_NE(errorOf("name: x\noperations: []\n").find("over the limit"), std::string::npos);
    EXPECT_NE(errorOf("name: x\nbounds: {processes: 99}\noperations: [fork]\n").find("out of range"),
              std::string::npos);
}

TEST(Alphabet, OneLetterIsTheSameDeedInEveryGeometry) {
    const auto alphabet = parseAlphabet("name: x\ndrivers: {d: {remap: whole, then: {fault: sigbus}}}\n"
                                        "operations: [mmap: d, munmap: 0/middle, mremap: {at: '1', to: 2}]\n",
                                        "a.yaml");
    ASSERT_TRUE(alphabet) << toText(alphabet.error());
    for (const hw::Geometry& geometry : {kSmallGeometry, hw::kFourLevels}) {
        const Layout layout(geometry);
        const auto map = std::get<mm::Mmap>(operationOf(alphabet->letters[0], *alphabet, layout).action);
        EXPECT_EQ(map.size, geometry.pmdSize() * 2);
        ASSERT_EQ(map.remap.size(), 1U);
        EXPECT_EQ(map.remap[0].size, map.size);
        EXPECT_EQ(map.opsAfterRemap->ops.fault, machine::FaultHandler::Sigbus);
        EXPECT_EQ(map.driver->ops.fault, machine::FaultHandler::None);
        const auto unmap = std::get<mm::Munmap>(operationOf(alphabet->letters[1], *alphabet, layout).action);
        EXPECT_EQ(unmap.size, kPageSize);
        EXPECT_TRUE((VirtRange{map.at, map.at + geometry.pmdSize()}).contains(unmap.at));
        const auto move = std::get<mm::Mremap>(operationOf(alphabet->letters[2], *alphabet, layout).action);
        EXPECT_EQ(move.at, map.at + geometry.pmdSize());
        EXPECT_EQ(move.to, layout.slotStart(2));
    }
}
