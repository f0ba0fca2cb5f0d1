// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/fault.h"

/// fs/dax.c: maps of a file whose blocks are memory of a device. Page p of a file lies in frame
/// kPmemBase + p; a block exists from the first write fault on, or the first fault of a single page, before
/// that the file has a hole there (machine::Mapping::extents).
namespace pfnscope::mm {

inline constexpr Pfn kPmemBase{0x200000}; ///< 8 GiB, where the emulated machine's RAM has ended

/// dax_iomap_fault() for one level: vm_ops->huge_fault and ->fault of such a file. VM_FAULT_FALLBACK: the
/// level below has to do.
FaultResult dax_iomap_fault(Context& k, FaultState& fault, Level level);

} // namespace pfnscope::mm
