// SPDX-License-Identifier: GPL-3.0-or-later
#include "check/watch.h"

#include "check/culprit.h"
#include "check/leaf.h"
#include "hw/x86_64.h"
#include "machine/mmu.h"
#include "mm/vm_flags.h"

#include <algorithm>

namespace pfnscope::check {
namespace {

bool forbids(const machine::Vma* vma, hw::AccessType access) {
    if (!vma)
        return true;
    switch (access) {
    case hw::AccessType::Read:
        return (vma->flags & (mm::vm::kRead | mm::vm::kWrite | mm::vm::kExec)) == 0;
    case hw::AccessType::Write:
    case hw::AccessType::ReadModifyWrite:
        return (vma->flags & mm::vm::kWrite) == 0;
    case hw::AccessType::Fetch:
        return (vma->flags & mm::vm::kExec) == 0;
    }
    return false;
}

const machine::Vma* vmaAt(const machine::State& state, machine::MmId mm, VirtAddr at) {
    const auto id = state.findVma(mm, at);
    if (!id || !state.vmas.at(*id).range.contains(at))
        return nullptr;
    return &state.vmas.at(*id);
}

/// A driver's: of a file, DAX too, the file system knows where a page lies.
bool isDeviceMap(const machine::State& state, const machine::Vma& vma) {
    return !vma.file || state.mappings.at(*vma.file).kind == machine::MappingKind::Device;
}

/// PAT slots that Linux gives the cache modes (kernel-facts 4.1).
unsigned patSlot(mm::CacheMode mode) {
    switch (mode) {
    case mm::CacheMode::WriteBack:
        return 0;
    case mm::CacheMode::WriteCombining:
        return 1;
    case mm::CacheMode::UncachedMinus:
        return 2;
    case mm::CacheMode::Uncached:
        return 3;
    case mm::CacheMode::WriteProtect:
        return 5;
    case mm::CacheMode::WriteThrough:
        return 7;
    }
    return 0;
}

bool sameType(unsigned slot, unsigned other) {
    const auto canonical = [](unsigned s) { return s == 4 ? 0U : s == 6 ? 2U : s; };
    return canonical(slot) == canonical(other);
}

VirtAddr addressOf(const mm::Action& action) {
    return std::visit(
        [](const auto& op) {
            if constexpr (requires { op.at; })
                return op.at;
            else if constexpr (requires { op.from; })
                return op.from;
            else
                return VirtAddr(0);
        },
        action);
}

/// A table that nothing leads to: no mm, no PMD table that keeps it, no entry that points to it.
bool isUnreachable(const machine::State& state, Pfn frame, const machine::PageTable& table) {
    if (!state.mms.contains(table.mm))
        return true;
    switch (table.state) {
    case machine::TableState::Detached:
        return true;
    case machine::TableState::Deposited:
        return table.parent != Pfn(0) && !state.tables.contains(table.parent);
    case machine::TableState::Linked:
        break;
    }
    if (state.mms.at(table.mm).pgd == frame)
        return false;
    return PhysAddr(state.memory.read(table.parent, table.index) & hw::x86_64::kAddress).frame() != frame;
}

} // namespace

Watch::Watch(const mm::Kernel& kernel) : kernel_(&kernel) {
    const machine::Journal& journal = kernel.machine().journal();
    for (; read_ < journal.end(); ++read_)
        report_.costs.count(journal.deltas()[read_]);
    stepOfOperation_.assign(journal.operations().size(), 0);
}

void Watch::after(const mm::Operation& operation, const mm::Outcome& outcome, std::size_t step,
                  Moment moment) {
    const machine::State& state = kernel_->machine().state();
    stepOfOperation_.resize(kernel_->machine().journal().operations().size(), step);
    readHistory(operation, outcome, step);
    const auto process = state.processes.find(operation.process);
    const auto mm = process == state.processes.end() ? std::nullopt : process->second.mm;
    if (const auto* touch = std::get_if<mm::Touch>(&operation.action); touch && mm && !outcome.processGone) {
        checkLost(*touch, *mm, outcome, step);
        if (moment == Moment::AtItsEnd)
            checkTouch(*touch, *mm, outcome, step);
    }
    checkTlbs(outcome, step);
    checkReachability(outcome, step);
    expectation_.after(operation, outcome, state);
}

std::vector<Finding> Watch::findingsSince(std::size_t count) const {
    return {report_.findings.begin() + static_cast<std::ptrdiff_t>(std::min(count, report_.findings.size())),
            report_.findings.end()};
}

void Watch::readHistory(const mm::Operation& operation, const mm::Outcome& outcome, std::size_t step) {
    const machine::Journal& journal = kernel_->machine().journal();
    FindingFacts facts;
    facts.operation = mm::name(operation.action);
    facts.va = addressOf(operation.action);
    facts.oops = outcome.oops ? &*outcome.oops : nullptr;
    bool allocationFailed = false;
    for (; read_ < journal.end(); ++read_) {
        const machine::Delta& delta = journal.deltas()[read_];
        report_.costs.count(delta);
        const auto* happening = std::get_if<machine::Happening>(&delta);
        if (happening == nullptr)
            continue;
        allocationFailed = allocationFailed || happening->kind == machine::HappeningKind::AllocationFailed;
        readHappening(*happening, journal.call(journal.callOf(read_)).function, facts, step);
    }
    // A system call on an address range with holes answers ENOMEM too, and so does a fork without a memory
    // type.
    if (allocationFailed && (outcome.error == mm::Errno::NoMem || outcome.signal == mm::Signal::Kill)) {
        facts.kind = FindingKind::Oom;
        facts.function = facts.operation;
        add(std::move(facts), step);
    }
}

void Watch::readHappening(const machine::Happening& happening, std::string_view function, FindingFacts facts,
                          std::size_t step) {
    facts.function = function;
    facts.check = happening.what;
    switch (happening.kind) {
    case machine::HappeningKind::Oops:
        facts.kind = FindingKind::Crash;
        if (facts.oops)
            facts.function = facts.oops->function;
        break;
    case machine::HappeningKind::Bug:
    case machine::HappeningKind::VmBug:
        facts.kind = FindingKind::Bug;
        break;
    case machine::HappeningKind::BadPageTables:
        facts.kind = FindingKind::Leak;
        facts.check.clear();
        facts.amount = static_cast<std::int64_t>(happening.detail);
        break;
    case machine::HappeningKind::BadRssCounter:
        facts.kind = FindingKind::BadCounter;
        facts.amount = static_cast<std::int64_t>(happening.otherDetail);
        break;
    case machine::HappeningKind::Refused:
        facts.kind = FindingKind::Refused;
        break;
    default:
        return;
    }
    add(std::move(facts), step);
}

bool Watch::mayNot(const mm::Touch& touch, machine::MmId mm) const {
    return touch.privilege == hw::Privilege::User &&
           forbids(vmaAt(kernel_->machine().state(), mm, touch.at), touch.access);
}

void Watch::checkLost(const mm::Touch& touch, machine::MmId mm, const mm::Outcome& outcome,
                      std::size_t step) {
    const bool signalled = outcome.signal == mm::Signal::Bus || outcome.signal == mm::Signal::Segv;
    if (!signalled || mayNot(touch, mm) || !expectation_.at(mm, touch.at))
        return;
    FindingFacts facts{FindingKind::Lost, {}, touch.at, "touch"};
    facts.signal = outcome.signal;
    blame(facts, mm, touch.at);
    add(std::move(facts), step);
}

void Watch::checkTouch(const mm::Touch& touch, machine::MmId mm, const mm::Outcome& outcome,
                       std::size_t step) {
    if (!outcome.ok())
        return;
    if (mayNot(touch, mm)) {
        FindingFacts facts{FindingKind::WrongPermission, {}, touch.at, "touch"};
        blame(facts, mm, touch.at);
        add(std::move(facts), step);
        return;
    }
    checkTranslation(touch, mm, step);
}

void Watch::checkTranslation(const mm::Touch& touch, machine::MmId mm, std::size_t step) {
    const machine::State& state = kernel_->machine().state();
    const auto place = entryFor(state, mm, touch.at);
    if (!place || !place->isLeaf || state.config.frames.isRam(place->frame))
        return; // a private map's copy, or plain memory
    FindingFacts facts{FindingKind::WrongPfn, {}, touch.at, "touch"};
    blame(facts, mm, touch.at);
    if (const auto page = expectation_.at(mm, touch.at)) {
        facts.expected = page->frame.raw();
        facts.found = place->frame.raw();
        if (facts.expected != facts.found)
            add(facts, step);
        if (!sameType(place->patIndex, patSlot(page->cache))) {
            facts.kind = FindingKind::WrongCacheType;
            facts.expected = patSlot(page->cache);
            facts.found = place->patIndex;
            add(facts, step);
        }
        return;
    }
    const machine::Vma* vma = vmaAt(state, mm, touch.at);
    if (!vma || !vma->ops || !isDeviceMap(state, *vma))
        return;
    // Nobody remapped it, so a handler did: the frame of an address is the driver's base plus the offset in
    // the file.
    const machine::VmOps& ops = state.vmOps.at(*vma->ops);
    facts.expected = (ops.basePfn + vma->pgoff + (touch.at - vma->range.start).pages()).raw();
    facts.found = place->frame.raw();
    const bool maps = ops.fault == machine::FaultHandler::InsertPte || ops.hugeFault.present;
    if (maps && facts.expected != facts.found)
        add(facts, step);
}

void Watch::checkTlbs(const mm::Outcome& outcome, std::size_t step) {
    // A function that died or hangs never came to its flush; that is the crash's doing. A process that is
    // gone does nothing.
    if (outcome.oops || outcome.hung || outcome.processGone)
        return;
    const machine::State& state = kernel_->machine().state();
    for (std::uint32_t cpu = 0; cpu < state.cpus.size(); ++cpu) {
        if (!state.tables.contains(PhysAddr(state.cpus[cpu].registers.cr3).frame()))
            continue; // the mm is gone, and with it everything a process could reach through the TLB
        for (const machine::StaleTranslation& stale :
             machine::staleTranslations(state, machine::CpuId(cpu))) {
            FindingFacts facts{FindingKind::StaleTlb, {}, stale.at};
            facts.found = stale.entry.to.frame().raw();
            const machine::Journal& journal = kernel_->machine().journal();
            facts.function = journal.call(journal.operations().back()).function;
            add(std::move(facts), step);
        }
    }
}

void Watch::checkReachability(const mm::Outcome& outcome, std::size_t step) {
    const machine::State& state = kernel_->machine().state();
    std::int64_t unreachable = 0;
    FindingFacts facts{FindingKind::Leak};
    for (const auto& [frame, table] : state.tables) {
        if (!isUnreachable(state, frame, table) || !reportedTables_.insert(frame).second)
            continue;
        if (unreachable++ == 0)
            facts.va = table.base;
    }
    // What a kernel function that died or hangs held in its hands is part of that, not a finding of its own.
    if (unreachable == 0 || outcome.oops || outcome.hung)
        return;
    facts.amount = unreachable;
    const machine::Journal& journal = kernel_->machine().journal();
    facts.function = journal.call(journal.operations().back()).function;
    facts.check = "no mm and no entry leads to it";
    add(std::move(facts), step);
}

void Watch::blame(FindingFacts& facts, machine::MmId mm, VirtAddr va) const {
    const machine::Journal& journal = kernel_->machine().journal();
    const auto place = entryFor(kernel_->machine().state(), mm, va);
    const auto culprit = place ? lastWriter(journal, *place) : std::nullopt;
    if (!culprit) {
        facts.function = facts.operation;
        return;
    }
    facts.function = culprit->function;
    facts.damageStep = stepOf(culprit->operation);
}

std::size_t Watch::stepOf(std::size_t operation) const {
    return operation < stepOfOperation_.size() ? stepOfOperation_[operation] : 0;
}

void Watch::add(FindingFacts facts, std::size_t step) {
    add(Finding{facts.kind, step, facts.function, facts.va, sentence(facts)});
}

void Watch::add(Finding finding) {
    if (std::find(report_.findings.begin(), report_.findings.end(), finding) == report_.findings.end())
        report_.findings.push_back(std::move(finding));
}

} // namespace pfnscope::check
