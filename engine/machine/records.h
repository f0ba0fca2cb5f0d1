// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"
#include "hw/geometry.h"
#include "machine/ids.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// The kernel's objects as plain values. Each names its fields once, in visit(); the state hash, the JSON
/// dump, the differences between two snapshots and the explorer's canonical form all read that list.
namespace pfnscope::machine {

/// mm->rss_stat and mm->pgtables_bytes.
enum class Counter : std::uint8_t { FilePages, AnonPages, SwapEntries, ShmemPages, PgtablesBytes };
inline constexpr std::size_t kCounterCount = 5;

/// mm_struct.
struct Mm {
    Pfn pgd;
    std::array<std::int64_t, kCounterCount> counters{};
    std::uint64_t totalVm = 0; ///< pages
    std::uint32_t users = 1;   ///< mm_users
    bool hugeZero = false;     ///< MMF_HUGE_ZERO_PAGE: the mm holds a reference to the huge zero page

    std::int64_t counter(Counter which) const { return counters[static_cast<std::size_t>(which)]; }
    bool operator==(const Mm&) const = default;
    template <class Visitor> void visit(Visitor&& each) const {
        each("pgd", pgd);
        each("counters", counters);
        each("total_vm", totalVm);
        each("mm_users", users);
        each("huge_zero", hugeZero);
    }
};

/// Hung: waits for ever for a lock whose holder died.
enum class ProcessState : std::uint8_t { Running, Exited, KilledBySignal, Oopsed, Hung };

/// task_struct, as far as it matters here.
struct Process {
    std::string name;
    std::optional<MmId> mm; ///< empty after exit_mm
    ProcessState state = ProcessState::Running;
    std::optional<Pid> parent;

    bool operator==(const Process&) const = default;
    template <class Visitor> void visit(Visitor&& each) const {
        each("name", name);
        each("mm", mm);
        each("state", state);
        each("parent", parent);
    }
};

/// vm_area_struct. `flags` are VM_* bits and `pageProt` is vm_page_prot, both with the kernel's own bit
/// values.
struct Vma {
    MmId mm;
    VirtRange range;
    std::uint64_t flags = 0;
    Word pageProt = 0;
    std::uint64_t pgoff = 0;              ///< vm_pgoff, in pages
    std::optional<VmOpsId> ops;           ///< vm_ops; empty is NULL, which makes vma_is_anonymous() true
    std::optional<MappingId> file;        ///< vm_file's address_space
    std::optional<std::uint32_t> anonVma; ///< the anon_vma's number
    std::string name;                     ///< the scenario's name for the map
    bool marked = false;                  ///< the VMA flag of the options that have one (`remap.mark`)

    bool operator==(const Vma&) const = default;
    template <class Visitor> void visit(Visitor&& each) const {
        each("mm", mm);
        each("start", range.start);
        each("end", range.end);
        each("vm_flags", flags);
        each("vm_page_prot", pageProt);
        each("vm_pgoff", pgoff);
        each("vm_ops", ops);
        each("vm_file", file);
        each("anon_vma", anonVma);
        each("name", name);
        each("marked", marked);
    }
};

/// What a handler of a driver does when it is asked for one page, or for a huge one.
enum class FaultHandler : std::uint8_t { None, InsertPte, Sigbus };
/// Orders that ->huge_fault inserts; a bit set.
struct HugeFaultOrders {
    bool pmd = false;
    bool pud = false;
    bool present = false; ///< the handler exists (it may answer VM_FAULT_FALLBACK to everything)
    bool operator==(const HugeFaultOrders&) const = default;
    template <class Visitor> void visit(Visitor&& each) const {
        each("pmd", pmd);
        each("pud", pud);
        each("present", present);
    }
};

/// vm_operations_struct together with the driver that answers.
struct VmOps {
    std::string name;
    Pfn basePfn; ///< frame of file offset 0
    FaultHandler fault = FaultHandler::None;
    HugeFaultOrders hugeFault;
    bool pteOrderAllowed = true; ///< false: ->fault gives SIGBUS, only huge orders are inserted
    bool pageMkwrite = false;
    bool access = false;

    bool operator==(const VmOps&) const = default;
    template <class Visitor> void visit(Visitor&& each) const {
        each("name", name);
        each("pfn", basePfn);
        each("fault", fault);
        each("huge_fault", hugeFault);
        each("pte_order", pteOrderAllowed);
        each("page_mkwrite", pageMkwrite);
        each("access", access);
    }
};

enum class MappingKind : std::uint8_t { Device, Shmem, File, Dax };

/// address_space: whose pages a file map shows, and the reverse map's starting point.
struct Mapping {
    std::string name;
    MappingKind kind = MappingKind::Device;
    std::map<std::uint64_t, FolioId> folios; ///< page offset of the head -> folio (the page cache)
    std::vector<std::uint64_t> extents;      ///< DAX: first page of each 2 MiB that has blocks; elsewhere are holes

    bool operator==(const Mapping&) const = default;
    template <class Visitor> void visit(Visitor&& each) const {
        each("name", name);
        each("kind", kind);
        each("folios", folios);
        each("extents", extents);
    }
};

enum class FolioKind : std::uint8_t { Anon, File, Shmem, HugeZero, Zero };

/// folio, as far as the reverse map and the counts go.
struct Folio {
    FolioKind kind = FolioKind::Anon;
    Pfn head;
    std::uint8_t order = 0;
    std::int32_t refcount = 0;
    std::int32_t entireMapcount = 0;        ///< maps by a PMD leaf
    std::vector<std::int32_t> pageMapcount; ///< maps by PTE, per page; empty when none ever was
    std::vector<bool> anonExclusive; ///< PageAnonExclusive, per page; one entry while mapped only by a leaf
    bool dirty = false;
    bool referenced = false;
    bool swapBacked = true; ///< cleared by MADV_FREE (lazyfree)
    bool onLru = false;
    std::optional<MappingId> mapping;
    std::uint64_t index = 0; ///< page offset of the head in `mapping`

    bool operator==(const Folio&) const = default;
    template <class Visitor> void visit(Visitor&& each) const {
        each("kind", kind);
        each("pfn", head);
        each("order", order);
        each("refcount", refcount);
        each("entire_mapcount", entireMapcount);
        each("page_mapcount", pageMapcount);
        each("anon_exclusive", anonExclusive);
        each("dirty", dirty);
        each("referenced", referenced);
        each("swapbacked", swapBacked);
        each("lru", onLru);
        each("mapping", mapping);
        each("index", index);
    }
};

enum class TableState : std::uint8_t { Detached, Linked, Deposited };

/// A frame that serves as a page table.
struct PageTable {
    hw::Level level = hw::Level::Pte;
    MmId mm;
    TableState state = TableState::Detached;
    VirtAddr base; ///< first address it spans; meaningful while linked
    Pfn parent;    ///< linked: the table whose entry points here; deposited: the PMD table it is kept for
    std::uint16_t index = 0; ///< linked: which entry of the parent

    bool operator==(const PageTable&) const = default;
    template <class Visitor> void visit(Visitor&& each) const {
        each("level", level);
        each("mm", mm);
        each("state", state);
        each("base", base);
        each("parent", parent);
        each("index", index);
    }
};

/// Where deposited tables hang: at the descriptor of a PMD page (split PMD locks), at the mm_struct, or each
/// in the slot of its own PMD entry (powerpc hash).
struct DepositOwner {
    std::optional<Pfn> pmdTable;
    MmId mm;
    std::optional<std::uint16_t> slot;
    auto operator<=>(const DepositOwner&) const = default;
    template <class Visitor> void visit(Visitor&& each) const {
        each("pmd_table", pmdTable);
        each("mm", mm);
        each("slot", slot);
    }
};

enum class LockKind : std::uint8_t {
    MmapLock,
    VmaLock,
    PageTableLock,
    PmdLock,
    PteLock,
    IMmapRwsem,
    AnonVmaLock,
    FolioLock
};
enum class LockMode : std::uint8_t { Read, Write };

/// `object` is the MmId, the VmaId, the frame of the table, ... as `kind` says.
struct LockId {
    LockKind kind = LockKind::MmapLock;
    std::uint64_t object = 0;
    auto operator<=>(const LockId&) const = default;
    template <class Visitor> void visit(Visitor&& each) const {
        each("kind", kind);
        each("object", object);
    }
};

struct LockHolder {
    CpuId cpu;
    LockMode mode = LockMode::Write;
    bool operator==(const LockHolder&) const = default;
    template <class Visitor> void visit(Visitor&& each) const {
        each("cpu", cpu);
        each("mode", mode);
    }
};

/// A reservation of a physical range for one cache type (arch/x86/mm/pat/memtype.c); `cacheBits` is the type
/// as a 4K PTE has it: PWT, PCD and PAT.
struct Memtype {
    PhysAddr start;
    PhysAddr end;
    Word cacheBits = 0;
    bool operator==(const Memtype&) const = default;
    template <class Visitor> void visit(Visitor&& each) const {
        each("start", start);
        each("end", end);
        each("cache", cacheBits);
    }
};

/// What of the kernel belongs to no process: numbers to hand out, injected failures.
struct KernelGlobals {
    std::uint32_t nextMm = 1;
    std::uint32_t nextPid = 1;
    std::uint32_t nextVma = 1;
    std::uint32_t nextFolio = 1;
    std::uint32_t nextAnonVma = 1;
    std::uint32_t nextOps = 1;
    std::uint32_t nextMapping = 1;
    std::uint32_t failAllocationIn = 0; ///< the n-th allocation of a table from now fails; 0: none
    std::optional<FolioId> hugeZeroFolio;
    std::uint32_t hugeZeroUsers = 0; ///< mms that hold a reference to it
    Pfn zeroPage;                    ///< the page of zeros that read faults of anonymous memory map
    std::vector<Memtype> memtypes;   ///< in order of reservation

    bool operator==(const KernelGlobals&) const = default;
    template <class Visitor> void visit(Visitor&& each) const {
        each("next_mm", nextMm);
        each("next_pid", nextPid);
        each("next_vma", nextVma);
        each("next_folio", nextFolio);
        each("next_anon_vma", nextAnonVma);
        each("next_ops", nextOps);
        each("next_mapping", nextMapping);
        each("fail_allocation_in", failAllocationIn);
        each("huge_zero_folio", hugeZeroFolio);
        each("huge_zero_users", hugeZeroUsers);
        each("zero_page", zeroPage);
        each("memtypes", memtypes);
    }
};

} // namespace pfnscope::machine
