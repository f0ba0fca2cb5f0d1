// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/context.h"

/// mm/madvise.c
namespace pfnscope::mm {

/// The system call. The machine has no swap: MADV_PAGEOUT takes from anonymous memory only what MADV_FREE
/// gave up before, and splits other huge pages, as reclaim does when it finds no place for them.
Errno do_madvise(Context& k, const Madvise& call);

} // namespace pfnscope::mm
