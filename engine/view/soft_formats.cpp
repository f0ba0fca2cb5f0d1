// SPDX-License-Identifier: GPL-3.0-or-later
#include "view/soft_formats.h"

#include "hw/x86_64.h"
#include "mm/pgtable_x86.h"

#include <fmt/format.h>

namespace pfnscope::view {
namespace {

using enum hw::FieldKind;
using hw::BitField;
using hw::EntryFormat;
using hw::Level;

constexpr std::string_view kSource = "pgtable_64.h";
constexpr std::string_view kTypes = "pgtable_types.h";
constexpr std::string_view kInvert = "pgtable-invert.h";

constexpr BitField kClear{"P", 0, 0, Control, "0: the hardware looks at nothing else", "SDM 4.5"};
constexpr BitField kSoftDirty{
    "SWP_SOFT_DIRTY", 1, 1, Ignored, "Linux _PAGE_SWP_SOFT_DIRTY: written since the last clear_refs", kTypes};
constexpr BitField kUffdWp{
    "SWP_UFFD_WP", 2, 2, Ignored, "Linux _PAGE_SWP_UFFD_WP: write-protected for userfaultfd", kTypes};
constexpr BitField kExclusive{
    "SWP_EXCLUSIVE", 3, 3, Ignored, "Linux _PAGE_SWP_EXCLUSIVE: the anonymous page is this process's alone",
    kTypes};
constexpr BitField kUnusedLow{"Unused", 6, 4, Ignored, "not used by softleaf entries", kSource};
constexpr BitField kNoPse{"PSE", 7, 7, Ignored, "0, or pmd_present() would take it for a leaf", kSource};
constexpr BitField kNoProtnone{"PROTNONE", 8, 8, Ignored, "0, or pte_present() would take it for a page",
                               kSource};

constexpr EntryFormat
    kSwap("softleaf: swap entry", kSource,
          {kClear,
           kSoftDirty,
           kUffdWp,
           kExclusive,
           kUnusedLow,
           kNoPse,
           kNoProtnone,
           {"~Offset", 58, 9, Ignored, "place in the swap area; every bit inverted, against L1TF", kSource},
           {"Type", 63, 59, Ignored, "which swap area; the highest ones are no swap at all", kSource}});

constexpr EntryFormat
    kMigration("softleaf: migration entry", kSource,
               {kClear,
                kSoftDirty,
                kUffdWp,
                kExclusive,
                kUnusedLow,
                kNoPse,
                kNoProtnone,
                {"~PFN", 48, 9, Ignored, "the frame that is on its way; every bit inverted", "swapops.h"},
                {"~Young", 49, 49, Ignored, "inverted: 0, the page was accessed", "swapops.h"},
                {"~Dirty", 50, 50, Ignored, "inverted: 0, the page was written", "swapops.h"},
                {"Unused", 58, 51, Ignored, "the rest of the inverted offset: all ones", kSource},
                {"Type", 63, 59, Ignored, "28 read, 29 read of an exclusive page, 30 write", "swap.h"}});
static_assert(kMigration.mask("~Young") == mm::kMigrationYoung &&
              kMigration.mask("~Dirty") == mm::kMigrationDirty);

constexpr BitField kRights[] = {
    {"R/W", 1, 1, Ignored, "kept for the entry that comes back", kTypes},
    {"U/S", 2, 2, Ignored, "kept for the entry that comes back", kTypes},
    {"PWT", 3, 3, Ignored, "bit 0 of the PAT index, kept", kTypes},
    {"PCD", 4, 4, Ignored, "bit 1 of the PAT index, kept", kTypes},
    {"A", 5, 5, Ignored, "accessed, kept", kTypes},
    {"D", 6, 6, Ignored, "dirty, kept", kTypes},
};
constexpr BitField kProtnone{
    "PROTNONE", 8, 8, Ignored, "Linux _PAGE_PROTNONE: present for software, for nobody else", kTypes};
constexpr BitField kSpecial{"SPECIAL", 9, 9, Ignored, "Linux _PAGE_SPECIAL", kTypes};
constexpr BitField kUffd{"UFFD_WP", 10, 10, Ignored, "Linux _PAGE_UFFD_WP", kTypes};
constexpr BitField kSoft{"SOFT_DIRTY", 11, 11, Ignored, "Linux _PAGE_SOFT_DIRTY", kTypes};
constexpr BitField kHigh{"Software", 58, 52, Ignored, "DEVMAP, SAVED_DIRTY and the option's mark", kTypes};
constexpr BitField kKey{"Protection key", 62, 59, Ignored, "kept for the entry that comes back", kTypes};
constexpr BitField kXd{"XD", 63, 63, Ignored, "kept for the entry that comes back", kTypes};

constexpr EntryFormat
    kProtnonePte("PTE of a PROT_NONE page", kTypes,
                 {kClear,
                  kRights[0],
                  kRights[1],
                  kRights[2],
                  kRights[3],
                  kRights[4],
                  kRights[5],
                  {"PAT", 7, 7, Ignored, "bit 2 of the PAT index, kept", kTypes},
                  kProtnone,
                  kSpecial,
                  kUffd,
                  kSoft,
                  {"~Page address", 51, 12, Ignored, "the frame, every bit inverted, against L1TF", kInvert},
                  kHigh,
                  kKey,
                  kXd});

constexpr EntryFormat
    kInvalidPmd("PMD leaf that is invalidated or PROT_NONE", kTypes,
                {kClear,
                 kRights[0],
                 kRights[1],
                 kRights[2],
                 kRights[3],
                 kRights[4],
                 kRights[5],
                 {"PSE", 7, 7, Ignored, "1: pmd_present() and pmd_trans_huge() still say yes", kTypes},
                 {"PROTNONE", 8, 8, Ignored, "1 after mprotect(PROT_NONE), 0 after pmd_mkinvalid()", kTypes},
                 kSpecial,
                 kUffd,
                 kSoft,
                 {"PAT", 12, 12, Ignored, "bit 2 of the PAT index, kept", kTypes},
                 {"Unused", 20, 13, Ignored, "0", kTypes},
                 {"~Page address", 51, 21, Ignored, "the frame, every bit inverted, against L1TF", kInvert},
                 kHigh,
                 kKey,
                 kXd});

static_assert(kSwap.coversEveryBitOnce() && kMigration.coversEveryBitOnce());
static_assert(kProtnonePte.coversEveryBitOnce() && kInvalidPmd.coversEveryBitOnce());

bool isMigration(Word word) {
    const mm::SwapType type = mm::swapType(word);
    return type == mm::SwapType::MigrationRead || type == mm::SwapType::MigrationReadExclusive ||
           type == mm::SwapType::MigrationWrite;
}

std::string_view migrationWord(mm::SwapType type) {
    return type == mm::SwapType::MigrationWrite           ? "write"
           : type == mm::SwapType::MigrationReadExclusive ? "exclusive"
                                                          : "read";
}

} // namespace

SoftKind softKindOf(Word word, Level level, const hw::Geometry& geometry) {
    if (mm::isNone(word))
        return SoftKind::Bits;
    if (level == Level::Pte && mm::isProtnone(word))
        return SoftKind::Protnone;
    if (level != Level::Pte && geometry.depth(level) <= 3 && mm::isLeaf(word))
        return mm::isProtnone(word) ? SoftKind::Protnone : SoftKind::Invalid;
    return isMigration(word) ? SoftKind::Migration : SoftKind::Swap;
}

const EntryFormat& softFormat(SoftKind kind, Level level) {
    switch (kind) {
    case SoftKind::Swap:
        return kSwap;
    case SoftKind::Migration:
        return kMigration;
    case SoftKind::Protnone:
        return level == Level::Pte ? kProtnonePte : kInvalidPmd;
    case SoftKind::Invalid:
        return kInvalidPmd;
    case SoftKind::Bits:
        break;
    }
    return hw::x86_64::kNotPresent;
}

std::array<EntryFormat, 4> softFormats() {
    return {kSwap, kMigration, kProtnonePte, kInvalidPmd};
}

Word softStep(Word word, Level level, const hw::Geometry& geometry) {
    const SoftKind kind = softKindOf(word, level, geometry);
    const Word one = kind == SoftKind::Swap || kind == SoftKind::Migration ? Word{1} << 9
                                                                           : geometry.entrySpan(level).raw();
    return ~one + 1;
}

std::string softText(Word word, Level level, const hw::Geometry& geometry) {
    switch (softKindOf(word, level, geometry)) {
    case SoftKind::Migration:
        return fmt::format("migration pfn {} {}", toHex(mm::swapPfn(word).raw()),
                           migrationWord(mm::swapType(word)));
    case SoftKind::Protnone:
        return fmt::format("PROT_NONE pfn {}", toHex(mm::entryPfn(geometry, level, word).raw()));
    case SoftKind::Invalid:
        return fmt::format("invalid leaf pfn {}", toHex(mm::entryPfn(geometry, level, word).raw()));
    case SoftKind::Swap:
    case SoftKind::Bits:
        break;
    }
    return fmt::format("not present, {}", toHex(word));
}

} // namespace pfnscope::view
