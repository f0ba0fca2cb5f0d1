// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/context.h"

/// mm/gup.c: faulting pages in on behalf of a system call.
namespace pfnscope::mm {

enum class GupAccess : std::uint8_t { Read, Write };

/// faultin_page_range(): what `access` needs is made there, page by page; leaves get the bits that the
/// hardware would have set (FOLL_TOUCH). -EINVAL for device memory and where the VMA forbids the access.
Errno faultin_page_range(Context& k, VmaId vma, VirtRange range, GupAccess access);

} // namespace pfnscope::mm
