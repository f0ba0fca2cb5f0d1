// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/fault.h"
#include "mm/huge_memory.h"

/// The drivers of scenarios and records: handlers that map, or that answer SIGBUS.
namespace pfnscope::mm {
namespace {

void called(Context& k, const FaultState& fault, Level level) {
    k.happen(HappeningKind::HandlerCalled, fault.mm, fault.address, k.vma(fault.vma).ops->raw(),
             static_cast<Word>(level));
}

FaultResult answered(Context& k, const FaultState& fault, FaultResult result) {
    k.happen(HappeningKind::HandlerAnswered, fault.mm, fault.address, result);
    return result;
}

Pfn frameAt(const machine::VmOps& ops, const Vma& vma, VirtAddr at) {
    return ops.basePfn + linearPageIndex(vma, at);
}

} // namespace

FaultResult callHugeFault(Context& k, FaultState& fault, Level level) {
    const auto scope = k.enter("vm_ops->huge_fault", {{"address", fault.address}});
    const Vma& vma = k.vma(fault.vma);
    const machine::VmOps& ops = *opsOf(k, vma);
    called(k, fault, level);
    const Bytes span = k.geometry().entrySpan(level);
    const VirtAddr start = fault.address.alignedDown(span);
    const bool inserts = level == Level::Pud ? ops.hugeFault.pud : ops.hugeFault.pmd;
    const bool fits = vma.range.contains(VirtRange{start, start + span});
    if (!inserts || !fits || !frameAt(ops, vma, start).isAligned(span.pages())) {
        ++k.outcome.handlerCalls.fallback;
        return answered(k, fault, vmfault::kFallback);
    }
    const Pfn frame = frameAt(ops, vma, start);
    if (level == Level::Pud) {
        ++k.outcome.handlerCalls.pud;
        return answered(k, fault, vmf_insert_pfn_pud(k, fault, frame, false));
    }
    ++k.outcome.handlerCalls.pmd;
    return answered(k, fault, vmf_insert_pfn_pmd(k, fault, frame, false));
}

FaultResult callFault(Context& k, FaultState& fault) {
    const auto scope = k.enter("vm_ops->fault", {{"address", fault.address}});
    const Vma& vma = k.vma(fault.vma);
    const machine::VmOps& ops = *opsOf(k, vma);
    called(k, fault, Level::Pte);
    if (ops.fault == machine::FaultHandler::Sigbus || !ops.pteOrderAllowed) {
        ++k.outcome.handlerCalls.sigbus;
        return answered(k, fault, vmfault::kSigbus);
    }
    ++k.outcome.handlerCalls.pte;
    return answered(k, fault, vmf_insert_pfn(k, fault, frameAt(ops, vma, fault.address)));
}

} // namespace pfnscope::mm
