// SPDX-License-Identifier: GPL-3.0-or-later
#include "option/catalogue.h"
#include "option/option_yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace pfnscope::option {
namespace {

/// The facts of a PMD leaf in a PFN map.
Facts pfnMap() {
    return Facts().set(Fact::VmaPfnmap).set(Fact::EntrySpecial).set(Fact::PmdLocksDiffer);
}
Facts pfnMapWithFault() {
    return pfnMap().set(Fact::VmaFault);
}

class Shipped : public testing::Test {
protected:
    const Option& at(std::string_view name) const { return **catalogue.find(name); }
    const Catalogue catalogue = Catalogue::shipped();
};

TEST_F(Shipped, HoldsTheDesignsListInItsOrder) {
    std::vector<std::string> names;
    for (const Option& option : catalogue.options()) {
        names.push_back(option.name);
        EXPECT_FALSE(option.title.empty()) << option.name;
        EXPECT_FALSE(option.source.empty()) << option.name;
        EXPECT_FALSE(option.about.empty()) << option.name;
    }
    EXPECT_THAT(names, testing::ElementsAre("mainline", "mainline-7.x", "naive", "rfc-v1", "rfc-v2", "rfc-v4",
                                            "A", "B", "C", "D", "A-bare", "B-bare", "C-bare", "D-bare", "E"));
}

TEST_F(Shipped, MainlineIsTheDefault) {
    for (const char* name : {"mainline", "mainline-7.x"})
        for (const Slot& slot : slots())
            EXPECT_EQ(slot.words(at(name)), slot.words(Option())) << name << ' ' << slot.name;
}

/// Who believes in a deposit, row by row, from the rules of the design and the thread.
struct Belief {
    const char* option;
    bool remapHuge, remapHugeWithFault;
    bool remapDeposit, remapDepositWithFault;
    bool refuseWithFault;
    bool insertDeposit;
    bool zap, zapWithFault; ///< neither VMA nor entry is marked
    bool fork;
    bool move;
};

class Believes : public testing::TestWithParam<Belief> {};

TEST_P(Believes, AsTheMailSays) {
    const Belief& row = GetParam();
    const Catalogue catalogue = Catalogue::shipped();
    const Option& option = **catalogue.find(row.option);
    EXPECT_EQ(option.remapHuge.holds(pfnMap()), row.remapHuge);
    EXPECT_EQ(option.remapHuge.holds(pfnMapWithFault()), row.remapHugeWithFault);
    EXPECT_EQ(option.remapDeposit.holds(pfnMap()), row.remapDeposit);
    EXPECT_EQ(option.remapDeposit.holds(pfnMapWithFault()), row.remapDepositWithFault);
    EXPECT_EQ(option.remapRefuse.holds(pfnMapWithFault()), row.refuseWithFault);
    EXPECT_FALSE(option.remapRefuse.holds(pfnMap()));
    EXPECT_EQ(option.insertDeposit.holds(pfnMapWithFault()), row.insertDeposit);
    EXPECT_EQ(option.zapDeposited.holds(pfnMap()), row.zap);
    EXPECT_EQ(option.zapDeposited.holds(pfnMapWithFault()), row.zapWithFault);
    EXPECT_EQ(option.splitDeposited.holds(pfnMap()), row.zap);
    EXPECT_EQ(option.splitDeposited.holds(pfnMapWithFault()), row.zapWithFault);
    EXPECT_EQ(option.forkDeposit.holds(pfnMap()), row.fork);
    EXPECT_EQ(option.moveDeposited.holds(pfnMap()), row.move);
    // What has a deposit today has one under every option.
    EXPECT_TRUE(option.zapDeposited.holds(Facts().set(Fact::EntryAnon).set(Fact::VmaAnonymous)));
    EXPECT_TRUE(option.splitDeposited.holds(Facts().set(Fact::VmaAnonymous)));
    EXPECT_TRUE(option.moveDeposited.holds(Facts().set(Fact::VmaAnonymous).set(Fact::PmdLocksDiffer)));
    EXPECT_FALSE(option.moveDeposited.holds(pfnMap().set(Fact::PmdLocksDiffer, false)));
}

constexpr bool T = true;
constexpr bool F = false;
INSTANTIATE_TEST_SUITE_P(
    Catalogue, Believes,
    testing::Values(
        Belief{"mainline", F, F, F, F, F, F, F, F, F, F},
        Belief{"mainline-7.x", F, F, F, F, F, F, F, F, F, F}, Belief{"naive", T, T, T, T, F, F, T, T, T, T},
        Belief{"rfc-v1", T, T, T, T, F, T, T, T, F, F}, Belief{"rfc-v2", T, T, T, T, F, T, T, T, F, F},
        Belief{"rfc-v4", T, F, T, T, F, F, T, F, T, T}, Belief{"A", T, T, T, T, F, T, T, T, T, T},
        Belief{"B", T, T, T, T, F, F, F, F, F, F}, Belief{"C", T, T, T, F, F, F, T, F, T, T},
        Belief{"D", T, T, T, T, T, F, T, F, T, T}, Belief{"A-bare", T, T, T, T, F, T, T, T, F, F},
        Belief{"B-bare", T, T, T, T, F, F, F, F, F, F}, Belief{"C-bare", T, T, T, F, F, F, T, F, F, F},
        Belief{"D-bare", T, T, T, T, T, F, T, F, F, F}, Belief{"E", T, T, T, T, F, F, F, F, F, F}),
    [](const auto& row) {
        std::string name = row.param.option;
        std::replace_if(
            name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); },
            '_');
        return name;
    });

TEST_F(Shipped, MarksAreTheirOptionsPredicate) {
    EXPECT_TRUE(at("B").remapMark.holds(pfnMap()));
    EXPECT_TRUE(at("B").zapDeposited.holds(pfnMap().set(Fact::VmaMarked)));
    EXPECT_TRUE(at("B").forkDeposit.holds(pfnMap().set(Fact::VmaMarked)));
    EXPECT_FALSE(at("B-bare").forkDeposit.holds(pfnMap().set(Fact::VmaMarked)));
    EXPECT_TRUE(at("E").leafMark.holds(pfnMap()));
    EXPECT_TRUE(at("E").moveDeposited.holds(pfnMap().set(Fact::EntryMarked)));
}

TEST(Catalogue, RefusesASecondOptionOfOneName) {
    Catalogue catalogue = Catalogue::shipped();
    Option option;
    option.name = "C";
    EXPECT_EQ(catalogue.add(option).error().kind, ErrorKind::Duplicate);
    option.name = "F";
    EXPECT_TRUE(catalogue.add(option));
    EXPECT_TRUE(catalogue.find("F"));
}

TEST(Catalogue, IsBounded) {
    Catalogue catalogue;
    Option option;
    for (std::size_t i = 0; i < kMostOptions; ++i) {
        option.name = "o" + std::to_string(i);
        ASSERT_TRUE(catalogue.add(option));
    }
    option.name = "more";
    EXPECT_EQ(catalogue.add(option).error().kind, ErrorKind::Limit);
}

} // namespace
} // namespace pfnscope::option
