// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/machine.h"
#include "mm/operation.h"
#include "option/option.h"

/// Linux's memory management as a program over a Machine.
namespace pfnscope::mm {

/// Where deposited tables are kept (kernel-facts: generic ring per PMD page or per mm; powerpc hash: one slot
/// a PMD; radix, s390, sparc64: list nodes laid over the first entries of the table itself).
enum class DepositStorage : std::uint8_t { RingPerPmdPage, RingPerMm, SlotPerPmd, OverlaidRing };

/// How a split replaces a huge entry by a table. The kernel flushes first; the other order, which is wrong, is
/// there to be looked at: for a while a TLB may hold the huge and a small translation of one address.
enum class SplitOrder : std::uint8_t { FlushFirst, PopulateFirst };

/// What was decided when the kernel was built or booted, as opposed to what a design option decides.
struct KernelConfig {
    bool debugVm = false;          ///< CONFIG_DEBUG_VM: VM_BUG_ON stops the kernel
    bool archNeedsDeposit = false; ///< arch_needs_pgtable_deposit()
    DepositStorage depositStorage = DepositStorage::RingPerPmdPage;
    bool transparentHugepage = true; ///< THP=always
    bool softDirty = false;          ///< CONFIG_MEM_SOFT_DIRTY
    bool version7 = false;           ///< where 7.x differs from 6.12 (kernel-facts: NEW)
    SplitOrder splitOrder = SplitOrder::FlushFirst;
    bool operator==(const KernelConfig&) const = default;
};

/// Holds no state of its own: everything that changes lies in the Machine, so that rewinding the machine
/// rewinds the kernel. Machine and option must outlive it.
class Kernel {
public:
    Kernel(machine::Machine& machine, const option::Option& option, KernelConfig config = {});

    /// Makes the first process (Pid 1) with an empty mm. To be called once on a fresh machine, as an
    /// operation "boot".
    void boot(std::string_view processName);

    /// Carries one operation out, as one operation of the journal. Never throws; an oops is an Outcome.
    Outcome run(const Operation& operation);

    const machine::Machine& machine() const { return machine_; }
    const option::Option& option() const { return option_; }
    const KernelConfig& config() const { return config_; }

private:
    machine::Machine& machine_;
    const option::Option& option_;
    KernelConfig config_;
};

} // namespace pfnscope::mm
