// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hw/geometry.h"
#include "hw/physical_memory.h"
#include "machine/cpu.h"
#include "machine/frame_pool.h"
#include "machine/records.h"

#include <map>
#include <optional>
#include <vector>

namespace pfnscope::machine {

struct MachineConfig {
    hw::Geometry geometry = hw::kFourLevels;
    FramePoolConfig frames;
    CpuConfig cpus;
    bool operator==(const MachineConfig&) const = default;
};

/// The deposited tables of one owner, head first. See depositInto() for the order, which is neither queue nor
/// stack.
using DepositRing = std::vector<Pfn>;

/// The whole machine as data. Only Delta changes it (Machine::commit); everyone else reads.
struct State {
    MachineConfig config;
    hw::PhysicalMemory memory;
    FramePool frames;
    std::vector<Cpu> cpus; ///< index: CpuId
    KernelGlobals globals;
    std::map<Pfn, PageTable> tables;
    std::map<DepositOwner, DepositRing> deposits; ///< owners without a deposit are absent
    std::map<MmId, Mm> mms;
    std::map<Pid, Process> processes;
    std::map<VmaId, Vma> vmas;
    std::map<VmOpsId, VmOps> vmOps;
    std::map<MappingId, Mapping> mappings;
    std::map<FolioId, Folio> folios;
    std::map<LockId, std::vector<LockHolder>> locks; ///< free locks are absent

    /// Derived from `vmas`, kept beside it so that find_vma() is not a scan.
    std::map<std::pair<MmId, VirtAddr>, VmaId> vmaByStart;
    /// Derived from `folios`: page_folio() of any frame.
    std::map<Pfn, FolioId> folioByHead;

    const hw::Geometry& geometry() const { return config.geometry; }
    const PageTable* tableAt(Pfn frame) const;
    const DepositRing& depositsOf(const DepositOwner& owner) const;
    /// The first VMA of `mm` that ends above `at` (it need not contain it): find_vma().
    std::optional<VmaId> findVma(MmId mm, VirtAddr at) const;
    /// The folio that `frame` is a page of.
    std::optional<FolioId> folioOf(Pfn frame) const;
    /// The VMAs of `mm` in address order.
    std::vector<VmaId> vmasOf(MmId mm) const;
};

/// pgtable_trans_huge_deposit() of mm/pgtable-generic.c puts the new table behind the head and makes it the
/// head, and withdraw gives the head and makes its successor the head. Deposits 1,2,3,4,5 so come back as
/// 5,1,2,3,4.
void depositInto(DepositRing& ring, Pfn table);
Pfn withdrawFrom(DepositRing& ring); ///< the ring must not be empty

/// Equal for equal states, whatever way led there. 64 bits, for tests and stamps; not an identity (see
/// explore/).
std::uint64_t stateHash(const State& state);

} // namespace pfnscope::machine
