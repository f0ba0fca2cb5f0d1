// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/state.h"

#include <memory>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

/// A Delta is one typed, reversible fact about the machine. It carries what it needs to be undone, so that
/// the journal is at once the history, the undo log and the source of every picture.
namespace pfnscope::machine {

/// Who wrote a word: the hardware (accessed and dirty bits), the kernel, or a program's store.
enum class Writer : std::uint8_t { Mmu, Kernel, User };

/// One word of a frame; for table frames, an entry.
struct EntryWritten {
    Pfn frame;
    std::uint16_t index = 0;
    Writer writer = Writer::Kernel;
    Word before = 0;
    Word after = 0;
};

/// `count` words from `first` on, counting up by `step` from `value` (step 0: all equal).
struct WordRun {
    std::uint16_t first = 0;
    std::uint16_t count = 0;
    Word value = 0;
    Word step = 0;
    bool operator==(const WordRun&) const = default;
};

/// A run of entries of one table written at once: a remap, a split, a zap. One fact, not 512.
struct EntriesFilled {
    Pfn frame;
    WordRun run;
    std::vector<WordRun> before; ///< what stood there, run by run; empty: zeros
};

struct FrameAllocated {
    FramePool::Block block;
};
struct FrameFreed {
    Pfn head;
    std::uint8_t order = 0;
};

/// A frame becomes a page table, or stops being one.
struct TableAllocated {
    Pfn frame;
    PageTable table;
};
struct TableFreed {
    Pfn frame;
    PageTable table; ///< as it was
};
/// The table's place in the tree. The parent's entry is an EntryWritten of its own.
struct TableLinked {
    Pfn frame;
    PageTable before;
    PageTable after;
};
/// pgtable_trans_huge_deposit / pgtable_trans_huge_withdraw. `forEntry` is the PMD entry it is done for (what
/// the kernel does not record: all tables of a ring are interchangeable).
struct TableDeposited {
    DepositOwner owner;
    Pfn table;
    VirtAddr forAddress;
    PageTable before;
};
struct TableWithdrawn {
    DepositOwner owner;
    Pfn table;
    VirtAddr forAddress;
    PageTable before;
};

struct CounterMoved {
    MmId mm;
    Counter counter = Counter::PgtablesBytes;
    std::int64_t amount = 0;
};

struct LockTaken {
    LockId lock;
    LockHolder holder;
};
struct LockReleased {
    LockId lock;
    LockHolder holder;
    std::uint16_t place = 0; ///< where in the list of holders it stood
};

/// A record of the kernel's made, changed or removed: `before` empty is made, `after` empty is removed.
template <class Key, class Record> struct RecordChanged {
    struct Change {
        std::optional<Record> before;
        std::optional<Record> after;
    };
    Key key{};
    std::unique_ptr<const Change> change;
};
using MmChanged = RecordChanged<MmId, Mm>;
using ProcessChanged = RecordChanged<Pid, Process>;
using VmaChanged = RecordChanged<VmaId, Vma>;
using VmOpsChanged = RecordChanged<VmOpsId, VmOps>;
using MappingChanged = RecordChanged<MappingId, Mapping>;
using FolioChanged = RecordChanged<FolioId, Folio>;

struct GlobalsChanged {
    std::unique_ptr<const std::pair<KernelGlobals, KernelGlobals>> beforeAfter;
};

/// Something worth a place in time that changes no state: a warning, a fault delivered, a notifier called, a
/// handler's answer. The meaning of the two details is stated with the kind.
enum class HappeningKind : std::uint8_t {
    PageFault,       ///< at: the address; detail: error code
    HandlerCalled,   ///< at: the address; detail: VmOpsId; otherDetail: the level asked for
    HandlerAnswered, ///< at: the address; detail: the VM_FAULT_* bits
    SignalSent,      ///< at: si_addr; detail: the signal's number; otherDetail: si_code
    NotifierStart,   ///< mmu_notifier_invalidate_range_start; at..at+detail
    NotifierEnd,
    FlushRange,       ///< flush_tlb_range or tlb_flush of mmu_gather; at..at+detail
    GatherQueued,     ///< tlb_remove_*: at: the address, detail: the table or page frame
    AllocationFailed, ///< detail: order
    Warn,             ///< WARN_ON of the kernel; `what` names the check
    Bug,              ///< BUG_ON
    VmBug,            ///< VM_BUG_ON with DEBUG_VM: the kernel stops there
    Oops,             ///< the kernel dies; at: the address it could not read; `what` the kernel function
    BadPageTables,    ///< non-zero pgtables_bytes on freeing mm; detail: the bytes
    BadRssCounter,    ///< detail: which Counter; otherDetail: the value
    Refused,          ///< -EINVAL by the option's rule
    SkippedCheck,     ///< a VM_BUG_ON that would have fired with DEBUG_VM
    Message,          ///< a line in the kernel's log that is no warning; `what` says it
    InterruptSent,    ///< smp_call_function(); detail: the CPU it goes to
    InterruptTaken,   ///< detail: the CPU it came from
};

/// The registers of a CPU that paging reads.
struct RegistersChanged {
    CpuId cpu;
    std::unique_ptr<const std::pair<hw::Registers, hw::Registers>> beforeAfter;
};

/// A CPU's TLB filled or flushed, slot by slot.
struct TlbChanged {
    CpuId cpu;
    hw::TlbChange change;
};

struct Happening {
    HappeningKind kind = HappeningKind::Warn;
    MmId mm;
    VirtAddr at;
    Word detail = 0;
    Word otherDetail = 0;
    std::string_view what; ///< static storage: a kernel function's or check's name
};

using Delta = std::variant<EntryWritten, EntriesFilled, FrameAllocated, FrameFreed, TableAllocated,
                           TableFreed, TableLinked, TableDeposited, TableWithdrawn, CounterMoved, LockTaken,
                           LockReleased, MmChanged, ProcessChanged, VmaChanged, VmOpsChanged, MappingChanged,
                           FolioChanged, GlobalsChanged, RegistersChanged, TlbChanged, Happening>;

/// Only Machine and Timeline call these.
void applyDelta(State& state, const Delta& delta);
void revertDelta(State& state, const Delta& delta);

/// The words of `frame` from `first` on as runs; empty when all are zero.
std::vector<WordRun> runsOf(hw::PhysicalMemory::ConstFrame frame, unsigned first, unsigned count);

} // namespace pfnscope::machine
