// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/context.h"

/// mm/khugepaged.c
namespace pfnscope::mm {

/// MADV_COLLAPSE on every whole 2 MiB of `range`, which lies in `vma`. The mmap lock must be held for writing
/// (the kernel drops the caller's and takes it anew for each).
Errno madvise_collapse(Context& k, VmaId vma, VirtRange range);
/// What khugepaged does when it comes by: the 2 MiB around `at`. -EINVAL when it leaves them alone.
Errno khugepaged_scan(Context& k, VirtAddr at);

} // namespace pfnscope::mm
