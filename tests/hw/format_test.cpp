// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/x86_64.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

using namespace pfnscope;
using namespace pfnscope::hw;
using x86_64::EntryKind;

namespace {

/// A format as the manual's figure 4-11 draws it: which levels it occurs at, with which bits reserved for all
/// CPUs.
struct FormatCase {
    const char* name;
    Level level;
    EntryKind kind;
    Geometry geometry;
    Word sample; ///< an entry of this kind
    Word reserved;
};

constexpr Word bits(unsigned high, unsigned low) {
    return (~Word{0} >> (63 - high)) & (~Word{0} << low);
}

const FormatCase kFormats[] = {
    {"not present", Level::Pgd, EntryKind::NotPresent, kFourLevels, 0xffffffffffffff7e, 0},
    {"not present", Level::Pte, EntryKind::NotPresent, kFiveLevels, 0, 0},
    {"PML5E", Level::Pgd, EntryKind::Table, kFiveLevels, 0x1067, bits(7, 7)},
    {"PML4E", Level::P4d, EntryKind::Table, kFiveLevels, 0x1067, bits(7, 7)},
    {"PML4E", Level::Pgd, EntryKind::Table, kFourLevels, 0x1067, bits(7, 7)},
    {"PDPTE", Level::Pud, EntryKind::Table, kFourLevels, 0x1067, 0},
    {"PDPTE 1G", Level::Pud, EntryKind::Leaf, kFourLevels, 0x400000e7, bits(29, 13)},
    {"PDE", Level::Pmd, EntryKind::Table, kFiveLevels, 0x1067, 0},
    {"PDE 2M", Level::Pmd, EntryKind::Leaf, kFourLevels, 0x2000e7, bits(20, 13)},
    {"PTE", Level::Pte, EntryKind::Leaf, kFourLevels, 0x1067, 0},
};

TEST(Format, EveryBitBelongsToOneField) {
    for (const FormatCase& c : kFormats) {
        const EntryFormat format = formatOf(c.kind, c.level, c.geometry);
        EXPECT_TRUE(format.coversEveryBitOnce()) << c.name;
        EXPECT_EQ(x86_64::kindOf(c.sample, c.geometry.depth(c.level)), c.kind) << c.name;
        unsigned next = 0;
        for (const BitField& field : format.fields()) {
            EXPECT_EQ(field.low, next) << c.name << ' ' << field.name;
            next = field.high + 1U;
            EXPECT_FALSE(field.name.empty() || field.meaning.empty() || field.section.empty()) << c.name;
        }
        EXPECT_EQ(next, 64U) << c.name;
    }
}

TEST(Format, EveryFieldKeepsWhatIsPutIntoItAndNothingElseMoves) {
    for (const FormatCase& c : kFormats) {
        const EntryFormat format = formatOf(c.kind, c.level, c.geometry);
        for (const BitField& field : format.fields()) {
            for (const Word rest : {Word{0}, ~Word{0}, Word{0x5555555555555555}}) {
                for (const Word value : {Word{0}, Word{1}, field.mask() >> field.low}) {
                    const Word entry = field.set(rest, value);
                    EXPECT_EQ(field.get(entry), value) << c.name << ' ' << field.name;
                    EXPECT_EQ(entry & ~field.mask(), rest & ~field.mask()) << c.name << ' ' << field.name;
                }
            }
        }
    }
}

TEST(Format, ReservedBitsAreTheManuals) {
    for (const FormatCase& c : kFormats) {
        EXPECT_EQ(formatOf(c.kind, c.level, c.geometry).mask(FieldKind::Reserved), c.reserved) << c.name;
        for (unsigned maxphyaddr = 36; maxphyaddr <= 52; ++maxphyaddr) {
            for (const bool nx : {false, true}) {
                Registers registers;
                registers.efer = nx ? Registers::kEferNxe : 0;
                CpuFeatures features;
                features.maxphyaddr = static_cast<std::uint8_t>(maxphyaddr);
                Word expected =
                    c.reserved | (maxphyaddr < 52 ? bits(51, maxphyaddr) : 0) | (nx ? 0 : bits(63, 63));
                if (c.kind == EntryKind::NotPresent)
                    expected = 0;
                const unsigned depth = c.geometry.depth(c.level);
                EXPECT_EQ(x86_64::reservedMask(c.sample, depth, c.geometry, features, registers), expected)
                    << c.name << " MAXPHYADDR " << maxphyaddr;
            }
        }
    }
}

TEST(Format, WithoutGigabytePagesPsOfAPdpteIsReserved) {
    CpuFeatures features;
    features.page1gb = false;
    Registers registers;
    registers.efer = Registers::kEferNxe;
    EXPECT_NE(x86_64::reservedMask(0x400000e7, 3, kFourLevels, features, registers) & x86_64::kPs, 0U);
    EXPECT_EQ(x86_64::reservedMask(0x2000e7, 2, kFourLevels, features, registers) & x86_64::kPs, 0U);
}

TEST(Format, AnXdBitOfACpuWithoutItIsReservedWhateverEferSays) {
    CpuFeatures features;
    features.nx = false;
    Registers registers;
    registers.efer = Registers::kEferNxe;
    EXPECT_NE(x86_64::reservedMask(0x1067, 1, kFourLevels, features, registers) & x86_64::kXd, 0U);
}

TEST(Format, SmallGeometriesMoveTheAddressOfALargePage) {
    for (std::uint8_t perLevel = 1; perLevel <= 9; ++perLevel) {
        const Geometry small{4, perLevel};
        for (const Level level : {Level::Pmd, Level::Pud}) {
            const EntryFormat format = formatOf(EntryKind::Leaf, level, small);
            EXPECT_TRUE(format.coversEveryBitOnce());
            EXPECT_EQ(format.mask(FieldKind::Address), bits(51, small.shift(level)));
            EXPECT_EQ(format.mask(FieldKind::Reserved),
                      x86_64::reservedByKind(EntryKind::Leaf, small.depth(level), small, CpuFeatures{}));
        }
    }
}

TEST(Format, SoftwareBitsTakeTheirNamesFromWhoUsesThem) {
    static constexpr BitField kNamed[] = {{"SPECIAL", 9, 9, FieldKind::Ignored, "no struct page", "linux"},
                                          {"UFFD_WP", 10, 10, FieldKind::Ignored, "userfaultfd", "linux"},
                                          {"SAVED_DIRTY", 58, 58, FieldKind::Ignored, "", "linux"}};
    constexpr EntryFormat overlaid = x86_64::kPte.withSoftwareBits(kNamed);
    static_assert(overlaid.coversEveryBitOnce());
    EXPECT_EQ(overlaid.mask("SPECIAL"), 0x200U);
    EXPECT_EQ(overlaid.mask("SAVED_DIRTY"), bits(58, 58));
    EXPECT_EQ(overlaid.mask("Ignored"), bits(57, 52));
    EXPECT_EQ(overlaid.mask(FieldKind::Ignored), x86_64::kPte.mask(FieldKind::Ignored));

    static constexpr BitField kTooFar[] = {{"WIDE", 11, 9, FieldKind::Ignored, "", ""},
                                           {"INTO_KEY", 59, 58, FieldKind::Ignored, "", ""}};
    static_assert(!x86_64::kPte.withSoftwareBits(kTooFar).coversEveryBitOnce());
}

TEST(Format, PatIndexTakesItsHighBitFromWhereTheLevelHasIt) {
    EXPECT_EQ(x86_64::patIndex(0x80 | 0x10 | 0x08, 1), 7U);
    EXPECT_EQ(x86_64::patIndex(0x1000 | 0x80 | 0x10, 2), 6U);
    EXPECT_EQ(x86_64::patIndex(0x80 | 0x08, 3), 1U);
}

} // namespace
