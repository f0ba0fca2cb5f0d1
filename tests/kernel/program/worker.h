// SPDX-License-Identifier: GPL-3.0-or-later
// The process that is recorded. It does what it is told, one step at a time, and touches no memory of its own
// that it did not touch before the first step, so that its page tables outside of the window stay as they
// are.
#pragma once

namespace pfnscope::record {

/// Descriptors that the recorder leaves open for it: fixed numbers, because it is a fresh program image.
enum WorkerDescriptor : int {
    commandsToParent = 100,
    repliesOfParent = 101,
    commandsToChild = 102,
    repliesOfChild = 103,
    deviceFile = 104,
};

/// Where the huge tmpfs is mounted.
inline constexpr const char* hugeTmpfs = "/huge";

/// Never returns: the process ends by an exit step or when the recorder is gone.
[[noreturn]] void runWorker();

} // namespace pfnscope::record
