// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/journal.h"

namespace pfnscope::check {

/// What a run costs. Counted from the journal's deltas, so any stretch of history can be priced.
struct Costs {
    std::uint64_t depositedNow = 0;
    std::uint64_t depositedPeak = 0;
    Bytes
        tableBytesNow; ///< tables below the top level, deposited ones included (pgtables_bytes counts alike)
    Bytes tableBytesPeak;
    std::uint64_t faults = 0;         ///< page faults delivered to the kernel
    std::uint64_t tlbFlushes = 0;     ///< flush_tlb_range and mmu_gather flushes
    std::uint64_t entriesWritten = 0; ///< table words written by the kernel; a run counts its words
    bool operator==(const Costs&) const = default;

    void count(const machine::Delta& delta);
};

} // namespace pfnscope::check
