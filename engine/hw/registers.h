// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"

#include <cstdint>

/// The registers that paging reads, and what a CPU offers (SDM volume 3, 2.5 and 4.1).
namespace pfnscope::hw {

/// The number of an address space in the TLB: CR3 bits 11:0 while CR4.PCIDE = 1, else 0 (SDM 4.10.1).
enum class Pcid : std::uint16_t {};

enum class MemoryType : std::uint8_t {
    UC = 0,
    WC = 1,
    WT = 4,
    WP = 5,
    WB = 6,
    UCMinus = 7
}; ///< SDM table 12-10

struct Registers {
    static constexpr std::uint64_t kCr0Pe = 1ULL << 0;
    static constexpr std::uint64_t kCr0Et = 1ULL << 4;
    static constexpr std::uint64_t kCr0Wp = 1ULL << 16;
    static constexpr std::uint64_t kCr0Pg = 1ULL << 31;
    static constexpr std::uint64_t kCr3NoInvalidate = 1ULL << 63; ///< in the source of MOV to CR3 only
    static constexpr std::uint64_t kCr4Pae = 1ULL << 5;
    static constexpr std::uint64_t kCr4Pge = 1ULL << 7;
    static constexpr std::uint64_t kCr4La57 = 1ULL << 12;
    static constexpr std::uint64_t kCr4Pcide = 1ULL << 17;
    static constexpr std::uint64_t kCr4Smep = 1ULL << 20;
    static constexpr std::uint64_t kCr4Smap = 1ULL << 21;
    static constexpr std::uint64_t kCr4Pke = 1ULL << 22;
    static constexpr std::uint64_t kCr4Pks = 1ULL << 24;
    static constexpr std::uint64_t kEferLme = 1ULL << 8;
    static constexpr std::uint64_t kEferLma = 1ULL << 10;
    static constexpr std::uint64_t kEferNxe = 1ULL << 11;
    static constexpr std::uint64_t kRflagsAc = 1ULL << 18;
    static constexpr std::uint64_t kPatAtReset = 0x0007040600070406ULL; ///< SDM table 12-12

    std::uint64_t cr0 = 0;
    std::uint64_t cr3 = 0;
    std::uint64_t cr4 = 0;
    std::uint64_t efer = 0;
    std::uint64_t rflags = 0x2;
    std::uint64_t pat = kPatAtReset; ///< IA32_PAT
    std::uint32_t pkru = 0;
    std::uint32_t pkrs = 0;

    constexpr bool operator==(const Registers&) const = default;

    constexpr bool wp() const { return (cr0 & kCr0Wp) != 0; }
    constexpr bool pge() const { return (cr4 & kCr4Pge) != 0; }
    constexpr bool la57() const { return (cr4 & kCr4La57) != 0; }
    constexpr bool pcide() const { return (cr4 & kCr4Pcide) != 0; }
    constexpr bool smep() const { return (cr4 & kCr4Smep) != 0; }
    constexpr bool smap() const { return (cr4 & kCr4Smap) != 0; }
    constexpr bool pke() const { return (cr4 & kCr4Pke) != 0; }
    constexpr bool pks() const { return (cr4 & kCr4Pks) != 0; }
    constexpr bool nxe() const { return (efer & kEferNxe) != 0; }
    constexpr bool ac() const { return (rflags & kRflagsAc) != 0; }
    constexpr Pcid pcid() const { return pcide() ? Pcid(cr3 & 0xfff) : Pcid{0}; }
    /// ADi and WDi of PKRU (user-mode addresses) or PKRS (supervisor-mode addresses), SDM 4.6.2.
    static constexpr bool accessDisabled(std::uint32_t rights, unsigned key) {
        return (rights >> (2 * key) & 1) != 0;
    }
    static constexpr bool writeDisabled(std::uint32_t rights, unsigned key) {
        return (rights >> (2 * key) & 2) != 0;
    }
    constexpr MemoryType memoryType(unsigned patIndex) const {
        return static_cast<MemoryType>(pat >> (8 * patIndex) & 7);
    }
};

/// What CPUID says. The number of levels in use is the geometry's.
struct CpuFeatures {
    std::uint8_t levels = 4;      ///< the most levels it can walk: 4, or 5 with LA57
    std::uint8_t maxphyaddr = 46; ///< 36 to 52
    bool page1gb = true;          ///< a PDPTE may map a 1-GByte page
    bool nx = true;               ///< EFER.NXE may be set

    constexpr bool operator==(const CpuFeatures&) const = default;
};

} // namespace pfnscope::hw
