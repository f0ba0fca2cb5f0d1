// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/context.h"

/// mm/userfaultfd.c: UFFDIO_MOVE.
namespace pfnscope::mm {

/// move_pages(): both ranges anonymous, private, with equal rights; the destination empty. -EINVAL, -EEXIST,
/// -EBUSY (a page that another process maps too), -EAGAIN, -ENOMEM.
Errno move_pages(Context& k, const UserfaultMove& call);

} // namespace pfnscope::mm
