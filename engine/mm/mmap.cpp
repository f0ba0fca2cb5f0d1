// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/memory.h"
#include "mm/memtype.h"
#include "mm/rmap.h"
#include "mm/syscalls.h"
#include "mm/vma.h"

#include <algorithm>

namespace pfnscope::mm {
namespace {

VirtAddr topOf(const Context& k) {
    return VirtAddr(std::uint64_t{1} << (k.geometry().addressBits() - 1));
}

std::uint64_t flagsFor(const Mmap& op) {
    std::uint64_t flags = vm::kMayAll;
    flags |= op.protection.read ? vm::kRead : 0;
    flags |= op.protection.write ? vm::kWrite : 0;
    flags |= op.protection.exec ? vm::kExec : 0;
    if (op.share == Share::Shared)
        flags |= vm::kShared | vm::kMayShare;
    else if (op.protection.write)
        flags |= vm::kAccount;
    return flags;
}

machine::MappingKind kindOf(Backing backing) {
    switch (backing) {
    case Backing::Shmem:
        return machine::MappingKind::Shmem;
    case Backing::File:
        return machine::MappingKind::File;
    case Backing::Dax:
        return machine::MappingKind::Dax;
    default:
        return machine::MappingKind::Device;
    }
}

/// The address_space of the file's name; a nameless file is its own.
machine::MappingId mappingFor(Context& k, const std::string& name, machine::MappingKind kind) {
    if (!name.empty())
        for (const auto& [id, mapping] : k.state().mappings)
            if (mapping.name == name)
                return id;
    machine::KernelGlobals globals = k.state().globals;
    const machine::MappingId id(globals.nextMapping++);
    k.machine.put(globals);
    machine::Mapping mapping;
    mapping.name = name;
    mapping.kind = kind;
    k.machine.put(id, std::move(mapping));
    return id;
}

/// vma_dummy_vm_ops, and what file systems set: shared records, so that VMAs that could be merged are.
machine::VmOpsId plainOps(Context& k, std::string_view name, bool fault) {
    for (const auto& [id, ops] : k.state().vmOps)
        if (ops.name == name)
            return id;
    machine::KernelGlobals globals = k.state().globals;
    const machine::VmOpsId id(globals.nextOps++);
    k.machine.put(globals);
    machine::VmOps ops;
    ops.name = name;
    ops.fault = fault ? machine::FaultHandler::InsertPte : machine::FaultHandler::None;
    k.machine.put(id, std::move(ops));
    return id;
}

std::optional<machine::VmOpsId> opsFor(Context& k, const Mmap& op) {
    switch (op.backing) {
    case Backing::Anonymous:
        return op.share == Share::Shared ? std::optional(plainOps(k, "shmem_vm_ops", true)) : std::nullopt;
    case Backing::Shmem:
        return plainOps(k, "shmem_vm_ops", true);
    case Backing::File:
        return plainOps(k, "generic_file_vm_ops", true);
    case Backing::Dax:
        return plainOps(k, "dax_vm_ops", true);
    case Backing::Device:
        break;
    }
    return op.driver ? makeOps(k, *op.driver) : std::optional(plainOps(k, "vma_dummy_vm_ops", false));
}

Vma vmaFor(Context& k, const Mmap& op, VirtRange range) {
    Vma vma;
    vma.mm = k.currentMm();
    vma.range = range;
    vma.flags = flagsFor(op);
    vma.name = op.name;
    vma.ops = opsFor(k, op);
    if (op.backing != Backing::Anonymous || op.share == Share::Shared)
        vma.file = mappingFor(
            k, op.file, op.backing == Backing::Anonymous ? machine::MappingKind::Shmem : kindOf(op.backing));
    vma.pgoff = vma.file ? op.pgoff : range.start.raw() >> kPageShift;
    vma.pageProt = vm_get_page_prot(k, vma.flags);
    if (op.backing == Backing::Device && op.driver) {
        vma.flags |=
            op.driver->mixedMap ? vm::kMixedMap : vm::kIo | vm::kPfnMap | vm::kDontExpand | vm::kDontDump;
        vma.pageProt = (vma.pageProt & ~bits::kCache) | cacheBits(op.driver->cache);
    }
    return vma;
}

/// The driver's mmap hook.
Errno callMmap(Context& k, VmaId id, const Mmap& op) {
    const auto scope = k.enter("call_mmap");
    for (const RemapPart& part : op.remap) {
        const std::uint32_t before = k.state().globals.failAllocationIn;
        machine::KernelGlobals globals = k.state().globals;
        globals.failAllocationIn = part.failAllocation != 0 ? part.failAllocation : before;
        k.machine.put(globals);
        const VirtAddr at = k.vma(id).range.start + part.offset;
        const Errno error = remap_pfn_range(k, id, at, part.pfn, part.size, k.vma(id).pageProt);
        if (part.failAllocation != 0) {
            globals = k.state().globals;
            k.outcome.failuresLeft = globals.failAllocationIn;
            globals.failAllocationIn = before;
            k.machine.put(globals);
        }
        if (error != Errno::None)
            return error;
    }
    if (op.opsAfterRemap) {
        Vma vma = k.vma(id);
        vma.ops = makeOps(k, *op.opsAfterRemap);
        k.machine.put(id, std::move(vma));
    }
    return Errno::None;
}

void adjustTotalVm(Context& k, MmId id, Bytes size, int sign) {
    machine::Mm mm = k.mm(id);
    mm.totalVm = sign > 0 ? mm.totalVm + size.pages() : mm.totalVm - size.pages();
    k.machine.put(id, mm);
}

/// A failed hook leaves no VMA behind: its range is unmapped again.
void unmap_region(Context& k, VmaId id) {
    const auto scope = k.enter("unmap_region");
    const Vma vma = k.vma(id);
    const auto before = vmaBefore(k, vma.mm, vma.range.start);
    const auto after = vmaFrom(k, vma.mm, vma.range.end);
    MmuGather tlb(k, vma.mm);
    unmap_vmas(k, tlb, {id}, vma.range);
    const FileLinkScope unlink(k, {id});
    free_pgtables(k, tlb, {id}, before ? k.vma(*before).range.end : VirtAddr(0),
                  after ? k.vma(*after).range.start : topOf(k));
    tlb_finish_mmu(k, tlb);
    k.machine.put(id, std::nullopt);
}

/// mmap_region()
Errno mmap_region(Context& k, const Mmap& op, VirtRange range) {
    const auto scope = k.enter("mmap_region", {{"addr", range.start}, {"len", range.size()}});
    if (!vmasIn(k, k.currentMm(), range).empty())
        do_vmi_align_munmap(k, k.currentMm(), range);
    Vma vma = vmaFor(k, op, range);
    adjustTotalVm(k, vma.mm, range.size(), 1);
    if (vma_merge_new_range(k, vma))
        return Errno::None;
    const VmaId id = newVmaId(k);
    k.machine.put(id, vma);
    vma_start_write(k, id);
    std::optional<FileLinkScope> link(std::in_place, k, std::vector{id});
    const Errno error = callMmap(k, id, op);
    link.reset();
    if (error != Errno::None) {
        adjustTotalVm(k, vma.mm, range.size(), -1);
        unmap_region(k, id);
        return error;
    }
    Vma made = k.vma(id);
    if (vma_wants_writenotify(k, made, made.pageProt)) {
        vma_set_page_prot(k, made);
        k.machine.put(id, std::move(made));
    }
    return Errno::None;
}

bool fits(const Context& k, VirtRange range) {
    return range.start < range.end && range.end <= topOf(k);
}

} // namespace

std::optional<machine::VmOpsId> makeOps(Context& k, const Driver& driver) {
    if (driver.nullOps)
        return std::nullopt;
    for (const auto& [id, ops] : k.state().vmOps)
        if (ops == driver.ops)
            return id;
    machine::KernelGlobals globals = k.state().globals;
    const machine::VmOpsId id(globals.nextOps++);
    k.machine.put(globals);
    k.machine.put(id, driver.ops);
    return id;
}

void sysMmap(Context& k, const Mmap& op) {
    const auto scope = k.enter("__x64_sys_mmap", {{"addr", op.at}, {"len", op.size}});
    const VirtRange range{op.at, (op.at + op.size).alignedUp(kPageSize)};
    if (!op.at.isAligned(kPageSize) || op.size.isZero()) {
        k.outcome.error = Errno::Inval;
        return;
    }
    if (!fits(k, range)) {
        k.outcome.error = Errno::NoMem;
        return;
    }
    const LockScope lock(k, mmapLock(k.currentMm()));
    k.outcome.error = mmap_region(k, op, range);
    if (k.outcome.error == Errno::None)
        k.outcome.value = op.at.raw();
}

namespace {

/// vms_gather_munmap_vmas(): the VMAs at the edges are cut, what lies between is taken out.
std::vector<VmaId> vms_gather_munmap_vmas(Context& k, MmId mm, VirtRange range) {
    const auto scope = k.enter("vms_gather_munmap_vmas", {{"start", range.start}, {"end", range.end}});
    const auto first = vmaAt(k, mm, range.start);
    if (first && k.vma(*first).range.start < range.start)
        __split_vma(k, *first, range.start, NewBelow::Yes);
    const auto last = vmaAt(k, mm, range.end - kPageSize);
    if (last && k.vma(*last).range.end > range.end)
        __split_vma(k, *last, range.end, NewBelow::No);
    const std::vector<VmaId> vmas = vmasIn(k, mm, range);
    for (const VmaId vma : vmas)
        vma_start_write(k, vma);
    return vmas;
}

/// vms_complete_munmap_vmas(): what they mapped, their tables, and they themselves.
void vms_complete_munmap_vmas(Context& k, MmId mm, const std::vector<VmaId>& vmas) {
    const auto scope = k.enter("vms_complete_munmap_vmas");
    const VirtRange range{k.vma(vmas.front()).range.start, k.vma(vmas.back()).range.end};
    const auto before = vmaBefore(k, mm, range.start);
    const auto after = vmaFrom(k, mm, range.end);
    MmuGather tlb(k, mm);
    unmap_vmas(k, tlb, vmas, range);
    const FileLinkScope unlink(k, vmas);
    free_pgtables(k, tlb, vmas, before ? k.vma(*before).range.end : VirtAddr(0),
                  after ? k.vma(*after).range.start : topOf(k));
    tlb_finish_mmu(k, tlb);
    for (const VmaId id : vmas) {
        adjustTotalVm(k, mm, k.vma(id).range.size(), -1);
        k.machine.put(id, std::nullopt);
    }
}

} // namespace

void do_vmi_align_munmap(Context& k, MmId mm, VirtRange range) {
    const auto scope = k.enter("do_vmi_align_munmap", {{"start", range.start}, {"end", range.end}});
    if (const auto vmas = vms_gather_munmap_vmas(k, mm, range); !vmas.empty())
        vms_complete_munmap_vmas(k, mm, vmas);
}

void sysMunmap(Context& k, const Munmap& op) {
    const auto sys = k.enter("__x64_sys_munmap", {{"addr", op.at}, {"len", op.size}});
    const auto scope = k.enter("__vm_munmap");
    const VirtRange range{op.at, (op.at + op.size).alignedUp(kPageSize)};
    if (!op.at.isAligned(kPageSize) || !fits(k, range)) {
        k.outcome.error = Errno::Inval;
        return;
    }
    const LockScope lock(k, mmapLock(k.currentMm()));
    const auto inner = k.enter("do_vmi_munmap");
    do_vmi_align_munmap(k, k.currentMm(), range);
}

void exit_mmap(Context& k, MmId mm) {
    const auto scope = k.enter("exit_mmap");
    const std::vector<VmaId> vmas = k.state().vmasOf(mm);
    const LockScope lock(k, mmapLock(mm));
    if (vmas.empty())
        return;
    MmuGather tlb(k, mm);
    unmap_vmas(k, tlb, vmas, {VirtAddr(0), VirtAddr(~0ULL)});
    const FileLinkScope unlink(k, vmas);
    free_pgtables(k, tlb, vmas, VirtAddr(0), topOf(k));
    tlb_finish_mmu(k, tlb);
    for (const VmaId id : vmas)
        k.machine.put(id, std::nullopt);
}

} // namespace pfnscope::mm
