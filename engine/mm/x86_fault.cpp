// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/mmu.h"
#include "mm/fault.h"
#include "mm/rmap.h"
#include "mm/vma.h"

/// arch/x86/mm/fault.c: from the page fault to the handler and to signals; and the touch that starts it.
namespace pfnscope::mm {
namespace {

constexpr int kSegvMapErr = 1; ///< no VMA there
constexpr int kSegvAccErr = 2; ///< the VMA forbids it
constexpr int kBusAdrErr = 2;
constexpr int kSegvKernel = 128; ///< SI_KERNEL: a general protection fault

/// So often may one access fault before the kernel model is at fault itself: a fault is retried while the
/// handler answers VM_FAULT_OOM or waits for a migration.
constexpr unsigned kMostFaults = 12;

enum class Next : std::uint8_t { TryAgain, GiveUp };

Next sendSignal(Context& k, Signal signal, int code, VirtAddr at) {
    k.outcome.signal = signal;
    k.outcome.signalCode = code;
    k.outcome.signalAddress = at;
    k.happen(HappeningKind::SignalSent, k.currentMm(), at, static_cast<Word>(signal), static_cast<Word>(code),
             name(signal));
    return Next::GiveUp;
}

/// bad_area() of a program; of the kernel itself it is -EFAULT from copy_to_user().
Next badArea(Context& k, const hw::Access& access, Signal signal, int code, VirtAddr at) {
    if (!access.isUser()) {
        k.outcome.error = Errno::Fault;
        return Next::GiveUp;
    }
    return sendSignal(k, signal, code, at);
}

/// access_error()
bool forbids(const Vma& vma, const hw::Fault& fault) {
    if ((fault.errorCode & hw::kErrorWr) != 0)
        return (vma.flags & vm::kWrite) == 0;
    if ((fault.errorCode & hw::kErrorP) != 0)
        return true;
    return (vma.flags & vm::kAccess) == 0;
}

FaultState faultState(const Context& k, VmaId vma, const hw::Fault& fault, bool underVmaLock) {
    FaultState state;
    state.vma = vma;
    state.mm = k.vma(vma).mm;
    state.address = fault.cr2.alignedDown(kPageSize);
    state.write = (fault.errorCode & hw::kErrorWr) != 0;
    state.underVmaLock = underVmaLock;
    return state;
}

/// lock_vma_under_rcu() and the fault under the VMA's lock alone; empty: to be done under mmap_lock.
std::optional<FaultResult> faultUnderVmaLock(Context& k, const hw::Fault& fault, const hw::Access& access) {
    const auto vma = vmaAt(k, k.currentMm(), fault.cr2);
    if (!access.isUser() || !vma || forbids(k.vma(*vma), fault))
        return std::nullopt;
    const LockScope lock(k, vmaLock(*vma), LockMode::Read, LockWait::Try);
    if (!lock.isHeld() || vmaAt(k, k.currentMm(), fault.cr2) != vma || forbids(k.vma(*vma), fault))
        return std::nullopt;
    FaultState state = faultState(k, *vma, fault, true);
    const FaultResult result = handle_mm_fault(k, state);
    return (result & vmfault::kRetry) == 0 ? std::optional(result) : std::nullopt;
}

Next finish(Context& k, FaultResult result, const hw::Fault& fault, const hw::Access& access) {
    if ((result & vmfault::kSigbus) != 0)
        return badArea(k, access, Signal::Bus, kBusAdrErr, fault.cr2);
    if ((result & vmfault::kSigsegv) != 0)
        return badArea(k, access, Signal::Segv, kSegvMapErr, fault.cr2);
    return Next::TryAgain; // after VM_FAULT_OOM the program faults again
}

/// A reserved bit in the user's part of the tables: the kernel never expects one.
[[noreturn]] void pgtable_bad(Context& k, VirtAddr at) {
    k.message("Corrupted page table", at);
    k.die("pgtable_bad", at);
}

Next do_user_addr_fault(Context& k, const hw::Fault& fault, const hw::Access& access) {
    const auto scope = k.enter("do_user_addr_fault", {{"address", fault.cr2}});
    if ((fault.errorCode & hw::kErrorRsvd) != 0)
        pgtable_bad(k, fault.cr2);
    if (const auto result = faultUnderVmaLock(k, fault, access))
        return finish(k, *result, fault, access);
    FaultResult result = vmfault::kNone;
    {
        const LockScope lock(k, mmapLock(k.currentMm()), LockMode::Read);
        const auto vma = vmaAt(k, k.currentMm(), fault.cr2);
        if (!vma)
            return badArea(k, access, Signal::Segv, kSegvMapErr, fault.cr2);
        if (forbids(k.vma(*vma), fault))
            return badArea(k, access, Signal::Segv, kSegvAccErr, fault.cr2);
        FaultState state = faultState(k, *vma, fault, false);
        result = handle_mm_fault(k, state);
    }
    return finish(k, result, fault, access);
}

Next exc_page_fault(Context& k, const hw::Fault& fault, const hw::Access& access) {
    const auto scope =
        k.enter("exc_page_fault",
                {{"address", fault.cr2}, {"error_code", machine::ArgumentKind::Word, fault.errorCode}});
    k.happen(HappeningKind::PageFault, k.currentMm(), fault.cr2, fault.errorCode);
    ++k.outcome.faults;
    return do_user_addr_fault(k, fault, access);
}

/// What the access does to memory: a read's value, or the mark that a write leaves in RAM, the writer's pid.
void complete(Context& k, const hw::Access& access, PhysAddr at) {
    const auto index = static_cast<unsigned>(at.offsetIn(kPageSize).raw() / sizeof(Word));
    if (!access.isWrite())
        k.outcome.value = contentOf(k, at.frame(), index);
    else if (k.isRam(at.frame()) && k.state().tableAt(at.frame()) == nullptr)
        k.machine.writeEntry(at.frame(), index, k.current.raw(), machine::Writer::User);
}

/// stac and clac: the kernel says that it means a program's memory.
class UserAccess {
public:
    UserAccess(Context& k, const hw::Access& access) : k_(k), needed_(!access.isUser()) { set(true); }
    ~UserAccess() { set(false); }
    UserAccess(const UserAccess&) = delete;
    UserAccess& operator=(const UserAccess&) = delete;

private:
    void set(bool on) {
        if (!needed_)
            return;
        hw::Registers registers = k_.state().cpus[k_.cpu.raw()].registers;
        registers.rflags =
            on ? registers.rflags | hw::Registers::kRflagsAc : registers.rflags & ~hw::Registers::kRflagsAc;
        k_.machine.put(k_.cpu, registers);
    }
    Context& k_;
    bool needed_;
};

} // namespace

void touch(Context& k, const Touch& op) {
    const hw::Access access{op.at, op.access, op.privilege};
    const UserAccess allowed(k, access);
    for (unsigned tries = 0; tries < kMostFaults; ++tries) {
        const machine::AccessOutcome outcome = machine::accessMemory(k.machine, k.cpu, access);
        if (outcome.ok()) {
            complete(k, access, outcome.page.at);
            return;
        }
        if (outcome.fault->vector == hw::kVectorGeneralProtection) {
            badArea(k, access, Signal::Segv, kSegvKernel, VirtAddr(0));
            return;
        }
        if (exc_page_fault(k, *outcome.fault, access) == Next::GiveUp)
            return;
    }
    k.outcome.error = Errno::NoMem;
}

} // namespace pfnscope::mm
