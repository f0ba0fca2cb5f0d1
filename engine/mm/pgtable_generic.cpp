// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/pgtable_generic.h"

#include "machine/mmu.h"

namespace pfnscope::mm {
namespace {

/// More pages than this, and x86 flushes everything (tlb_single_page_flush_ceiling).
constexpr std::uint64_t kFlushCeiling = 33;

/// Where list_del() of a table's node reads when there is no table: the node's first pointer of NULL.
constexpr VirtAddr kNullPlus8{8};

} // namespace

machine::DepositOwner depositOwner(const Context& k, MmId mm, const Entry& pmd) {
    if (k.config.depositStorage == DepositStorage::RingPerMm)
        return {std::nullopt, mm};
    return {pmd.table, mm};
}

void pgtable_trans_huge_deposit(Context& k, MmId mm, const Entry& pmd, VirtAddr at, Pfn table) {
    const auto scope = k.enter("pgtable_trans_huge_deposit", {{"address", at}, {"pgtable", table}});
    k.vmBugOn(!k.machine.holdsLock(pmdLock(k, mm, pmd), k.cpu), "assert_spin_locked(pmd_lockptr)", at);
    k.machine.commit(machine::TableDeposited{depositOwner(k, mm, pmd), table, at.alignedDown(k.pmdSize()),
                                             *k.state().tableAt(table)});
}

Pfn pgtable_trans_huge_withdraw(Context& k, MmId mm, const Entry& pmd, VirtAddr at) {
    const auto scope = k.enter("pgtable_trans_huge_withdraw", {{"address", at}});
    k.vmBugOn(!k.machine.holdsLock(pmdLock(k, mm, pmd), k.cpu), "assert_spin_locked(pmd_lockptr)", at);
    const machine::DepositOwner owner = depositOwner(k, mm, pmd);
    const machine::DepositRing& ring = k.state().depositsOf(owner);
    if (ring.empty())
        k.die("pgtable_trans_huge_withdraw", kNullPlus8);
    const Pfn table = ring.front();
    k.machine.commit(
        machine::TableWithdrawn{owner, table, at.alignedDown(k.pmdSize()), *k.state().tableAt(table)});
    return table;
}

Word pmdp_huge_get_and_clear(Context& k, const Entry& pmd) {
    const Word before = k.read(pmd);
    k.write(pmd, 0);
    return before;
}

Word pmdp_huge_clear_flush(Context& k, const Vma& vma, VirtAddr at, const Entry& pmd) {
    const auto scope = k.enter("pmdp_huge_clear_flush", {{"address", at}});
    const Word before = pmdp_huge_get_and_clear(k, pmd);
    flushTlbRange(k, vma.mm, {at, at + k.pmdSize()}, k.pmdSize());
    return before;
}

Word pudp_huge_clear_flush(Context& k, const Vma& vma, VirtAddr at, const Entry& pud) {
    const auto scope = k.enter("pudp_huge_clear_flush", {{"address", at}});
    const Word before = pmdp_huge_get_and_clear(k, pud);
    flushTlbRange(k, vma.mm, {at, at + k.pudSize()}, k.pudSize());
    return before;
}

Word pmdp_invalidate(Context& k, const Vma& vma, VirtAddr at, const Entry& pmd) {
    const auto scope = k.enter("pmdp_invalidate", {{"address", at}});
    const Word before = k.read(pmd);
    const Word invalid = before & ~(bits::kP | bits::kProtnone);
    k.write(pmd, flipProtnoneGuard(before, invalid, pfnMask(k.geometry(), pmd.level)));
    flushTlbRange(k, vma.mm, {at, at + k.pmdSize()}, k.pmdSize());
    return before;
}

void setWrprotect(Context& k, const Entry& entry) {
    k.write(entry, wrprotect(k.read(entry)));
}

bool setAccessFlags(Context& k, const Entry& entry, Word value) {
    const bool changed = k.read(entry) != value;
    k.write(entry, value);
    return changed;
}

void clearBad(Context& k, const Entry& entry, VirtAddr at, std::string_view function) {
    const auto scope = k.enter(function, {{"address", at}});
    k.message("bad page table entry", at);
    k.write(entry, 0);
}

void flushTlbRange(Context& k, MmId mm, VirtRange range, Bytes stride) {
    k.happen(HappeningKind::FlushRange, mm, range.start, range.size().raw());
    const std::uint64_t root = PhysAddr(k.mm(mm).pgd).raw();
    for (std::uint32_t i = 0; i < k.state().cpus.size(); ++i) {
        const machine::CpuId cpu(i);
        const machine::Cpu& target = k.state().cpus[i];
        if ((target.registers.cr3 & hw::x86_64::kAddress) != root)
            continue;
        if (range.size() / stride > kFlushCeiling) {
            machine::movToCr3(k.machine, cpu, target.registers.cr3);
            continue;
        }
        for (VirtAddr at = range.start; at < range.end; at += stride)
            machine::invlpg(k.machine, cpu, at);
    }
}

void flushTlbMm(Context& k, MmId mm) {
    const Bytes all(std::uint64_t{1} << (k.geometry().addressBits() - 1));
    flushTlbRange(k, mm, {VirtAddr(0), VirtAddr(0) + all}, kPageSize);
}

} // namespace pfnscope::mm
