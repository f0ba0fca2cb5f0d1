// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/kernel.h"

#include <utility>

namespace pfnscope::mm::test {

inline constexpr VirtAddr kBase{0x100000000000};
inline constexpr Pfn kDevice{0x40000};
inline constexpr Bytes kPmd{2 << 20};
inline constexpr Bytes kFour{4 << 20};

/// remap.huge and remap.deposit with the predicate "PFN map" everywhere, and refilling: option A of the
/// thread.
inline option::Option depositingOption() {
    using option::Fact;
    using option::Rule;
    const Rule pfnmap = Rule::fact(Fact::VmaPfnmap);
    option::Option option;
    option.name = "depositing";
    option.remapHuge = Rule::always();
    option.remapDeposit = Rule::always();
    option.leafProt = option::LeafProt::Converted;
    option.insertDeposit = pfnmap;
    option.forkDeposit = pfnmap;
    option.zapDeposited = Rule::any({option::Option::hasDepositedPgtable(), pfnmap});
    option.splitDeposited = Rule::any({Rule::fact(Fact::VmaAnonymous), pfnmap});
    option.splitSpecial = option::SplitSpecial::Refill;
    option.moveDeposited = Rule::any(
        {option::Option::pmdMoveMustWithdraw(), Rule::all({Rule::fact(Fact::PmdLocksDiffer), pfnmap})});
    return option;
}

/// A machine with a kernel and its first process.
class Bench {
public:
    explicit Bench(option::Option option = {}, KernelConfig config = {})
        : option_(std::move(option)), kernel(machine, option_, config) {
        kernel.boot("init");
    }

    Outcome run(Action action, machine::Pid process = machine::Pid(1)) {
        return kernel.run({std::move(action), process, machine::CpuId(0)});
    }
    Outcome touch(VirtAddr at, hw::AccessType access, machine::Pid process = machine::Pid(1)) {
        return run(Touch{at, access, hw::Privilege::User}, process);
    }
    Outcome read(VirtAddr at) { return touch(at, hw::AccessType::Read); }
    Outcome write(VirtAddr at) { return touch(at, hw::AccessType::Write); }

    Outcome mapFaulting(VirtAddr at = kBase, Bytes size = kFour) {
        Mmap op;
        op.at = at;
        op.size = size;
        op.backing = Backing::Device;
        op.share = Share::Shared;
        op.file = "vfio";
        op.driver = faultingDriver();
        return run(op);
    }
    Outcome mapRemapped(VirtAddr at = kBase, Bytes size = kFour, Pfn pfn = kDevice) {
        Mmap op;
        op.at = at;
        op.size = size;
        op.backing = Backing::Device;
        op.share = Share::Shared;
        op.file = "mem";
        op.driver = Driver{};
        op.remap = {{Bytes(0), size, pfn, 0}};
        return run(op);
    }
    Outcome mapAnonymous(VirtAddr at = kBase, Bytes size = kFour) {
        Mmap op;
        op.at = at;
        op.size = size;
        return run(op);
    }
    /// A map of the file "file", or anonymous memory.
    Outcome map(Backing backing, VirtAddr at, Bytes size, Share share) {
        Mmap op;
        op.at = at;
        op.size = size;
        op.backing = backing;
        op.share = share;
        op.file = backing == Backing::Anonymous ? "" : "file";
        return run(op);
    }
    static Driver faultingDriver() {
        Driver driver;
        driver.ops.name = "vfio";
        driver.ops.basePfn = kDevice;
        driver.ops.fault = machine::FaultHandler::InsertPte;
        driver.ops.hugeFault = {true, false, true};
        return driver;
    }

    const machine::Mm& mm(machine::Pid process = machine::Pid(1)) const {
        return machine.state().mms.at(*machine.state().processes.at(process).mm);
    }
    std::int64_t tableBytes() const { return mm().counter(machine::Counter::PgtablesBytes); }
    /// The entry of `level` for `at`; 0 when a table above is missing.
    Word entry(VirtAddr at, hw::Level level, machine::Pid process = machine::Pid(1)) const {
        const auto& geometry = machine.state().geometry();
        Pfn table = mm(process).pgd;
        for (hw::Level here = geometry.top();; here = geometry.below(here)) {
            const Word value = machine.state().memory.read(table, geometry.index(at, here));
            if (here == level)
                return value;
            if ((value & 1) == 0 || (value & 0x80) != 0)
                return 0;
            table = PhysAddr(value & 0x000ffffffffff000).frame();
        }
    }
    /// How many PTEs of the 2 MiB that start at `start` are not zero.
    unsigned ptesMapped(VirtAddr start) const {
        unsigned count = 0;
        for (unsigned i = 0; i < machine.state().geometry().entriesPerTable(); ++i)
            count += entry(start + kPageSize * i, hw::Level::Pte) != 0 ? 1 : 0;
        return count;
    }
    /// The deposits of the PMD page that holds the entry of `at`.
    machine::DepositRing depositsAt(VirtAddr at) const {
        const Word pud = entry(at, hw::Level::Pud);
        return machine.state().depositsOf({PhysAddr(pud & 0x000ffffffffff000).frame(), mmId()});
    }
    machine::MmId mmId() const { return *machine.state().processes.at(machine::Pid(1)).mm; }
    bool happened(machine::HappeningKind kind) const {
        for (const machine::Delta& delta : machine.journal().deltas())
            if (const auto* one = std::get_if<machine::Happening>(&delta);
                one != nullptr && one->kind == kind)
                return true;
        return false;
    }
    std::size_t deposits() const {
        std::size_t count = 0;
        for (const auto& [owner, ring] : machine.state().deposits)
            count += ring.size();
        return count;
    }

    machine::Machine machine;

private:
    option::Option option_;

public:
    Kernel kernel;
};

} // namespace pfnscope::mm::test
