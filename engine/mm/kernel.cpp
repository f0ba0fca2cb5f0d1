// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/kernel.h"

#include "mm/gup.h"
#include "mm/huge_memory.h"
#include "mm/khugepaged.h"
#include "mm/memory.h"
#include "mm/migrate.h"
#include "mm/rmap.h"
#include "mm/syscalls.h"
#include "mm/userfaultfd.h"
#include "mm/vma.h"

namespace pfnscope::mm {
namespace {

/// Carries one action out; the process is there, and its tables are loaded.
struct Perform {
    Context& k;

    void operator()(const Mmap& op) const { sysMmap(k, op); }
    void operator()(const Munmap& op) const { sysMunmap(k, op); }
    void operator()(const Mprotect& op) const { sysMprotect(k, op); }
    void operator()(const Mremap& op) const { sysMremap(k, op); }
    void operator()(const Madvise& op) const { sysMadvise(k, op); }
    void operator()(const Msync& op) const { sysMsync(k, op); }
    void operator()(const Mlock& op) const { sysMlock(k, op); }
    void operator()(const Fork& op) const { sysFork(k, op); }
    void operator()(const Exit&) const { sysExit(k); }
    void operator()(const Touch& op) const { touch(k, op); }
    void operator()(const RemapPfnRange& op) const { remap(op); }
    void operator()(const SetVmOps& op) const { setOps(op); }
    void operator()(const UnmapMappingRange& op) const { unmapMapping(op); }
    void operator()(const ZapVmaPtes& op) const {
        const LockScope lock(k, mmapLock(k.currentMm()), LockMode::Read);
        if (const auto vma = at(op.at))
            zap_vma_ptes(k, *vma, {op.at, (op.at + op.size).alignedUp(kPageSize)});
    }
    void operator()(const SplitHugePmd& op) const {
        const LockScope lock(k, mmapLock(k.currentMm()), LockMode::Read);
        if (const auto vma = at(op.at))
            split_huge_pmd_address(k, *vma, op.at);
    }
    void operator()(const Collapse& op) const { k.outcome.error = khugepaged_scan(k, op.at); }
    void operator()(const Migrate& op) const { k.outcome.error = migrateHugePage(k, op); }
    void operator()(const UserfaultMove& op) const { k.outcome.error = move_pages(k, op); }
    void operator()(const GupFast& op) const { gup_fast(k, op); }
    void operator()(const FailAlloc& op) const {
        machine::KernelGlobals globals = k.state().globals;
        globals.failAllocationIn = op.countdown;
        k.machine.put(globals);
    }

private:
    /// The VMA at `address`; EFAULT if there is none.
    std::optional<VmaId> at(VirtAddr address) const {
        const auto vma = vmaAt(k, k.currentMm(), address);
        if (!vma)
            k.outcome.error = Errno::Fault;
        return vma;
    }

    void remap(const RemapPfnRange& op) const {
        const LockScope lock(k, mmapLock(k.currentMm()));
        const auto vma = at(op.at);
        if (!vma)
            return;
        if (!k.vma(*vma).range.contains(VirtRange{op.at, op.at + op.size})) {
            k.outcome.error = Errno::Fault; // the driver finds no VMA of its own there
            return;
        }
        const std::uint32_t before = k.state().globals.failAllocationIn;
        setCountdown(op.failAllocation != 0 ? op.failAllocation : before);
        k.outcome.error = remap_pfn_range(k, *vma, op.at, op.pfn, op.size, k.vma(*vma).pageProt);
        if (op.failAllocation == 0)
            return;
        k.outcome.failuresLeft = k.state().globals.failAllocationIn;
        setCountdown(before);
    }
    void setCountdown(std::uint32_t countdown) const {
        machine::KernelGlobals globals = k.state().globals;
        globals.failAllocationIn = countdown;
        k.machine.put(globals);
    }
    void setOps(const SetVmOps& op) const {
        const LockScope lock(k, mmapLock(k.currentMm()));
        const auto id = at(op.at);
        if (!id)
            return;
        vma_start_write(k, *id);
        Vma vma = k.vma(*id);
        vma.ops = op.driver ? makeOps(k, *op.driver) : std::nullopt;
        k.machine.put(*id, std::move(vma));
    }
    void unmapMapping(const UnmapMappingRange& op) const {
        const std::uint64_t first = op.offset.pages();
        const std::uint64_t end = op.size.isZero() ? ~0ULL : first + (op.size + kPageSize - Bytes(1)).pages();
        for (const auto& [id, mapping] : k.state().mappings) {
            if (mapping.name == op.file) {
                unmap_mapping_range(k, id, first, end, op.evenCows);
                return;
            }
        }
    }
};

void endOfProcess(Context& k, machine::ProcessState state) {
    machine::Process process = k.state().processes.at(k.current);
    process.state = state;
    k.machine.put(k.current, std::move(process));
}

} // namespace

Kernel::Kernel(machine::Machine& machine, const option::Option& option, KernelConfig config)
    : machine_(machine), option_(option), config_(config) {}

void Kernel::boot(std::string_view processName) {
    Context k(machine_, option_, config_, machine::CpuId(0), machine::Pid(1));
    const auto scope = k.enter("boot");
    const auto zero = machine_.allocateFrames(0);
    machine::KernelGlobals globals = k.state().globals;
    globals.zeroPage = *zero;
    globals.nextPid = 2;
    machine_.put(globals);
    machine::Process init;
    init.name = processName;
    init.mm = mm_alloc(k);
    machine_.put(machine::Pid(1), std::move(init));
    switch_mm(k, k.currentMm());
}

Outcome Kernel::run(const Operation& operation) {
    Context k(machine_, option_, config_, operation.cpu, operation.process);
    const auto scope = k.enter(name(operation.action));
    k.operation = scope.id();
    const auto process = k.state().processes.find(operation.process);
    if (process == k.state().processes.end() || process->second.state != machine::ProcessState::Running ||
        !process->second.mm) {
        k.outcome.processGone = true;
        return k.outcome;
    }
    try {
        switch_mm(k, k.currentMm());
        std::visit(Perform{k}, operation.action);
    } catch (const KernelDied& death) {
        k.outcome.oops = death.oops;
        endOfProcess(k, machine::ProcessState::Oopsed);
    } catch (const TaskHung&) {
        k.outcome.hung = true;
        endOfProcess(k, machine::ProcessState::Hung);
    }
    return k.outcome;
}

} // namespace pfnscope::mm
