// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dump/page_dump.h"
#include "machine/machine.h"

#include <memory>

namespace pfnscope::dump {

/// The process that has the dumped address space.
inline constexpr machine::MmId kDumpedMm{1};

/// A machine whose memory holds these tables, so that whatever shows a machine shows a dump. A table whose
/// frame the dump does not tell lies in a frame that we choose, and grants every right; the entries say what
/// the dump says. There are no VMAs, for no dump has them.
Result<std::unique_ptr<machine::Machine>> machineOf(const PageDump& dump, const std::string& name);

} // namespace pfnscope::dump
