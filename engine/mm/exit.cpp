// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/mmu.h"
#include "mm/syscalls.h"

namespace pfnscope::mm {

void switch_mm(Context& k, MmId mm) {
    const std::uint64_t root = PhysAddr(k.mm(mm).pgd).raw();
    if (k.state().cpus[k.cpu.raw()].registers.cr3 == root)
        return;
    const auto scope = k.enter("switch_mm_irqs_off");
    machine::movToCr3(k.machine, k.cpu, root);
}

void sysExit(Context& k) {
    const auto scope = k.enter("do_exit");
    {
        const auto inner = k.enter("exit_mm");
        mmput(k, k.currentMm());
    }
    machine::Process process = k.state().processes.at(k.current);
    process.mm.reset();
    process.state = machine::ProcessState::Exited;
    k.machine.put(k.current, std::move(process));
}

} // namespace pfnscope::mm
