// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/fault.h"

/// Faults in VMAs of files: page cache, shmem, DAX.
namespace pfnscope::mm {

/// do_read_fault(), do_cow_fault() and do_shared_fault() of a VMA that shows a file.
FaultResult do_file_fault(Context& k, FaultState& fault);

} // namespace pfnscope::mm
