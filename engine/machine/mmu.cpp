// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/mmu.h"

namespace pfnscope::machine {
namespace {

const Cpu& cpuOf(const Machine& machine, CpuId id) {
    return machine.state().cpus[id.raw()];
}

void writeFlags(Machine& machine, const hw::WalkRecord& record) {
    for (const hw::EntryUpdate& update : record.updates())
        machine.writeEntry(update.at.frame(),
                           static_cast<unsigned>(update.at.offsetIn(kPageSize).raw() / sizeof(Word)),
                           update.after, Writer::Mmu);
}

/// Walks, beginning where the paging-structure caches allow; if that faults, once more from CR3.
hw::WalkRecord walkAndSetFlags(Machine& machine, CpuId id, const hw::Access& access) {
    const Cpu& cpu = cpuOf(machine, id);
    const State& state = machine.state();
    const auto cached = cpu.tlb.lookupStructure(access.at, cpu.registers.pcid());
    if (cached) {
        const auto record =
            hw::walk(state.memory, cpu.registers, cpu.features, state.geometry(), access, *cached);
        writeFlags(machine, record);
        if (record.ok())
            return record;
        machine.changeTlb(id, cpu.tlb.planPageFault(access.at, cpu.registers.pcid()));
    }
    const auto record = hw::walk(state.memory, cpu.registers, cpu.features, state.geometry(), access);
    writeFlags(machine, record);
    return record;
}

/// The TLB's answer, if it has one that lets the access through without a walk.
std::optional<PageOutcome> answerFromTlb(Machine& machine, CpuId id, const hw::Access& access) {
    const Cpu& cpu = cpuOf(machine, id);
    const hw::Pcid pcid = cpu.registers.pcid();
    const hw::TlbEntry* const entry = cpu.tlb.lookup(access.at, pcid);
    if (entry == nullptr)
        return std::nullopt;
    if (hw::judge(cpu.registers, entry->rights, entry->key, access).reason != hw::Reason::Allowed) {
        machine.changeTlb(id, cpu.tlb.planPageFault(access.at, pcid));
        return std::nullopt;
    }
    if (access.isWrite() && !entry->dirty)
        return std::nullopt;
    PageOutcome outcome;
    outcome.at = cpu.tlb.translated(*entry, access.at);
    outcome.pageSize = cpu.tlb.span(*entry);
    outcome.hit = *entry;
    return outcome;
}

/// `fault` is set if the page is not allowed.
PageOutcome accessPage(Machine& machine, CpuId id, const hw::Access& access,
                       std::optional<hw::Fault>& fault) {
    if (auto hit = answerFromTlb(machine, id, access))
        return *hit;
    const Cpu& cpu = cpuOf(machine, id);
    PageOutcome outcome;
    const hw::WalkRecord& record = outcome.walk.emplace(walkAndSetFlags(machine, id, access));
    outcome.reason = record.reason;
    if (!record.ok()) {
        fault = record.fault;
        machine.changeTlb(id, cpu.tlb.planPageFault(access.at, cpu.registers.pcid()));
        return outcome;
    }
    outcome.at = record.translation.at;
    outcome.pageSize = record.translation.pageSize;
    machine.changeTlb(id, cpu.tlb.planFill(cpu.registers.pcid(), record));
    return outcome;
}

} // namespace

AccessOutcome accessMemory(Machine& machine, CpuId cpu, const hw::Access& access) {
    machine.pause({.kind = PauseKind::Access});
    AccessOutcome outcome;
    outcome.fault = hw::canonicalFault(machine.state().geometry(), access);
    if (outcome.fault) {
        outcome.page.reason = hw::Reason::NonCanonical;
        return outcome;
    }
    outcome.page = accessPage(machine, cpu, access, outcome.fault);
    if (!outcome.fault && access.crossesPage())
        outcome.secondPage = accessPage(machine, cpu, access.secondPart(), outcome.fault);
    return outcome;
}

void invlpg(Machine& machine, CpuId id, VirtAddr at) {
    const Cpu& cpu = cpuOf(machine, id);
    machine.changeTlb(id, cpu.tlb.planInvlpg(at, cpu.registers.pcid()));
}

void invpcid(Machine& machine, CpuId id, hw::InvpcidType type, hw::Pcid pcid, VirtAddr at) {
    machine.changeTlb(id, cpuOf(machine, id).tlb.planInvpcid(type, pcid, at));
}

void movToCr3(Machine& machine, CpuId id, std::uint64_t source) {
    const Cpu& cpu = cpuOf(machine, id);
    hw::TlbChange change = cpu.tlb.planMovToCr3(cpu.registers, source);
    hw::Registers registers = cpu.registers;
    registers.cr3 = source & ~hw::Registers::kCr3NoInvalidate;
    machine.put(id, registers);
    machine.changeTlb(id, std::move(change));
}

void movToCr4(Machine& machine, CpuId id, std::uint64_t source) {
    const Cpu& cpu = cpuOf(machine, id);
    hw::TlbChange change = cpu.tlb.planMovToCr4(cpu.registers, source);
    hw::Registers registers = cpu.registers;
    registers.cr4 = source;
    machine.put(id, registers);
    machine.changeTlb(id, std::move(change));
}

void flushAll(Machine& machine, CpuId id) {
    machine.changeTlb(id, cpuOf(machine, id).tlb.planFlushAll());
}

} // namespace pfnscope::machine
