// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench_process.h"
#include "support/property.h"

#include <gtest/gtest.h>

/// Random sequences of operations: what must hold after every one of them, and that history can be undone.
namespace pfnscope::mm::test {
namespace {

using hw::Level;
using machine::Counter;

/// I1: pgtables_bytes is what is linked and what is deposited, the top level left out.
void expectCountedBytes(const machine::State& state) {
    std::map<machine::MmId, std::int64_t> bytes;
    for (const auto& [frame, table] : state.tables)
        if (table.level != state.geometry().top() && table.state != machine::TableState::Detached)
            bytes[table.mm] += 4096;
    for (const auto& [id, mm] : state.mms)
        RC_ASSERT(mm.counter(Counter::PgtablesBytes) == bytes[id]);
}

/// I2 under mainline: as many deposits as there are huge entries of anonymous VMAs under a PMD page.
void expectDepositsMatch(const machine::State& state) {
    for (const auto& [frame, table] : state.tables) {
        if (table.level != Level::Pmd || table.state != machine::TableState::Linked)
            continue;
        std::size_t kept = 0;
        for (unsigned i = 0; i < state.geometry().entriesPerTable(); ++i) {
            const Word entry = state.memory.read(frame, i);
            const bool huge = entry != 0 && ((entry & 0x80) != 0 || (entry & 1) == 0);
            kept += huge && (entry & 0x200) == 0 ? 1 : 0;
        }
        RC_ASSERT(state.depositsOf({frame, table.mm}).size() == kept);
    }
}

VirtAddr anyAddress() {
    const auto slot = *rc::gen::inRange<std::uint64_t>(0, 4);
    const auto page = *rc::gen::element<std::uint64_t>(0, 1, 2, 255, 256, 511);
    const auto far = *rc::gen::element<std::uint64_t>(0, 0, 0, 0x40000000);
    return kBase + Bytes(slot * kPmd.raw() + page * 4096 + far);
}
Bytes anySize() {
    return Bytes(*rc::gen::element<std::uint64_t>(4096, 8192, 1 << 20, 2 << 20, 4 << 20));
}

Action anyMap() {
    Mmap op;
    op.at = anyAddress();
    op.size = anySize();
    const int kind = *rc::gen::inRange(0, 3);
    if (kind == 0)
        return op;
    op.backing = Backing::Device;
    op.share = *rc::gen::element(Share::Shared, Share::Private);
    op.file = kind == 1 ? "mem" : "vfio";
    op.driver = kind == 1 ? Driver{} : Bench::faultingDriver();
    op.share = kind == 1 ? op.share : Share::Shared;
    if (kind == 1)
        op.remap = {{Bytes(0), op.size, kDevice, 0}};
    return op;
}

Action anyAction() {
    const Protection protection = *rc::gen::element(
        Protection{true, true, false}, Protection{true, false, false}, Protection{false, false, false});
    switch (*rc::gen::inRange(0, 14)) {
    case 0:
    case 1:
        return anyMap();
    case 2:
        return Munmap{anyAddress(), anySize()};
    case 3:
        return Mprotect{anyAddress(), anySize(), protection};
    case 4:
        return Mremap{anyAddress(), anySize(), anySize(), anyAddress(), false};
    case 5:
        return Madvise{anyAddress(), anySize(),
                       *rc::gen::element(Advice::DontNeed, Advice::Free, Advice::Cold)};
    case 6:
        return Fork{"child"};
    case 7:
        return UnmapMappingRange{*rc::gen::element<std::string>("mem", "vfio"), Bytes(0x100000), anySize(),
                                 true};
    case 8:
        return SplitHugePmd{anyAddress()};
    case 9:
        return Collapse{anyAddress()};
    case 10:
        return FailAlloc{*rc::gen::inRange<std::uint32_t>(1, 4)};
    default:
        return Touch{anyAddress(), *rc::gen::element(hw::AccessType::Read, hw::AccessType::Write),
                     hw::Privilege::User};
    }
}

RC_GTEST_PROP(History, InvariantsHoldAndTimeRunsBothWays, ()) {
    Bench bench;
    std::vector<std::pair<machine::Position, std::uint64_t>> marks;
    const int steps = *rc::gen::inRange(1, 30);
    for (int i = 0; i < steps; ++i) {
        const auto& processes = bench.machine.state().processes;
        const machine::Pid who(
            *rc::gen::inRange<std::uint32_t>(1, 1 + static_cast<std::uint32_t>(processes.size())));
        const Action action = i == 0 ? anyMap() : anyAction();
        const Outcome outcome = bench.run(action, who);
        RC_ASSERT(!outcome.oops && !outcome.hung);
        RC_ASSERT(bench.machine.state().locks.empty());
        expectCountedBytes(bench.machine.state());
        expectDepositsMatch(bench.machine.state());
        marks.emplace_back(bench.machine.position(), machine::stateHash(bench.machine.state()));
    }
    const machine::Position end = bench.machine.position();
    for (auto mark = marks.rbegin(); mark != marks.rend(); ++mark) {
        bench.machine.moveTo(mark->first);
        RC_ASSERT(machine::stateHash(bench.machine.state()) == mark->second);
    }
    bench.machine.moveTo(0);
    bench.machine.moveTo(end);
    RC_ASSERT(machine::stateHash(bench.machine.state()) == marks.back().second);
}

RC_GTEST_PROP(History, ExitLeavesNothingBehind, ()) {
    Bench bench;
    const int steps = *rc::gen::inRange(1, 25);
    for (int i = 0; i < steps; ++i)
        bench.run(i == 0 ? anyMap() : anyAction());
    bench.run(FailAlloc{0});
    const auto processes = bench.machine.state().processes;
    const auto before = bench.machine.position();
    for (const auto& [pid, process] : processes)
        RC_ASSERT(!bench.run(Exit{}, pid).oops);
    const machine::State& state = bench.machine.state();
    RC_ASSERT(state.tables.empty() && state.deposits.empty() && state.vmas.empty() && state.mms.empty());
    for (const auto& [id, folio] : state.folios)
        RC_ASSERT(folio.kind == machine::FolioKind::HugeZero);
    for (auto i = before; i < bench.machine.journal().end(); ++i)
        if (const auto* happening = std::get_if<machine::Happening>(&bench.machine.journal().deltas()[i]))
            RC_ASSERT(happening->kind != machine::HappeningKind::BadPageTables &&
                      happening->kind != machine::HappeningKind::BadRssCounter);
}

} // namespace
} // namespace pfnscope::mm::test
