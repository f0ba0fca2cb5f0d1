// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/journal.h"

#include <QStringList>

#include <map>
#include <vector>

/// What the CPUs do, and which locks they hold, while operations overlap.
namespace pfnscope::ui {

using HeldLocks = std::map<machine::LockId, machine::LockMode>;

/// From one lock that is taken or released to the next.
struct LockSpan {
    machine::Position from = 0;
    machine::Position to = 0;
    HeldLocks held;
};

struct CpuLane {
    machine::CpuId cpu;
    std::vector<LockSpan> spans; ///< those in which it holds any, in order
};

/// One for every CPU that has a part in the operation; none where operations do not overlap in it.
std::vector<CpuLane> cpuLanes(const machine::Journal& journal, const machine::Call& operation);
/// The most lanes that an operation of the journal has.
std::size_t mostCpuLanes(const machine::Journal& journal);

/// "mmap_lock r, pmd_lock"; and in full "mmap_lock 0x1 (read), pmd_lock 0x4003".
QString shortNames(const HeldLocks& held);
QString fullNames(const HeldLocks& held);
/// "CPU0 holds mmap_lock 0x1 (read)" for every CPU, at this moment.
QStringList holders(const std::vector<CpuLane>& lanes, machine::Position at);

} // namespace pfnscope::ui
