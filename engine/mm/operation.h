// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"
#include "hw/access.h"
#include "machine/records.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What a program, a driver or the test bench can ask of the kernel: the alphabet of scenarios, of replayed
/// records and of the search. Operations are data; Kernel::run() carries one out. Addresses are final here:
/// names and offsets of a scenario file are resolved by the reader.
namespace pfnscope::mm {

enum class Share : std::uint8_t { Shared, Private };

struct Protection {
    bool read = true;
    bool write = true;
    bool exec = false;
    bool operator==(const Protection&) const = default;
};

/// Cache types that a driver asks for in vm_page_prot (pgprot_noncached and its like).
enum class CacheMode : std::uint8_t {
    WriteBack,
    WriteCombining,
    UncachedMinus,
    Uncached,
    WriteThrough,
    WriteProtect
};

/// A driver as a scenario declares it: what its handlers do, and which frame its offset 0 is.
struct Driver {
    machine::VmOps ops;    ///< what vm_ops will point to
    bool nullOps = false;  ///< the driver leaves vm_ops NULL (vma_is_anonymous() is then true)
    bool mixedMap = false; ///< VM_MIXEDMAP instead of VM_PFNMAP
    CacheMode cache = CacheMode::UncachedMinus;
    bool operator==(const Driver&) const = default;
};

/// One remap_pfn_range() in the driver's mmap hook: [offset, offset + size) of the VMA, from frame `pfn` on.
struct RemapPart {
    Bytes offset;
    Bytes size;
    Pfn pfn;
    std::uint32_t failAllocation = 0; ///< the n-th table allocation inside fails; 0: none
    bool operator==(const RemapPart&) const = default;
};

enum class Backing : std::uint8_t { Anonymous, Device, Shmem, File, Dax };

struct Mmap {
    std::string name;
    VirtAddr at;
    Bytes size;
    Backing backing = Backing::Anonymous;
    Protection protection;
    Share share = Share::Private;
    std::uint64_t pgoff = 0;      ///< file offset in pages
    std::string file;             ///< identity of the file or device; maps of one name share an address_space
    std::optional<Driver> driver; ///< Backing::Device: vm_ops while the mmap hook runs
    std::vector<RemapPart> remap; ///< Backing::Device: what the hook remaps, in order
    std::optional<Driver>
        opsAfterRemap; ///< Backing::Device: vm_ops are replaced by these after the hook (kernfs)
    bool operator==(const Mmap&) const = default;
};

struct Munmap {
    VirtAddr at;
    Bytes size;
    bool operator==(const Munmap&) const = default;
};
struct Mprotect {
    VirtAddr at;
    Bytes size;
    Protection protection;
    bool operator==(const Mprotect&) const = default;
};
struct Mremap {
    VirtAddr at;
    Bytes oldSize;
    Bytes newSize;
    std::optional<VirtAddr> to; ///< MREMAP_FIXED; MREMAP_MAYMOVE always
    bool dontUnmap = false;
    bool operator==(const Mremap&) const = default;
};
enum class Advice : std::uint8_t {
    DontNeed,
    Free,
    Cold,
    PageOut,
    PopulateRead,
    PopulateWrite,
    Collapse,
    HugePage,
    NoHugePage,
    DontFork,
    DoFork,
};
struct Madvise {
    VirtAddr at;
    Bytes size;
    Advice advice = Advice::DontNeed;
    bool operator==(const Madvise&) const = default;
};
struct Msync {
    VirtAddr at;
    Bytes size;
    bool operator==(const Msync&) const = default;
};
struct Mlock {
    VirtAddr at;
    Bytes size;
    bool operator==(const Mlock&) const = default;
};
struct Fork {
    std::string child; ///< name of the new process
    bool operator==(const Fork&) const = default;
};
struct Exit {
    bool operator==(const Exit&) const = default;
};
struct Touch {
    VirtAddr at;
    hw::AccessType access = hw::AccessType::Read;
    hw::Privilege privilege = hw::Privilege::User;
    bool operator==(const Touch&) const = default;
};
/// A driver remaps in a VMA that stands already.
struct RemapPfnRange {
    VirtAddr at;
    Bytes size;
    Pfn pfn;
    std::uint32_t failAllocation = 0;
    bool operator==(const RemapPfnRange&) const = default;
};
/// The driver, or kernfs, replaces vm_ops of the VMA at `at`; empty: NULL.
struct SetVmOps {
    VirtAddr at;
    std::optional<Driver> driver;
    bool operator==(const SetVmOps&) const = default;
};
/// A driver revokes [offset, offset + size) of a file, in every mm that maps it. `evenCows`: private copies
/// too.
struct UnmapMappingRange {
    std::string file;
    Bytes offset;
    Bytes size; ///< 0: to the end
    bool evenCows = true;
    bool operator==(const UnmapMappingRange&) const = default;
};
struct ZapVmaPtes {
    VirtAddr at;
    Bytes size;
    bool operator==(const ZapVmaPtes&) const = default;
};
struct SplitHugePmd {
    VirtAddr at;
    bool operator==(const SplitHugePmd&) const = default;
};
/// khugepaged, or MADV_COLLAPSE, on the PMD that holds `at`.
struct Collapse {
    VirtAddr at;
    bool operator==(const Collapse&) const = default;
};
/// A migration entry is put in the place of the huge entry (set_pmd_migration_entry), or taken away again.
enum class Migration : std::uint8_t { Start, Finish };
struct Migrate {
    VirtAddr at;
    Migration phase = Migration::Start;
    bool operator==(const Migrate&) const = default;
};
/// UFFDIO_MOVE of one huge page.
struct UserfaultMove {
    VirtAddr from;
    VirtAddr to;
    Bytes size;
    bool operator==(const UserfaultMove&) const = default;
};
/// get_user_pages_fast() of one page, without the slow way: reads the tables without a lock, interrupts off.
struct GupFast {
    VirtAddr at;
    hw::AccessType access = hw::AccessType::Read;
    bool operator==(const GupFast&) const = default;
};
/// The n-th allocation of a table from now on fails (n = 1: the next).
struct FailAlloc {
    std::uint32_t countdown = 1;
    bool operator==(const FailAlloc&) const = default;
};

using Action = std::variant<Mmap, Munmap, Mprotect, Mremap, Madvise, Msync, Mlock, Fork, Exit, Touch,
                            RemapPfnRange, SetVmOps, UnmapMappingRange, ZapVmaPtes, SplitHugePmd, Collapse,
                            Migrate, UserfaultMove, GupFast, FailAlloc>;

/// An action, and who asks for it where.
struct Operation {
    Action action;
    machine::Pid process{1};
    machine::CpuId cpu;
    bool operator==(const Operation&) const = default;
};

/// "munmap", "remap_pfn_range": the name in scenario files, in the journal and on the screen.
std::string_view name(const Action& action);

// The C library has macros of the kernel's names, so the enumerators drop the E and the SIG; name() gives
// them back.
enum class Errno : std::uint8_t { None, Perm, NoMem, Acces, Fault, Exist, Inval, Again, Busy, Nxio };
/// "EINVAL"; and its number.
std::string_view name(Errno code);
int number(Errno code);

enum class Signal : std::uint8_t { None, Bus, Segv, Kill };
std::string_view name(Signal signal);

/// Where and why the kernel died; `function` has static storage.
struct Oops {
    std::string_view function; ///< the innermost kernel function, for instance pgtable_trans_huge_withdraw
    VirtAddr address;          ///< what could not be read or written
    std::vector<std::string_view> trace; ///< its callers, innermost first
    bool isBug = false;                  ///< BUG_ON or (with DEBUG_VM) VM_BUG_ON rather than a bad access
    bool operator==(const Oops&) const = default;
};

/// How often handlers of a driver were called during the operation, as the records count it.
struct HandlerCalls {
    std::uint32_t pte = 0, pmd = 0, pud = 0, fallback = 0, sigbus = 0;
    bool operator==(const HandlerCalls&) const = default;
};

/// What an operation answered. Exactly one of: a value, an errno, a signal, an oops, "process is gone".
struct Outcome {
    std::uint64_t value =
        0; ///< mmap, mremap: the address; fork: the child's Pid; touch: what was read; gup_fast: the frame
    Errno error = Errno::None;
    Signal signal = Signal::None;
    int signalCode = 0; ///< si_code
    VirtAddr signalAddress;
    std::optional<Oops> oops;
    bool processGone = false; ///< asked of a process that has exited or died: nothing was done
    bool hung = false;        ///< waits for ever for a lock whose holder died
    std::uint32_t faults = 0; ///< page faults taken
    HandlerCalls handlerCalls;
    std::uint32_t failuresLeft = 0; ///< of failAllocation: what was left to count
    bool ok() const {
        return error == Errno::None && signal == Signal::None && !oops && !processGone && !hung;
    }
    bool operator==(const Outcome&) const = default;
};

} // namespace pfnscope::mm
