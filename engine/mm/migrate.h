// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/context.h"

/// mm/migrate.c and the migration entries of mm/huge_memory.c, for one huge page.
namespace pfnscope::mm {

/// Start: set_pmd_migration_entry() in place of the leaf at `at`. Finish: the folio's content moves to a new
/// folio, and remove_migration_pmd() maps that. -EINVAL if there is nothing to migrate: no leaf with a folio,
/// or no migration entry. What was deposited stays deposited, and rss does not change.
Errno migrateHugePage(Context& k, const Migrate& call);

} // namespace pfnscope::mm
