// SPDX-License-Identifier: GPL-3.0-or-later
#include "random_operations.h"

#include "mm/vm_flags.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace pfnscope::mm::test {
namespace {

constexpr Pfn kDeviceFrame{0x40000};
constexpr std::size_t kMostProcesses = 4;
constexpr const char* kDevice = "device";
constexpr const char* kHugeDevice = "huge device";

bool isRunning(const machine::Process& process) {
    return process.state == machine::ProcessState::Running && process.mm.has_value();
}

} // namespace

RandomOperations::RandomOperations(const machine::Machine& machine, std::uint64_t seed, bool version7)
    : machine_(machine), random_(seed), version7_(version7), pmd_(machine.state().geometry().pmdSize()),
      pud_(machine.state().geometry().pudSize()) {}

std::vector<Operation> RandomOperations::next() {
    using Self = RandomOperations;
    static constexpr std::array<Draw, 36> kDraws{
        &Self::touch,         &Self::touch,     &Self::touch,
        &Self::touch,         &Self::touch,     &Self::touch,
        &Self::touch,         &Self::touch,     &Self::touch,
        &Self::touch,         &Self::mapMemory, &Self::mapMemory,
        &Self::mapMemory,     &Self::mapDevice, &Self::mapDevice,
        &Self::mapDevice,     &Self::unmap,     &Self::unmap,
        &Self::unmap,         &Self::protect,   &Self::protect,
        &Self::move,          &Self::move,      &Self::advise,
        &Self::advise,        &Self::fork,      &Self::exit,
        &Self::revoke,        &Self::zap,       &Self::split,
        &Self::collapse,      &Self::migrate,   &Self::moveByUserfault,
        &Self::mapHugeDevice, &Self::takeOver,  &Self::failAllocation};
    process_ = drawProcess();
    const machine::CpuId cpu(static_cast<std::uint32_t>(below(machine_.state().cpus.size())));
    std::vector<Operation> operations;
    if (chance(16)) {
        for (Action& action : drawScript())
            operations.push_back({std::move(action), process_, cpu});
        return operations;
    }
    operations.push_back({chance(40) ? hold() : (this->*oneOf(kDraws))(), process_, cpu});
    return operations;
}

/// Some things take more than one operation to come about at all.
std::vector<Action> RandomOperations::drawScript() {
    switch (below(4)) {
    case 0:
        return freshMove();
    case 1: {
        const VirtAddr at = drawAddress();
        return {Touch{at}, Migrate{at, Migration::Start}, fork(), Migrate{at, Migration::Finish}};
    }
    default:
        return remap();
    }
}

/// UFFDIO_MOVE of what nobody else has.
std::vector<Action> RandomOperations::freshMove() {
    const VirtRange from = drawWhole();
    const VirtRange to = drawWhole();
    const auto anonymous = [](VirtRange range) {
        Mmap map;
        map.at = range.start;
        map.size = range.size();
        return map;
    };
    const auto access = chance(3) ? hw::AccessType::Read : hw::AccessType::Write;
    return {anonymous(from), anonymous(to), Touch{from.start, access},
            UserfaultMove{from.start, to.start, from.size()}};
}

/// Often the one that ran last, so that its operations meet.
machine::Pid RandomOperations::drawProcess() {
    if (const auto last = machine_.state().processes.find(process_);
        last != machine_.state().processes.end() && isRunning(last->second) && !chance(3))
        return process_;
    std::vector<machine::Pid> running;
    for (const auto& [pid, process] : machine_.state().processes)
        if (isRunning(process))
            running.push_back(pid);
    return running[below(running.size())];
}

/// Four PMD entries of one PMD page and two of another, at their edges and in the middle.
VirtAddr RandomOperations::drawAddress() {
    const std::array<Bytes, 6> slots{Bytes(0), pmd_, pmd_ + pmd_, pmd_ + pmd_ + pmd_, pud_, pud_ + pmd_};
    const std::array<Bytes, 5> places{Bytes(0), Bytes(0), kPageSize, Bytes(pmd_.raw() / 2), pmd_ - kPageSize};
    if (!chance(3))
        slot_ = VirtAddr(0) + pud_ + oneOf(slots);
    return slot_ + oneOf(places);
}

/// Whole PMD entries.
VirtRange RandomOperations::drawWhole() {
    const VirtAddr at = drawAddress().alignedDown(pmd_);
    return {at, at + (chance(3) ? pmd_ + pmd_ : pmd_)};
}

Bytes RandomOperations::drawSize() {
    const std::array<Bytes, 6> sizes{
        pmd_, pmd_, pmd_ + pmd_, Bytes(pmd_.raw() / 2), kPageSize, pmd_ + kPageSize};
    return oneOf(sizes);
}

VirtRange RandomOperations::drawRange() {
    if (chance(3))
        return drawWhole();
    const VirtAddr at = drawAddress();
    return {at, at + drawSize()};
}

Protection RandomOperations::drawProtection() {
    static constexpr std::array<Protection, 5> kAll{{{true, true, false},
                                                     {true, true, false},
                                                     {true, false, false},
                                                     {false, false, false},
                                                     {true, true, true}}};
    return oneOf(kAll);
}

Action RandomOperations::mapMemory() {
    static constexpr std::array<Backing, 5> kBackings{Backing::Anonymous, Backing::Anonymous, Backing::Shmem,
                                                      Backing::File, Backing::Dax};
    const VirtRange range = chance(2) ? drawWhole() : drawRange();
    Mmap map;
    map.at = range.start;
    map.size = range.size();
    map.backing = oneOf(kBackings);
    map.share = chance(2) ? Share::Shared : Share::Private;
    map.protection = drawProtection();
    if (map.backing != Backing::Anonymous) {
        map.file = (map.backing == Backing::Shmem  ? "shmem"
                    : map.backing == Backing::File ? "file"
                                                   : "dax") +
                   std::to_string(below(2));
        const std::array<Bytes, 3> offsets{Bytes(0), pmd_, kPageSize};
        map.pgoff = oneOf(offsets).pages();
    }
    return map;
}

Driver RandomOperations::drawDriver(Share share) {
    static constexpr std::array<CacheMode, 4> kCaches{CacheMode::UncachedMinus, CacheMode::WriteCombining,
                                                      CacheMode::WriteBack, CacheMode::WriteThrough};
    Driver driver;
    driver.ops.name = "driver";
    driver.ops.basePfn = kDeviceFrame;
    driver.cache = chance(4) ? oneOf(kCaches) : CacheMode::UncachedMinus;
    if (share == Share::Private)
        return driver;
    switch (below(4)) {
    case 0:
        break;
    case 1:
        driver.ops.fault = machine::FaultHandler::Sigbus;
        break;
    default:
        driver.ops.fault = machine::FaultHandler::InsertPte;
        driver.ops.hugeFault = {chance(4), false, true};
        driver.ops.hugeFault.pmd = !driver.ops.hugeFault.pmd;
    }
    // Before 7.x MADV_COLD on such a map takes a frame of the device for a folio.
    driver.mixedMap = version7_ && driver.ops.hugeFault.present && chance(3);
    driver.ops.pageMkwrite = chance(8);
    return driver;
}

Action RandomOperations::mapDevice() {
    const VirtRange range = drawRange();
    Mmap map;
    map.at = range.start;
    map.size = range.size();
    map.backing = Backing::Device;
    map.file = kDevice;
    map.share = chance(6) ? Share::Private : Share::Shared;
    map.driver = drawDriver(map.share);
    map.protection = drawProtection();
    const Pfn frame = kDeviceFrame + (chance(4) ? 1 : 0) + (range.start.offsetIn(pud_)).pages();
    if (!map.driver->mixedMap && chance(2))
        map.remap.push_back(
            {Bytes(0), map.size, frame, static_cast<std::uint32_t>(chance(6) ? 1 + below(4) : 0)});
    return map;
}

/// Far from all else, and only ever handled as a whole.
Action RandomOperations::mapHugeDevice() {
    Mmap map;
    map.at = VirtAddr(0) + pud_ + pud_ + pud_;
    map.size = pud_;
    map.backing = Backing::Device;
    map.file = kHugeDevice;
    map.share = Share::Shared;
    map.driver = Driver{};
    map.driver->ops.name = "huge driver";
    map.driver->ops.basePfn = Pfn(0x40000);
    map.driver->ops.fault = machine::FaultHandler::InsertPte;
    map.driver->ops.hugeFault = {true, true, true};
    return map;
}

Action RandomOperations::unmap() {
    if (chance(10))
        return Munmap{VirtAddr(0) + pud_ + pud_ + pud_, pud_};
    const VirtRange range = drawRange();
    return Munmap{range.start, range.size()};
}

Action RandomOperations::protect() {
    const VirtRange range = drawRange();
    return Mprotect{range.start, range.size(), drawProtection()};
}

Action RandomOperations::move() {
    if (chance(2)) {
        const VirtRange whole = drawWhole();
        return Mremap{whole.start, whole.size(), whole.size(), drawWhole().start, false};
    }
    const VirtRange range = drawRange();
    Mremap move{range.start, range.size(), chance(4) ? drawSize() : range.size(), drawAddress(), chance(8)};
    if (chance(5))
        move.to.reset();
    return move;
}

Action RandomOperations::advise() {
    static constexpr std::array<Advice, 12> kAdvice{
        Advice::DontNeed, Advice::DontNeed,     Advice::Free,     Advice::Cold,
        Advice::PageOut,  Advice::PopulateRead, Advice::Collapse, Advice::PopulateWrite,
        Advice::HugePage, Advice::NoHugePage,   Advice::DontFork, Advice::DoFork};
    const VirtRange range = drawRange();
    return Madvise{range.start, range.size(), oneOf(kAdvice)};
}

Action RandomOperations::hold() {
    const VirtRange range = drawRange();
    if (chance(2))
        return Msync{range.start, range.size()};
    return Mlock{range.start, range.size()};
}

Action RandomOperations::fork() {
    const auto& processes = machine_.state().processes;
    const auto running = std::count_if(processes.begin(), processes.end(),
                                       [](const auto& one) { return isRunning(one.second); });
    return static_cast<std::size_t>(running) < kMostProcesses ? Action(Fork{"child"}) : touch();
}

Action RandomOperations::exit() {
    return process_ == machine::Pid(1) ? touch() : Action(Exit{});
}

Action RandomOperations::touch() {
    static constexpr std::array<hw::AccessType, 5> kAccess{hw::AccessType::Read, hw::AccessType::Read,
                                                           hw::AccessType::Write, hw::AccessType::Write,
                                                           hw::AccessType::Fetch};
    const hw::AccessType access = oneOf(kAccess);
    const bool byKernel = access != hw::AccessType::Fetch && chance(10);
    const VirtAddr at = chance(12) ? VirtAddr(0) + pud_ + pud_ + pud_ + kPageSize : drawAddress();
    return Touch{at, access, byKernel ? hw::Privilege::Supervisor : hw::Privilege::User};
}

/// kernfs and its like: handlers come after the remap.
Action RandomOperations::takeOver() {
    const VirtAddr at = drawAddress();
    const machine::Vma* vma = vmaAt(at);
    if (vma == nullptr || (vma->flags & vm::kPfnMap) == 0 || (vma->flags & vm::kShared) == 0 || !vma->ops)
        return touch();
    const machine::VmOps& ops = machine_.state().vmOps.at(*vma->ops);
    if (ops.hugeFault.present || ops.fault != machine::FaultHandler::None)
        return touch();
    Driver driver;
    driver.ops = ops;
    driver.ops.name = "kernfs";
    driver.ops.fault = chance(2) ? machine::FaultHandler::Sigbus : machine::FaultHandler::InsertPte;
    return SetVmOps{at, driver};
}

Action RandomOperations::revoke() {
    const std::array<Bytes, 4> offsets{Bytes(0), pmd_, kPageSize, Bytes(pmd_.raw() / 2)};
    return UnmapMappingRange{chance(8) ? kHugeDevice : kDevice, oneOf(offsets), drawSize(), chance(2)};
}

Action RandomOperations::zap() {
    const VirtRange range = drawRange();
    return ZapVmaPtes{range.start, range.size()};
}

Action RandomOperations::split() {
    return SplitHugePmd{drawAddress()};
}

Action RandomOperations::collapse() {
    return Collapse{drawAddress()};
}

Action RandomOperations::migrate() {
    return Migrate{drawAddress(), chance(2) ? Migration::Start : Migration::Finish};
}

Action RandomOperations::moveByUserfault() {
    const VirtRange range = chance(3) ? drawRange() : drawWhole();
    return UserfaultMove{range.start, chance(3) ? drawAddress() : drawWhole().start, range.size()};
}

Action RandomOperations::failAllocation() {
    return FailAlloc{static_cast<std::uint32_t>(1 + below(4))};
}

const machine::Vma* RandomOperations::vmaAt(VirtAddr at) const {
    const machine::State& state = machine_.state();
    const auto id = state.findVma(*state.processes.at(process_).mm, at);
    if (!id || !state.vmas.at(*id).range.contains(at))
        return nullptr;
    return &state.vmas.at(*id);
}

/// A driver that remaps a part of its map again zaps that part first.
std::vector<Action> RandomOperations::remap() {
    const VirtAddr at = drawAddress();
    const machine::Vma* vma = vmaAt(at);
    if (vma == nullptr || (vma->flags & vm::kPfnMap) == 0)
        return {touch()};
    const VirtAddr end = std::min(at + drawSize(), vma->range.end);
    const Bytes size = end - at;
    const Pfn frame = kDeviceFrame + (chance(4) ? 1 : 0) + at.offsetIn(pud_).pages();
    const auto fails = static_cast<std::uint32_t>(chance(4) ? 1 + below(4) : 0);
    return {ZapVmaPtes{at, size}, RemapPfnRange{at, size, frame, fails}};
}

std::string describe(const Operation& operation) {
    std::string text = fmt::format("{}: {}", operation.process.raw(), name(operation.action));
    std::visit(
        [&](const auto& action) {
            if constexpr (requires { action.at; })
                text += fmt::format(" {:#x}", action.at.raw());
            if constexpr (requires { action.size; })
                text += fmt::format("+{:#x}", action.size.raw());
            if constexpr (requires { action.backing; })
                text += fmt::format(" backing {}", static_cast<int>(action.backing));
            if constexpr (requires { action.access; })
                text += fmt::format(" access {}", static_cast<int>(action.access));
            if constexpr (requires { action.advice; })
                text += fmt::format(" advice {}", static_cast<int>(action.advice));
        },
        operation.action);
    return text;
}

} // namespace pfnscope::mm::test
