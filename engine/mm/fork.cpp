// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/mmu.h"
#include "mm/huge_memory.h"
#include "mm/memory.h"
#include "mm/pgtable_generic.h"
#include "mm/syscalls.h"
#include "mm/vma.h"

namespace pfnscope::mm {

std::optional<MmId> mm_alloc(Context& k) {
    machine::KernelGlobals globals = k.state().globals;
    const MmId id(globals.nextMm++);
    k.machine.put(globals);
    const auto pgd = allocTable(k, id, k.geometry().top());
    if (!pgd)
        return std::nullopt;
    machine::Mm mm;
    mm.pgd = *pgd;
    k.machine.put(id, mm);
    const machine::PageTable before = *k.state().tableAt(*pgd);
    machine::PageTable after = before;
    after.state = machine::TableState::Linked;
    k.machine.commit(machine::TableLinked{*pgd, before, after});
    return id;
}

namespace {

/// check_mm(): what must be gone by now.
void check_mm(Context& k, MmId id) {
    const auto scope = k.enter("check_mm");
    const machine::Mm& mm = k.mm(id);
    for (const Counter counter :
         {Counter::FilePages, Counter::AnonPages, Counter::SwapEntries, Counter::ShmemPages})
        if (mm.counter(counter) != 0)
            k.happen(HappeningKind::BadRssCounter, id, {}, static_cast<Word>(counter),
                     static_cast<Word>(mm.counter(counter)), "BUG: Bad rss-counter state");
    if (const auto bytes = mm.counter(Counter::PgtablesBytes); bytes != 0)
        k.happen(HappeningKind::BadPageTables, id, {}, static_cast<Word>(bytes), 0,
                 "BUG: non-zero pgtables_bytes on freeing mm");
    k.vmBugOn(!k.state().depositsOf({std::nullopt, id, std::nullopt}).empty(),
              "VM_BUG_ON_MM(mm->pmd_huge_pte)");
}

/// A CPU that still has the dead tree loaded goes on with that of init, which has no user half.
void leaveMm(Context& k, MmId id) {
    const std::uint64_t root = PhysAddr(k.mm(id).pgd).raw();
    for (std::uint32_t i = 0; i < k.state().cpus.size(); ++i)
        if (k.state().cpus[i].registers.cr3 == root)
            machine::movToCr3(k.machine, machine::CpuId(i), 0);
}

} // namespace

void mmput(Context& k, MmId id) {
    const auto scope = k.enter("mmput");
    exit_mmap(k, id);
    mm_put_huge_zero_folio(k, id);
    const auto inner = k.enter("__mmdrop");
    leaveMm(k, id);
    check_mm(k, id);
    const Pfn pgd = k.mm(id).pgd;
    k.machine.put(id, std::nullopt);
    freeTable(k, pgd);
}

namespace {

/// vm_area_dup() for the child, without what fork takes away.
VmaId dupVma(Context& k, MmId mm, VmaId source) {
    Vma vma = k.vma(source);
    vma.mm = mm;
    vma.flags &= ~vm::kLocked;
    if ((vma.flags & vm::kPfnMap) != 0)
        vma.flags &= ~vm::kPat; // track_pfn_copy() will set it again
    if (vma.anonVma) {          // anon_vma_fork(): one of its own for every VMA
        machine::KernelGlobals globals = k.state().globals;
        vma.anonVma = globals.nextAnonVma++ | kForkedAnonVma;
        k.machine.put(globals);
    }
    const VmaId id = newVmaId(k);
    const FileLinkScope link(k, {source});
    k.machine.put(id, std::move(vma));
    return id;
}

/// dup_mmap()
Errno dup_mmap(Context& k, MmId child, MmId parent) {
    const auto scope = k.enter("dup_mmap");
    const LockScope oldLock(k, mmapLock(parent));
    const LockScope newLock(k, mmapLock(child));
    Errno error = Errno::None;
    for (const VmaId source : k.state().vmasOf(parent)) {
        if ((k.vma(source).flags & vm::kDontCopy) != 0)
            continue;
        vma_start_write(k, source);
        const VmaId copy = dupVma(k, child, source);
        error = copy_page_range(k, copy, source);
        if (error != Errno::None)
            break;
    }
    // What the parent lost the right to write must not stay in a TLB, be the copy finished or not.
    flushTlbMm(k, parent);
    return error;
}

} // namespace

void sysFork(Context& k, const Fork& op) {
    const auto sys = k.enter("__do_sys_fork");
    const auto scope = k.enter("copy_process");
    const MmId parent = k.currentMm();
    const auto child = mm_alloc(k);
    if (!child) {
        k.outcome.error = Errno::NoMem;
        return;
    }
    machine::Mm record = k.mm(*child);
    record.totalVm = k.mm(parent).totalVm;
    k.machine.put(*child, record);
    if (dup_mmap(k, *child, parent) != Errno::None) {
        mmput(k, *child);
        k.outcome.error = Errno::NoMem; // whatever it was: dup_mm() answers NULL
        return;
    }
    machine::KernelGlobals globals = k.state().globals;
    const machine::Pid pid(globals.nextPid++);
    k.machine.put(globals);
    machine::Process process;
    process.name = op.child;
    process.mm = child;
    process.parent = k.current;
    k.machine.put(pid, std::move(process));
    k.outcome.value = pid.raw();
}

} // namespace pfnscope::mm
