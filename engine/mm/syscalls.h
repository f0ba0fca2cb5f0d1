// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/context.h"

/// The operations, each as its system call or driver entry carries it out. They fill in Context::outcome.
namespace pfnscope::mm {

// mmap.cpp
void sysMmap(Context& k, const Mmap& op);
void sysMunmap(Context& k, const Munmap& op);
/// do_vmi_align_munmap(): everything of `mm` in `range` goes. mmap_lock is held for writing.
void do_vmi_align_munmap(Context& k, MmId mm, VirtRange range);
/// exit_mmap(): all VMAs, all tables.
void exit_mmap(Context& k, MmId mm);
/// vm_ops of an operation, as a record; empty: NULL.
std::optional<machine::VmOpsId> makeOps(Context& k, const Driver& driver);

// mprotect.cpp
void sysMprotect(Context& k, const Mprotect& op);
// mremap.cpp
void sysMremap(Context& k, const Mremap& op);
// madvise.cpp
void sysMadvise(Context& k, const Madvise& op);
void sysMsync(Context& k, const Msync& op);
void sysMlock(Context& k, const Mlock& op);

// fork.cpp
void sysFork(Context& k, const Fork& op);
/// mm_alloc() with an empty tree; empty: no memory.
std::optional<MmId> mm_alloc(Context& k);
/// mmput(): the last user tears the mm down (exit_mmap) and check_mm() looks at what is left.
void mmput(Context& k, MmId mm);

// exit.cpp
void sysExit(Context& k);
/// switch_mm(): CR3 of this CPU.
void switch_mm(Context& k, MmId mm);

} // namespace pfnscope::mm
