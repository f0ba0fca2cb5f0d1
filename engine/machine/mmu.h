// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/machine.h"

#include <optional>
#include <vector>

/// A CPU's MMU at work in a machine: the pure walk and the TLB of hw/, with everything they change committed
/// as deltas. All of these must be called inside a CallScope, as Machine::commit().
namespace pfnscope::machine {

/// One page of an access. Exactly one of `hit` and `walk` says how the answer came about.
struct PageOutcome {
    hw::Reason reason = hw::Reason::Allowed;
    PhysAddr at;                        ///< of the part's first byte, if allowed
    Bytes pageSize;                     ///< of the translation that was used, if allowed
    std::optional<hw::TlbEntry> hit;    ///< the TLB entry that was used
    std::optional<hw::WalkRecord> walk; ///< the last walk: the one that decided
};

/// A fault is a value: delivering it is the kernel's part.
struct AccessOutcome {
    std::optional<hw::Fault> fault;
    PageOutcome page;
    std::optional<PageOutcome>
        secondPage; ///< of an access that crosses a page, once the first page was allowed
    bool ok() const { return !fault; }
};

/// Looks into the TLB, else walks; A and D flags are written with Writer::Mmu in the walk's order, and the
/// TLB is filled. A TLB or paging-structure entry that leads to a fault is dropped and the tables are walked
/// from CR3 again before the fault is final, so that a fault never rests on what a cache remembers
/// (SDM 4.10.4.1: a page fault invalidates them, and will not recur unless memory causes it). A write through
/// an entry with D = 0 walks again to set D.
AccessOutcome accessMemory(Machine& machine, CpuId cpu, const hw::Access& access);

void invlpg(Machine& machine, CpuId cpu, VirtAddr at);
/// `at` counts for InvpcidType::IndividualAddress only, `pcid` for that and SingleContext.
void invpcid(Machine& machine, CpuId cpu, hw::InvpcidType type, hw::Pcid pcid, VirtAddr at);
/// `source` with bit 63 as the instruction takes it; the register never holds that bit.
void movToCr3(Machine& machine, CpuId cpu, std::uint64_t source);
void movToCr4(Machine& machine, CpuId cpu, std::uint64_t source);
/// Everything, global translations too: INVPCID type 2.
void flushAll(Machine& machine, CpuId cpu);

/// What a cached entry still says against memory.
enum class StaleKind : std::uint8_t {
    NotMapped,       ///< memory maps nothing there
    OtherFrame,      ///< memory maps another frame
    MoreRights,      ///< the cache allows what memory forbids
    OtherMemoryType, ///< memory asks for another cache type
    OtherKey,        ///< memory gives another protection key
    DirtyUnseen,     ///< the cache holds D = 1, memory D = 0: a write would not set it
    OtherTable,      ///< a paging-structure cache leads to a table that memory no longer leads to
};

struct StaleTranslation {
    hw::TlbArray array = hw::TlbArray::L1;
    hw::TlbEntry entry;
    VirtAddr at; ///< the first address inside the entry's page for which it is stale
    StaleKind kind = StaleKind::NotMapped;
};

/// Every translation the CPU may still use though memory no longer gives it. Entries of other PCIDs than the
/// current one are left out: nothing uses them before a MOV to CR3. A cache that merely allows less than
/// memory is not stale: the access walks again.
std::vector<StaleTranslation> staleTranslations(const State& state, CpuId cpu);

} // namespace pfnscope::machine
