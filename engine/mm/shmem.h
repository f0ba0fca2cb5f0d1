// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/rmap.h"

/// mm/shmem.c, of a file system mounted with huge=always.
namespace pfnscope::mm {

/// shmem_get_folio(): page `index` of the file, made if it is not there: as part of a folio of 2 MiB unless
/// the VMA forbids it, part of the range is taken by smaller folios, or memory is short. With a reference for
/// the caller; empty: no memory.
std::optional<FolioId> shmem_get_folio(Context& k, machine::MappingId mapping, VmaId vma,
                                       std::uint64_t index);
/// ->fault
std::optional<FolioId> shmem_fault(Context& k, VmaId vma, std::uint64_t index);

} // namespace pfnscope::mm
