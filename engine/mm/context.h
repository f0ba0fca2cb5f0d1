// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/kernel.h"
#include "mm/pgtable_x86.h"
#include "mm/vm_flags.h"

/// What every kernel function of mm/ works with: the machine, the option's rules, and who is running where.
/// Made for one operation, on the stack.
namespace pfnscope::mm {

using hw::Level;
using machine::Counter;
using machine::HappeningKind;
using machine::LockId;
using machine::LockKind;
using machine::LockMode;
using machine::MmId;
using machine::Vma;
using machine::VmaId;

/// Where an entry stands: pte_t *, pmd_t *, pud_t *, by its level.
struct Entry {
    Pfn table;
    unsigned index = 0;
    Level level = Level::Pte;
    bool operator==(const Entry&) const = default;
};

/// Unwinds a kernel that has died to Kernel::run(). Never leaves mm/.
struct KernelDied {
    Oops oops;
};
/// Unwinds a task that waits for a lock whose holder has died.
struct TaskHung {};

class Context {
public:
    Context(machine::Machine& m, const option::Option& o, const KernelConfig& c, machine::CpuId onCpu,
            machine::Pid who)
        : machine(m), option(o), config(c), cpu(onCpu), current(who) {}

    machine::Machine& machine;
    const option::Option& option;
    const KernelConfig& config;
    machine::CpuId cpu;
    machine::Pid current;
    std::optional<machine::CallId> operation; ///< the call that is the operation itself
    Outcome outcome;

    const machine::State& state() const { return machine.state(); }
    const hw::Geometry& geometry() const { return machine.state().geometry(); }
    const Vma& vma(VmaId id) const { return state().vmas.at(id); }
    const machine::Mm& mm(MmId id) const { return state().mms.at(id); }
    const machine::Folio& folio(machine::FolioId id) const { return state().folios.at(id); }
    MmId currentMm() const { return *state().processes.at(current).mm; }
    Bytes pmdSize() const { return geometry().pmdSize(); }
    Bytes pudSize() const { return geometry().pudSize(); }
    std::uint64_t hpagePmdNr() const { return geometry().pagesPerEntry(Level::Pmd); }

    machine::CallScope enter(std::string_view function, machine::Arguments arguments = {}) {
        return machine.enter(function, std::move(arguments), cpu);
    }
    Word read(const Entry& at) const {
        machine.noteRead(at.table, at.index);
        return state().memory.read(at.table, at.index);
    }
    /// A read without the lock, in a walk that others may change under it.
    Word readLockless(const Entry& at) {
        machine.pause({.kind = machine::PauseKind::Look,
                       .frame = at.table,
                       .first = static_cast<std::uint16_t>(at.index)});
        return read(at);
    }
    /// One atomic step: `change` gives the new value for what stands there, which is returned.
    template <class Change> Word exchange(const Entry& at, Change&& change) {
        machine.pauseBeforeWrite(at.table, at.index);
        const Word before = read(at);
        machine.writeEntry(at.table, at.index, change(before));
        return before;
    }
    void write(const Entry& at, Word value) { machine.writeEntry(at.table, at.index, value); }

    void happen(HappeningKind kind, MmId mm, VirtAddr at = {}, Word detail = 0, Word otherDetail = 0,
                std::string_view what = {}) {
        machine.happen({kind, mm, at, detail, otherDetail, what});
    }
    void warn(std::string_view check, VirtAddr at = {}) { happen(HappeningKind::Warn, {}, at, 0, 0, check); }
    /// pr_err(), pr_info(): said in the log, and no warning.
    void message(std::string_view text, VirtAddr at = {}) {
        happen(HappeningKind::Message, {}, at, 0, 0, text);
    }
    /// BUG_ON: the kernel stops, whatever its configuration.
    void bugOn(bool condition, std::string_view check, VirtAddr at = {});
    /// VM_BUG_ON: the kernel stops with CONFIG_DEBUG_VM, else it goes on as if nothing were wrong.
    void vmBugOn(bool condition, std::string_view check, VirtAddr at = {});
    /// A bad access in `function`, which need not have been entered.
    [[noreturn]] void die(std::string_view function, VirtAddr address);

    /// The struct page of `frame` has this address; that of a device frame is not there to be read.
    VirtAddr structPage(Pfn frame) const;
    VirtAddr directMap(Pfn frame) const; ///< __va()
    bool isRam(Pfn frame) const { return state().config.frames.isRam(frame); }

    std::string_view currentFunction() const;

private:
    [[noreturn]] void stop(std::string_view function, VirtAddr address, HappeningKind kind,
                           std::string_view what);
};

enum class LockWait : std::uint8_t { UntilFree, Try };

/// A lock held for a scope. A dying kernel does not release it: the unwinding passes by. With mmap_lock, held
/// for writing, the VMA locks taken under it go too (vma_end_write_all()).
class LockScope {
public:
    LockScope(Context& k, LockId lock, LockMode mode = LockMode::Write, LockWait wait = LockWait::UntilFree);
    ~LockScope();
    LockScope(const LockScope&) = delete;
    LockScope& operator=(const LockScope&) = delete;
    /// False after LockWait::Try when somebody else had it, and after release().
    bool isHeld() const { return held_; }
    void release();

private:
    Context& k_;
    LockId lock_;
    LockMode mode_;
    int unwinding_;
    bool held_ = true;
};

inline LockId mmapLock(MmId mm) {
    return {LockKind::MmapLock, mm.raw()};
}
inline LockId vmaLock(VmaId vma) {
    return {LockKind::VmaLock, vma.raw()};
}
inline LockId iMmapRwsem(machine::MappingId mapping) {
    return {LockKind::IMmapRwsem, mapping.raw()};
}
/// pud_lockptr(): the mm's page_table_lock.
inline LockId pudLock(MmId mm) {
    return {LockKind::PageTableLock, mm.raw()};
}
/// pmd_lockptr(): one lock a PMD page, or the mm's page_table_lock. The lock of something that is no PMD page
/// is looked up in a struct page all the same, and an oops if there is none.
LockId pmdLock(Context& k, MmId mm, const Entry& pmd);
inline LockId pteLock(Pfn table) {
    return {LockKind::PteLock, table.raw()};
}

/// vma_is_anonymous(): vm_ops is NULL.
inline bool vmaIsAnonymous(const Vma& vma) {
    return !vma.ops.has_value();
}
const machine::VmOps* opsOf(const Context& k, const Vma& vma);
/// vma_is_dax()
bool vmaIsDax(const Context& k, const Vma& vma);
/// vma_is_special_huge(): DAX before 7.x, or a file's PFNMAP or MIXEDMAP.
bool vmaIsSpecialHuge(const Context& k, const Vma& vma);

/// What the option's rules may ask of a VMA, now.
option::Facts factsOf(const Context& k, const Vma& vma);
/// The same with the facts of a PMD entry in it.
option::Facts factsOf(const Context& k, const Vma& vma, Word pmd);

/// is_huge_zero_pmd()
bool isHugeZeroPmd(const Context& k, Word pmd);
/// vm_normal_folio_pmd() and vm_normal_folio(): empty for special entries and frames without a folio.
std::optional<machine::FolioId> normalFolio(const Context& k, Level level, Word entry);

} // namespace pfnscope::mm
