// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/context.h"

/// The advice of mm/madvise.c that ages pages or gives them up: MADV_FREE, MADV_COLD, MADV_PAGEOUT.
namespace pfnscope::mm {

/// -EINVAL unless the VMA is anonymous. The pages stay mapped, clean and old, until memory is short.
Errno madvise_free_single_vma(Context& k, VmaId vma, VirtRange range);
/// -EINVAL for VM_LOCKED and VM_PFNMAP. Accessed bits are cleared.
Errno madvise_cold(Context& k, VmaId vma, VirtRange range);
/// As madvise_cold(), and what can be reclaimed is.
Errno madvise_pageout(Context& k, VmaId vma, VirtRange range);

} // namespace pfnscope::mm
