// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"
#include "hw/bit_fields.h"
#include "hw/geometry.h"
#include "hw/registers.h"

/// The paging-structure entries of Intel 64, 4-level and 5-level paging (SDM volume 3A, 4.5). Section and
/// table numbers are those of the chapter "Paging" as chapter 4.
namespace pfnscope::hw::x86_64 {

enum class EntryKind : std::uint8_t {
    NotPresent, ///< P = 0: the hardware looks at nothing else
    Table,      ///< references a lower table
    Leaf,       ///< maps a page
};

namespace detail {
using enum FieldKind;
inline constexpr std::string_view kLevelSection = "SDM 4.5";

inline constexpr BitField kP{"P", 0, 0, Control, "present: 1 for the entry to be used", kLevelSection};
inline constexpr BitField kRw{"R/W", 1, 1, Control, "0: no writes through this entry", "SDM 4.6"};
inline constexpr BitField kUs{"U/S", 2, 2, Control, "0: no user-mode accesses through this entry", "SDM 4.6"};
inline constexpr BitField kPwt{"PWT",    3, 3, Control, "page-level write-through: bit 0 of the PAT index",
                               "SDM 4.9"};
inline constexpr BitField kPcd{"PCD",    4, 4, Control, "page-level cache disable: bit 1 of the PAT index",
                               "SDM 4.9"};
inline constexpr BitField kA{"A",      5, 5, Control, "accessed: set when a translation uses the entry",
                             "SDM 4.8"};
inline constexpr BitField kD{"D", 6, 6, Control, "dirty: set when the page is written", "SDM 4.8"};
inline constexpr BitField kG{"G", 8, 8, Control, "global: kept by MOV to CR3 if CR4.PGE = 1", "SDM 4.10"};
inline constexpr BitField kKey{
    "Protection key", 62, 59, Control, "selects the rights in PKRU or PKRS if CR4.PKE = 1 or CR4.PKS = 1",
    "SDM 4.6.2"};
inline constexpr BitField kXd{
    "XD",     63, 63, Control, "execute-disable: no fetches through this entry; reserved while EFER.NXE = 0",
    "SDM 4.6"};

constexpr BitField ignored(unsigned high, unsigned low) {
    return {"Ignored", static_cast<std::uint8_t>(high), static_cast<std::uint8_t>(low),
            Ignored,   "not looked at by the hardware", kLevelSection};
}
/// Bit 11, "R" in the manual: for HLAT paging only, ignored by ordinary paging.
inline constexpr BitField kR{
    "R", 11, 11, Ignored, "restart, for HLAT paging only; else not looked at", kLevelSection};

constexpr BitField address(std::string_view name, unsigned low, std::string_view meaning) {
    return {name, 51, static_cast<std::uint8_t>(low), Address, meaning, kLevelSection};
}

constexpr EntryFormat notPresent() {
    return EntryFormat("entry that is not present", "SDM figure 4-11",
                       {kP, {"Ignored", 63, 1, Ignored, "not looked at while P = 0", kLevelSection}});
}

/// A PML5E or PML4E: bit 7 must be 0.
constexpr EntryFormat upper(std::string_view name, std::string_view section, std::string_view references) {
    return EntryFormat(name, section,
                       {kP,
                        kRw,
                        kUs,
                        kPwt,
                        kPcd,
                        kA,
                        ignored(6, 6),
                        {"PS", 7, 7, Reserved, "must be 0: no page of this size", kLevelSection},
                        ignored(10, 8),
                        kR,
                        address("Table address", 12, references),
                        ignored(62, 52),
                        kXd});
}

/// A PDPTE or PDE with PS = 0.
constexpr EntryFormat table(std::string_view name, std::string_view section, std::string_view references) {
    return EntryFormat(name, section,
                       {kP,
                        kRw,
                        kUs,
                        kPwt,
                        kPcd,
                        kA,
                        ignored(6, 6),
                        {"PS", 7, 7, Control, "page size: 0, the entry references a table", kLevelSection},
                        ignored(10, 8),
                        kR,
                        address("Table address", 12, references),
                        ignored(62, 52),
                        kXd});
}

inline constexpr BitField kPs{"PS", 7, 7, Control, "page size: 1, the entry maps a page", kLevelSection};
inline constexpr BitField kPatOfLarge{"PAT", 12, 12, Control, "bit 2 of the PAT index", "SDM 4.9.2"};

/// A PDPTE or PDE with PS = 1 whose page is 1 << shift bytes.
constexpr EntryFormat large(std::string_view name, std::string_view section, unsigned shift) {
    const BitField page = address("Page address", shift, "physical address of the page");
    if (shift == 13) // the tables of a small geometry: nothing lies between PAT and the address
        return EntryFormat(name, section,
                           {kP, kRw, kUs, kPwt, kPcd, kA, kD, kPs, kG, ignored(10, 9), kR, kPatOfLarge, page,
                            ignored(58, 52), kKey, kXd});
    return EntryFormat(name, section,
                       {kP,
                        kRw,
                        kUs,
                        kPwt,
                        kPcd,
                        kA,
                        kD,
                        kPs,
                        kG,
                        ignored(10, 9),
                        kR,
                        kPatOfLarge,
                        {"Reserved", static_cast<std::uint8_t>(shift - 1), 13, Reserved,
                         "must be 0: the page is aligned to its size", kLevelSection},
                        page,
                        ignored(58, 52),
                        kKey,
                        kXd});
}

constexpr EntryFormat pte() {
    return EntryFormat("PTE that maps a 4-KByte page", "SDM table 4-20",
                       {kP,
                        kRw,
                        kUs,
                        kPwt,
                        kPcd,
                        kA,
                        kD,
                        {"PAT", 7, 7, Control, "bit 2 of the PAT index", "SDM 4.9.2"},
                        kG,
                        ignored(10, 9),
                        kR,
                        address("Page address", 12, "physical address of the page"),
                        ignored(58, 52),
                        kKey,
                        kXd});
}
} // namespace detail

inline constexpr EntryFormat kNotPresent = detail::notPresent();
inline constexpr EntryFormat kPml5e = detail::upper("PML5E that references a PML4 table", "SDM table 4-14",
                                                    "physical address of the PML4 table");
inline constexpr EntryFormat kPml4e = detail::upper("PML4E that references a page-directory-pointer table",
                                                    "SDM table 4-15", "physical address of the PDPT");
inline constexpr EntryFormat kPdpte1G = detail::large("PDPTE that maps a 1-GByte page", "SDM table 4-16", 30);
inline constexpr EntryFormat kPdpte = detail::table(
    "PDPTE that references a page directory", "SDM table 4-17", "physical address of the page directory");
inline constexpr EntryFormat kPde2M = detail::large("PDE that maps a 2-MByte page", "SDM table 4-18", 21);
inline constexpr EntryFormat kPde =
    detail::table("PDE that references a page table", "SDM table 4-19", "physical address of the page table");
inline constexpr EntryFormat kPte = detail::pte();

static_assert(kNotPresent.coversEveryBitOnce() && kPml5e.coversEveryBitOnce() && kPml4e.coversEveryBitOnce());
static_assert(kPdpte.coversEveryBitOnce() && kPdpte1G.coversEveryBitOnce() && kPde.coversEveryBitOnce());
static_assert(kPde2M.coversEveryBitOnce() && kPte.coversEveryBitOnce());
static_assert(detail::large("", "", 13).coversEveryBitOnce());

/// The bits the walk asks for, out of the tables above. P, R/W, U/S, PWT, PCD, A and XD lie in the same place
/// in all.
inline constexpr Word kP = kPte.mask("P");
inline constexpr Word kRw = kPte.mask("R/W");
inline constexpr Word kUs = kPte.mask("U/S");
inline constexpr Word kPwt = kPte.mask("PWT");
inline constexpr Word kPcd = kPte.mask("PCD");
inline constexpr Word kA = kPte.mask("A");
inline constexpr Word kD = kPte.mask("D");
inline constexpr Word kG = kPte.mask("G");
inline constexpr Word kXd = kPte.mask("XD");
inline constexpr Word kPs = kPde2M.mask("PS");
inline constexpr Word kPatOfPte = kPte.mask("PAT");
inline constexpr Word kPatOfLarge = kPde2M.mask("PAT");
inline constexpr Word kAddress = kPte.mask(FieldKind::Address); ///< bits 51:12, whatever MAXPHYADDR is

static_assert((kPml4e.mask(FieldKind::Reserved) & kPs) != 0 && kPml5e.mask(FieldKind::Reserved) == kPs);

/// Which kind an entry of a table at `depth` (1 for the leaf table, Geometry::depth) is.
constexpr EntryKind kindOf(Word entry, unsigned depth) {
    if ((entry & kP) == 0)
        return EntryKind::NotPresent;
    return depth == 1 || (depth <= 3 && (entry & kPs) != 0) ? EntryKind::Leaf : EntryKind::Table;
}

/// The bits above MAXPHYADDR that are reserved in every present entry (SDM 4.5: bits 51:M).
constexpr Word reservedAbove(unsigned maxphyaddr) {
    return kAddress & ~((Word{1} << maxphyaddr) - 1);
}

/// Reserved bits of a present entry that come from its kind and level alone.
constexpr Word reservedByKind(EntryKind kind, unsigned depth, const Geometry& geometry,
                              const CpuFeatures& features) {
    if (kind == EntryKind::Table)
        return depth > 3 ? kPml4e.mask(FieldKind::Reserved) : 0;
    if (kind == EntryKind::NotPresent || depth == 1)
        return 0;
    const unsigned shift = geometry.pageShift + geometry.bitsPerLevel * (depth - 1U);
    const Word unaligned = ((Word{1} << shift) - 1) & kAddress & ~kPatOfLarge;
    return unaligned | (depth == 3 && !features.page1gb ? kPs : 0);
}

/// Every bit that must be 0 in an entry (SDM 4.5): 0 for one that is not present.
constexpr Word reservedMask(Word entry, unsigned depth, const Geometry& geometry, const CpuFeatures& features,
                            const Registers& registers) {
    const EntryKind kind = kindOf(entry, depth);
    if (kind == EntryKind::NotPresent)
        return 0;
    const bool xdReserved = !features.nx || !registers.nxe();
    return reservedByKind(kind, depth, geometry, features) | reservedAbove(features.maxphyaddr) |
           (xdReserved ? kXd : 0);
}

/// The address a present entry holds: of the lower table, or of the page. Reserved bits must be clear.
constexpr PhysAddr addressIn(Word entry, unsigned depth, const Geometry& geometry) {
    if (kindOf(entry, depth) != EntryKind::Leaf || depth == 1)
        return PhysAddr(entry & kAddress);
    const unsigned shift = geometry.pageShift + geometry.bitsPerLevel * (depth - 1U);
    return PhysAddr(entry & kAddress & ~((Word{1} << shift) - 1));
}

/// PAT, PCD, PWT of a leaf as one number (SDM 4.9.2).
constexpr unsigned patIndex(Word leaf, unsigned depth) {
    const Word pat = depth == 1 ? kPatOfPte : kPatOfLarge;
    return ((leaf & pat) != 0 ? 4U : 0U) | static_cast<unsigned>((leaf & (kPcd | kPwt)) >> 3);
}

constexpr unsigned protectionKey(Word leaf) {
    return static_cast<unsigned>(leaf >> 59) & 0xf;
}
static_assert(kPte.mask("Protection key") == Word{0xf} << 59);

/// The format of an entry of a table at this level; with another geometry than the manual's, the address
/// field of a large page begins where that geometry says.
EntryFormat formatOf(EntryKind kind, Level level, const Geometry& geometry);
inline EntryFormat formatOf(Word entry, Level level, const Geometry& geometry) {
    return formatOf(kindOf(entry, geometry.depth(level)), level, geometry);
}

} // namespace pfnscope::hw::x86_64
