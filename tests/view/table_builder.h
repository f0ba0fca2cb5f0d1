// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hw/x86_64.h"
#include "machine/machine.h"

#include <string>

/// Page tables made by hand, delta by delta, so that view/ can be tested without Linux.
namespace pfnscope::test {

inline constexpr Word kTableFlags = 0x67;                   // P RW US A D
inline constexpr Word kSpecialPage = 0x8000000000000267ULL; // P RW US A D, special, XD
inline constexpr Word kSpecialHuge = kSpecialPage | 0x80;

class TableBuilder {
public:
    static constexpr machine::MmId kMm{1};

    explicit TableBuilder(machine::Machine& machine) : machine_(machine) {
        const auto call = machine_.enter("boot");
        const Pfn pgd = machine_.allocateFrames(0).value();
        machine_.commit(machine::TableAllocated{pgd, {hw::Level::Pgd, kMm}});
        machine_.put(kMm, machine::Mm{pgd});
        machine_.put(machine::Pid(1), machine::Process{"prog", kMm, {}, {}});
    }

    Pfn root() const { return machine_.state().mms.at(kMm).pgd; }

    Pfn newTable(hw::Level level) {
        const Pfn frame = machine_.allocateFrames(0).value();
        machine_.commit(machine::TableAllocated{frame, {level, kMm}});
        return frame;
    }
    void link(Pfn parent, Pfn child, VirtAddr at) {
        const machine::State& state = machine_.state();
        const hw::Level above = state.tableAt(parent)->level;
        const auto index = static_cast<std::uint16_t>(state.geometry().index(at, above));
        machine::PageTable after = *state.tableAt(child);
        const machine::PageTable before = after;
        after.state = machine::TableState::Linked;
        after.base = at.alignedDown(state.geometry().entrySpan(above));
        after.parent = parent;
        after.index = index;
        machine_.commit(machine::TableLinked{child, before, after});
        machine_.writeEntry(parent, index, PhysAddr(child).raw() | kTableFlags);
    }
    /// The table of this level that spans `at`, made where it is missing.
    Pfn tableFor(VirtAddr at, hw::Level level) {
        Pfn table = root();
        for (hw::Level l = hw::Level::Pgd; l != level;) {
            const hw::Level below = machine_.state().geometry().below(l);
            const Word word = machine_.state().memory.read(table, machine_.state().geometry().index(at, l));
            if (word == 0) {
                const Pfn made = newTable(below);
                link(table, made, at);
                table = made;
            } else {
                table = PhysAddr(word & hw::x86_64::kAddress).frame();
            }
            l = below;
        }
        return table;
    }
    unsigned pmdIndex(VirtAddr at) const { return machine_.state().geometry().index(at, hw::Level::Pmd); }
    void hugeLeaf(VirtAddr at, Pfn target) {
        machine_.writeEntry(tableFor(at, hw::Level::Pmd), pmdIndex(at),
                            PhysAddr(target).raw() | kSpecialHuge);
    }
    void pages(VirtAddr at, std::uint16_t count, Pfn target) {
        const Pfn table = tableFor(at, hw::Level::Pte);
        machine_.fillEntries(
            table, {static_cast<std::uint16_t>(machine_.state().geometry().index(at, hw::Level::Pte)), count,
                    PhysAddr(target).raw() | kSpecialPage, kPageSize.raw()});
    }
    machine::DepositOwner ownerFor(VirtAddr at) { return {tableFor(at, hw::Level::Pmd), kMm}; }
    void deposit(VirtAddr at) {
        const auto owner = ownerFor(at);
        const Pfn spare = newTable(hw::Level::Pte);
        machine_.commit(machine::TableDeposited{owner, spare, at, *machine_.state().tableAt(spare)});
    }
    Pfn withdraw(VirtAddr at) {
        const auto owner = ownerFor(at);
        const Pfn spare = machine_.state().depositsOf(owner).front();
        machine_.commit(machine::TableWithdrawn{owner, spare, at, *machine_.state().tableAt(spare)});
        return spare;
    }
    /// What a split with a deposit leaves: the spare table, filled, in the leaf's place.
    void split(VirtAddr at) {
        const Pfn pmd = tableFor(at, hw::Level::Pmd);
        const Word leaf = machine_.state().memory.read(pmd, pmdIndex(at));
        const Pfn spare = withdraw(at);
        machine_.fillEntries(spare, {0, 512, leaf & ~Word{0x80}, kPageSize.raw()});
        machine_.writeEntry(pmd, pmdIndex(at), 0);
        link(pmd, spare, at);
    }
    void freeTable(Pfn frame) {
        machine_.commit(machine::TableFreed{frame, *machine_.state().tableAt(frame)});
        machine_.freeFrames(frame, 0);
    }
    void zap(VirtAddr at) {
        const Pfn pmd = tableFor(at, hw::Level::Pmd);
        const Word word = machine_.state().memory.read(pmd, pmdIndex(at));
        machine_.writeEntry(pmd, pmdIndex(at), 0);
        if (word != 0 && (word & 0x80) == 0)
            freeTable(PhysAddr(word & hw::x86_64::kAddress).frame());
    }
    void vma(machine::VmaId id, VirtAddr at, Bytes size) {
        machine::Vma record{kMm, {at, at + size}};
        record.flags = 0x40b | 0x4000;
        record.name = "bar";
        machine_.put(id, record);
    }

private:
    machine::Machine& machine_;
};

} // namespace pfnscope::test
