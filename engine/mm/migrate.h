// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/context.h"

/// mm/migrate.c and the PMD part of mm/userfaultfd.c.
namespace pfnscope::mm {

/// set_pmd_migration_entry() and remove_migration_pmd(). EINVAL: no such entry there.
void migrate(Context& k, const Migrate& op);
/// UFFDIO_MOVE of whole huge pages: move_pages_huge_pmd().
void userfaultMove(Context& k, const UserfaultMove& op);

} // namespace pfnscope::mm
