// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/context.h"

/// mm/gup.c: faulting pages in on behalf of a system call.
namespace pfnscope::mm {

enum class GupAccess : std::uint8_t { Read, Write };

/// faultin_page_range(): what `access` needs is made there, page by page; leaves get the bits that the
/// hardware would have set (FOLL_TOUCH). -EINVAL for device memory and where the VMA forbids the access.
Errno faultin_page_range(Context& k, VmaId vma, VirtRange range, GupAccess access);

/// get_user_pages_fast() as far as it goes without a lock; the page is let go of again at once. EAGAIN: the
/// slow way would follow (what is not there, special, or changed under the walk).
void gup_fast(Context& k, const GupFast& op);

} // namespace pfnscope::mm
