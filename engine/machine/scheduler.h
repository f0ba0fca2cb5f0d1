// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/records.h"

#include <functional>

/// How operations overlap: the machine asks a scheduler at every place where a running operation may have to
/// wait, or where another CPU may get in between. The scheduler lets others run by switching stacks, so that
/// the operation's code knows nothing of it. Without a scheduler operations run one after another.
namespace pfnscope::machine {

/// What the running operation does next.
enum class PauseKind : std::uint8_t {
    Write,     ///< writes `count` entries of table `frame` from `first` on
    Look,      ///< reads one entry without a lock, in a walk that others may change under it
    TakeLock,  ///< `lock` in `mode`
    TryLock,   ///< the same, but goes on without it if it cannot be had
    Released,  ///< has given `lock` back
    Deposits,  ///< changes the deposited tables of the PMD table `frame`
    Access,    ///< one access of a program: the MMU's look into the TLB, its walk and the access are one
    Flush,     ///< drops translations of the CPU it runs on
    Interrupt, ///< sends an interrupt to another CPU
    Await,     ///< waits until the interrupts it sent have been answered
};

struct Pause {
    PauseKind kind = PauseKind::Write;
    Pfn frame;
    std::uint16_t first = 0;
    std::uint16_t count = 1;
    LockId lock;
    LockMode mode = LockMode::Write;
};

/// All calls come from the operation that runs, on its own stack.
class Scheduler {
public:
    virtual ~Scheduler() = default;
    /// Returns when the operation may go on: for TakeLock when the lock is free. False: it never will be,
    /// because whoever holds it has died.
    virtual bool pause(const Pause& next) = 0;
    /// An entry is read; there is no pause here.
    virtual void read(Pfn table, unsigned index) = 0;
    /// `answer` is to be run on `to`, between any two steps of what runs there while interrupts are on.
    virtual void interrupt(CpuId to, std::function<void()> answer) = 0;
    /// local_irq_save() and local_irq_restore() of the running operation.
    virtual void setInterrupts(bool on) = 0;
};

} // namespace pfnscope::machine
