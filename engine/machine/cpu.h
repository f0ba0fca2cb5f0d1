// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hw/registers.h"
#include "hw/tlb.h"

namespace pfnscope::machine {

/// How every CPU of a machine is made.
struct CpuConfig {
    unsigned count = 1;
    hw::CpuFeatures features;
    hw::TlbSettings tlb;
    bool operator==(const CpuConfig&) const = default;
};

/// One CPU: what its MMU reads (registers, what CPUID offers) and what it remembers.
struct Cpu {
    hw::Registers registers;
    hw::CpuFeatures features;
    hw::Tlb tlb;
    bool operator==(const Cpu&) const = default;
};

/// Registers as Linux runs a process with: paging with NX, WP, PGE, SMEP and SMAP, LA57 for five levels,
/// PCIDs and protection keys off, and the PAT that arch/x86/mm/pat/memtype.c programs (0 WB, 1 WC, 2 UC-, 3
/// UC, 4 WB, 5 WP, 6 UC-, 7 WT). CR3 is left 0.
hw::Registers linuxRegisters(const hw::Geometry& geometry, const hw::CpuFeatures& features);

} // namespace pfnscope::machine
