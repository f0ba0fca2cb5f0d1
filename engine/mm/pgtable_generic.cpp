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
        return {std::nullopt, mm, std::nullopt};
    if (k.config.depositStorage == DepositStorage::SlotPerPmd)
        return {pmd.table, mm, static_cast<std::uint16_t>(pmd.index)};
    return {pmd.table, mm, std::nullopt};
}

namespace {

/// Where the list node lies in the table itself (powerpc radix, s390, sparc64): next and prev in its first
/// two entries. In a table's life as a table these words are PTEs, so withdraw has to clear them.
void writeListNodes(Context& k, const machine::DepositRing& ring) {
    const std::size_t count = ring.size();
    for (std::size_t i = 0; i < count; ++i) {
        k.machine.writeEntry(ring[i], 0, k.directMap(ring[(i + 1) % count]).raw());
        k.machine.writeEntry(ring[i], 1, k.directMap(ring[(i + count - 1) % count]).raw());
    }
}

/// list_del() of NULL's node, or clearing the table that a hash slot did not hold.
[[noreturn]] void dieOfEmptyList(Context& k) {
    const bool slot = k.config.depositStorage == DepositStorage::SlotPerPmd;
    k.die("pgtable_trans_huge_withdraw", slot ? VirtAddr(0) : kNullPlus8);
}

} // namespace

void pgtable_trans_huge_deposit(Context& k, MmId mm, const Entry& pmd, VirtAddr at, Pfn table) {
    const auto scope = k.enter("pgtable_trans_huge_deposit", {{"address", at}, {"pgtable", table}});
    k.vmBugOn(!k.machine.holdsLock(pmdLock(k, mm, pmd), k.cpu), "assert_spin_locked(pmd_lockptr)", at);
    k.machine.pause({.kind = machine::PauseKind::Deposits, .frame = pmd.table});
    k.machine.commit(machine::TableDeposited{depositOwner(k, mm, pmd), table, at.alignedDown(k.pmdSize()),
                                             *k.state().tableAt(table)});
    if (k.config.depositStorage == DepositStorage::OverlaidRing)
        writeListNodes(k, k.state().depositsOf(depositOwner(k, mm, pmd)));
}

Pfn pgtable_trans_huge_withdraw(Context& k, MmId mm, const Entry& pmd, VirtAddr at) {
    const auto scope = k.enter("pgtable_trans_huge_withdraw", {{"address", at}});
    k.vmBugOn(!k.machine.holdsLock(pmdLock(k, mm, pmd), k.cpu), "assert_spin_locked(pmd_lockptr)", at);
    k.machine.pause({.kind = machine::PauseKind::Deposits, .frame = pmd.table});
    const machine::DepositOwner owner = depositOwner(k, mm, pmd);
    const machine::DepositRing& ring = k.state().depositsOf(owner);
    if (ring.empty())
        dieOfEmptyList(k);
    const Pfn table = ring.front();
    k.machine.commit(
        machine::TableWithdrawn{owner, table, at.alignedDown(k.pmdSize()), *k.state().tableAt(table)});
    if (k.config.depositStorage == DepositStorage::OverlaidRing) {
        writeListNodes(k, k.state().depositsOf(owner));
        k.machine.fillEntries(table, {0, 2, 0, 0});
    }
    return table;
}

bool hasDeposits(const Context& k, MmId mm, Pfn pmdTable) {
    const auto first = k.state().deposits.lower_bound({pmdTable, mm, std::nullopt});
    return first != k.state().deposits.end() && first->first.pmdTable == pmdTable && first->first.mm == mm;
}

Word pmdp_huge_get_and_clear(Context& k, const Entry& pmd) {
    return k.exchange(pmd, [](Word) { return Word{0}; });
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
    const Word before = k.exchange(pmd, [&](Word now) {
        return flipProtnoneGuard(now, now & ~(bits::kP | bits::kProtnone), pfnMask(k.geometry(), pmd.level));
    });
    flushTlbRange(k, vma.mm, {at, at + k.pmdSize()}, k.pmdSize());
    return before;
}

void setWrprotect(Context& k, const Entry& entry) {
    k.exchange(entry, [](Word now) { return wrprotect(now); });
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

namespace {

/// flush_tlb_func(), on the CPU whose TLB it is.
void flushTlbFunc(Context& k, machine::CpuId cpu, VirtRange range, Bytes stride) {
    if (range.size() / stride > kFlushCeiling) {
        machine::movToCr3(k.machine, cpu, k.state().cpus[cpu.raw()].registers.cr3);
        return;
    }
    for (VirtAddr at = range.start; at < range.end; at += stride)
        machine::invlpg(k.machine, cpu, at);
}

} // namespace

void flushTlbRange(Context& k, MmId mm, VirtRange range, Bytes stride) {
    k.happen(HappeningKind::FlushRange, mm, range.start, range.size().raw());
    const std::uint64_t root = PhysAddr(k.mm(mm).pgd).raw();
    for (std::uint32_t i = 0; i < k.state().cpus.size(); ++i) {
        const machine::CpuId cpu(i);
        const auto usesTables = [&k, cpu, root] {
            return (k.state().cpus[cpu.raw()].registers.cr3 & hw::x86_64::kAddress) == root;
        };
        // mm_cpumask(): who loads the tables after this look has nothing old in its TLB.
        if (usesTables())
            k.machine.callOn(k.cpu, cpu, [&k, cpu, range, stride, usesTables] {
                if (usesTables())
                    flushTlbFunc(k, cpu, range, stride);
            });
    }
    k.machine.awaitAnswers();
}

void flushTlbMm(Context& k, MmId mm) {
    const Bytes all(std::uint64_t{1} << (k.geometry().addressBits() - 1));
    flushTlbRange(k, mm, {VirtAddr(0), VirtAddr(0) + all}, kPageSize);
}

} // namespace pfnscope::mm
