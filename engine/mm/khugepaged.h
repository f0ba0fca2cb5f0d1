// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/context.h"

/// mm/khugepaged.c: PTE tables become huge entries.
namespace pfnscope::mm {

/// Collapses the PMD that holds `at`. EINVAL: the VMA is not one for huge pages.
Errno collapse_huge_page(Context& k, VmaId vma, VirtAddr at);
/// MADV_COLLAPSE
Errno madvise_collapse(Context& k, VmaId vma, VirtRange range);

} // namespace pfnscope::mm
