// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"
#include "hw/geometry.h"
#include "hw/x86_64.h"

/// The page-table helpers of arch/x86/include/asm/pgtable.h, over plain words. The hardware's bits come from
/// hw's tables; the software bits are Linux's own. A `level` tells a PTE from a PMD or PUD leaf.
namespace pfnscope::mm {

namespace bits {
using hw::x86_64::kA;
using hw::x86_64::kD;
using hw::x86_64::kG;
using hw::x86_64::kP;
using hw::x86_64::kPcd;
using hw::x86_64::kPwt;
using hw::x86_64::kRw;
using hw::x86_64::kUs;
inline constexpr Word kNx = hw::x86_64::kXd;
inline constexpr Word kPse = hw::x86_64::kPs;
inline constexpr Word kPat = hw::x86_64::kPatOfPte;        ///< of a 4K PTE; the same bit as PSE above
inline constexpr Word kPatLarge = hw::x86_64::kPatOfLarge; ///< of a PMD or PUD leaf
inline constexpr Word kProtnone = kG;                      ///< G, with another meaning while P is 0
inline constexpr Word kSpecial = Word{1} << 9;             ///< SW1
inline constexpr Word kUffdWp = Word{1} << 10;             ///< SW2
inline constexpr Word kSoftDirty = Word{1} << 11;          ///< SW3
inline constexpr Word kMarked = Word{1} << 52;             ///< the bit of the options that mark a leaf
inline constexpr Word kDevmap = Word{1} << 57;             ///< SW4
inline constexpr Word kSavedDirty = Word{1} << 58;         ///< SW5
inline constexpr Word kDirtyBits = kD | kSavedDirty;
inline constexpr Word kCache = kPwt | kPcd | kPat; ///< _PAGE_CACHE_MASK
inline constexpr Word kTable = kP | kRw | kUs | kA | kD;
} // namespace bits

/// The frame bits of an entry: PTE_PFN_MASK, PHYSICAL_PMD_PAGE_MASK, PHYSICAL_PUD_PAGE_MASK.
constexpr Word pfnMask(const hw::Geometry& geometry, hw::Level level) {
    return hw::x86_64::kAddress & ~((Word{1} << geometry.shift(level)) - 1);
}

/// pte_none(), pmd_none(): A and D alone count as nothing (a CPU erratum).
constexpr bool isNone(Word entry) {
    return (entry & ~(bits::kA | bits::kD)) == 0;
}
constexpr bool ptePresent(Word pte) {
    return (pte & (bits::kP | bits::kProtnone)) != 0;
}
/// PSE counts as present: a leaf in the middle of a split has P clear and PSE set.
constexpr bool pmdPresent(Word pmd) {
    return (pmd & (bits::kP | bits::kProtnone | bits::kPse)) != 0;
}
constexpr bool isLeaf(Word upper) {
    return (upper & bits::kPse) != 0;
}
/// pmd_trans_huge() || pmd_devmap(), which callers ask together.
constexpr bool pmdTransHuge(Word pmd) {
    return isLeaf(pmd);
}
/// is_swap_pmd(), and for PTEs !pte_none() && !pte_present().
constexpr bool isSwapPmd(Word pmd) {
    return !isNone(pmd) && !pmdPresent(pmd);
}
constexpr bool isTable(Word upper) {
    return (upper & bits::kP) != 0 && !isLeaf(upper);
}
constexpr bool isSpecial(Word entry) {
    return (entry & bits::kSpecial) != 0;
}
constexpr bool isWritable(Word entry) {
    return (entry & bits::kRw) != 0;
}
constexpr bool isDirty(Word entry) {
    return (entry & bits::kDirtyBits) != 0;
}
constexpr bool isProtnone(Word entry) {
    return (entry & (bits::kProtnone | bits::kP)) == bits::kProtnone;
}

/// The rule against L1TF: the frame bits of an entry that is neither empty nor present are inverted
/// (arch/x86/include/asm/pgtable-invert.h).
constexpr bool needsInvert(Word entry) {
    return entry != 0 && (entry & bits::kP) == 0;
}
constexpr Word flipProtnoneGuard(Word before, Word entry, Word mask) {
    return needsInvert(before) == needsInvert(entry) ? entry : (entry & ~mask) | (~entry & mask);
}

/// pte_pfn(), pmd_pfn(), pud_pfn().
constexpr Pfn entryPfn(const hw::Geometry& geometry, hw::Level level, Word entry) {
    const Word frame = needsInvert(entry) ? ~entry : entry;
    return PhysAddr(frame & pfnMask(geometry, level)).frame();
}
/// pfn_pte(), pfn_pmd(), pfn_pud(): `prot` as it is, PSE is not added.
constexpr Word makeEntry(const hw::Geometry& geometry, hw::Level level, Pfn frame, Word prot) {
    const Word address = needsInvert(prot) ? ~PhysAddr(frame).raw() : PhysAddr(frame).raw();
    return (address & pfnMask(geometry, level)) | prot;
}
/// pte_pgprot(), pmd_pgprot(): everything but the frame. Of a leaf that includes PSE and PAT_LARGE.
constexpr Word entryProt(const hw::Geometry& geometry, hw::Level level, Word entry) {
    return entry & ~pfnMask(geometry, level);
}

/// Dirty of an entry without RW lives in a software bit, so that RW=0, D=1 can mean a shadow stack.
constexpr Word mkSavedDirty(Word entry) {
    if (isWritable(entry) || (entry & bits::kD) == 0)
        return entry;
    return (entry & ~bits::kD) | bits::kSavedDirty;
}
constexpr Word clearSavedDirty(Word entry) {
    if (!isWritable(entry) || (entry & bits::kSavedDirty) == 0)
        return entry;
    return (entry & ~bits::kSavedDirty) | bits::kD;
}
constexpr Word wrprotect(Word entry) {
    return mkSavedDirty(entry & ~bits::kRw);
}
constexpr Word mkwrite(Word entry) {
    return clearSavedDirty(entry | bits::kRw);
}
constexpr Word mkdirty(Word entry, bool softDirty = false) {
    return mkSavedDirty(entry | bits::kD | (softDirty ? bits::kSoftDirty : 0));
}
constexpr Word mkclean(Word entry) {
    return entry & ~bits::kDirtyBits;
}
constexpr Word mkold(Word entry) {
    return entry & ~bits::kA;
}
constexpr Word mkyoung(Word entry) {
    return entry | bits::kA;
}

/// What pte_modify() and pmd_modify() keep of the old entry, the frame aside: _PAGE_CHG_MASK,
/// _HPAGE_CHG_MASK.
constexpr Word keptByModify(hw::Level level) {
    constexpr Word kCommon = bits::kPcd | bits::kPwt | bits::kSpecial | bits::kA | bits::kDirtyBits |
                             bits::kSoftDirty | bits::kDevmap | bits::kUffdWp | bits::kMarked;
    return kCommon | (level == hw::Level::Pte ? bits::kPat : bits::kPse | bits::kPatLarge);
}
/// pte_modify(), pmd_modify().
constexpr Word modify(const hw::Geometry& geometry, hw::Level level, Word entry, Word newProt) {
    // The masks of the kernel reach over all address bits, so flags of a leaf's low address bits survive.
    const Word kept = keptByModify(level) | hw::x86_64::kAddress;
    const Word merged = (entry & kept) | (newProt & ~kept);
    const Word flipped = flipProtnoneGuard(entry, merged, pfnMask(geometry, level));
    return isWritable(entry) ? mkSavedDirty(flipped) : clearSavedDirty(flipped);
}
/// pgprot_modify(): the cache type stays, the rights come from `newProt`.
constexpr Word pgprotModify(Word oldProt, Word newProt) {
    const Word kept = keptByModify(hw::Level::Pte) | hw::x86_64::kAddress;
    return (oldProt & kept) | (newProt & ~kept);
}

/// pgprot_4k_2_large() and back: the PAT bit moves between 7 and 12.
constexpr Word prot4kToLarge(Word prot) {
    return (prot & ~(bits::kPat | bits::kPatLarge)) | ((prot & bits::kPat) != 0 ? bits::kPatLarge : 0);
}
constexpr Word protLargeTo4k(Word prot) {
    return (prot & ~(bits::kPat | bits::kPatLarge)) | ((prot & bits::kPatLarge) != 0 ? bits::kPat : 0);
}

/// The frame numbers of consecutive pages are one page apart in the entries too, downwards where inverted.
constexpr Word runStep(Word prot) {
    return needsInvert(prot) ? ~kPageSize.raw() + 1 : kPageSize.raw();
}

/// Swap-like entries (migration): type in bits 63:59, the inverted offset below
/// (arch/x86/include/asm/pgtable_64.h). Bits 1 and 5 to 8 stay 0, so nothing takes one for a present entry.
enum class SwapType : std::uint8_t { MigrationRead = 28, MigrationReadExclusive = 29, MigrationWrite = 30 };
constexpr Word makeSwapEntry(SwapType type, Pfn frame) {
    return (~frame.raw() << 14 >> 5) | (static_cast<Word>(type) << 59);
}
constexpr SwapType swapType(Word entry) {
    return static_cast<SwapType>(entry >> 59);
}
/// The offset of a migration entry holds the frame and, above it, whether the page was young and dirty
/// (SWP_MIG_YOUNG_BIT, SWP_MIG_DIRTY_BIT of include/linux/swapops.h). It is stored inverted from bit 9 on.
inline constexpr unsigned kSwapPfnBits = 40;
inline constexpr Word kMigrationYoung = Word{1} << (9 + kSwapPfnBits);
inline constexpr Word kMigrationDirty = kMigrationYoung << 1;
constexpr Word mkMigrationYoung(Word entry) {
    return entry & ~kMigrationYoung;
}
constexpr Word mkMigrationDirty(Word entry) {
    return entry & ~kMigrationDirty;
}
constexpr bool isMigrationYoung(Word entry) {
    return (entry & kMigrationYoung) == 0;
}
constexpr bool isMigrationDirty(Word entry) {
    return (entry & kMigrationDirty) == 0;
}
constexpr Pfn swapPfn(Word entry) {
    return Pfn((~entry >> 9) & ((Word{1} << kSwapPfnBits) - 1));
}

} // namespace pfnscope::mm
