// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/kernel_machine.h"

#include "check/leaf.h"
#include "explore/state_hash.h"
#include "mm/vm_flags.h"
#include "option/option_yaml.h"

#include <fmt/format.h>

#include <cassert>
#include <span>

namespace pfnscope::explore {
namespace {

/// Every operation looks through the whole TLB. An alphabet's 16 pages and 4 slots never put more than 3
/// entries into one of these 16 sets, so nothing is evicted that a larger one would keep.
constexpr hw::TlbSettings kSmallTlb{{64, 4}, {64, 4}, {4, 4}, {32, 4}};

machine::MachineConfig configOf(const Question& question) {
    machine::MachineConfig config;
    config.geometry = question.geometry;
    if (question.geometry == kSmallGeometry)
        config.cpus.tlb = kSmallTlb;
    return config;
}

/// Goes up whenever the canonical form or the meaning of a letter changes: a checkpoint of another is
/// refused.
constexpr unsigned kCanonicalForm = 2;

std::string describe(const mm::Driver& driver) {
    const machine::HugeFaultOrders& huge = driver.ops.hugeFault;
    return fmt::format("{} fault={} huge={}{}{} mkwrite={} null={} mixed={} cache={}", driver.ops.name,
                       static_cast<int>(driver.ops.fault), huge.pmd, huge.pud, huge.present,
                       driver.ops.pageMkwrite, driver.nullOps, driver.mixedMap,
                       static_cast<int>(driver.cache));
}

/// All that makes a difference to what the letters do.
std::string describe(const Alphabet& alphabet) {
    std::string text = fmt::format("processes={} failures={} manners={}\n", alphabet.processes,
                                   alphabet.failures, static_cast<int>(alphabet.manners));
    for (const Setup& setup : alphabet.setups)
        text +=
            fmt::format("{} remap={} frames={} share={} then={}\n", describe(setup.driver),
                        static_cast<int>(setup.remap), static_cast<int>(setup.frames),
                        static_cast<int>(setup.share), setup.afterwards ? describe(*setup.afterwards) : "-");
    for (const Letter& letter : alphabet.letters)
        text += toText(letter) + '\n';
    return text;
}

/// Scenario files have no map over another either.
bool isFree(const machine::State& state, machine::MmId mm, const VirtRange& range) {
    const auto vma = state.findVma(mm, range.start);
    return !vma || !state.vmas.at(*vma).range.overlaps(range);
}

std::uint16_t kindNumber(check::FindingKind kind) {
    return static_cast<std::uint16_t>(kind);
}

} // namespace

KernelMachine::KernelMachine(const Question& question)
    : question_(&question), machine_(std::make_unique<machine::Machine>(configOf(question))),
      kernel_(std::make_unique<mm::Kernel>(*machine_, question.option, question.kernel)),
      canonical_(symmetriesOf(question.alphabet), Layout(question.geometry)) {
    const Layout layout(question.geometry);
    for (const Letter& letter : question.alphabet.letters)
        operations_.push_back(operationOf(letter, question.alphabet, layout));
    kernel_->boot("parent");
    watch_ = std::make_unique<check::Watch>(*kernel_);
}

KernelMachine::KernelMachine(KernelMachine&&) noexcept = default;
KernelMachine::~KernelMachine() = default;

const machine::Machine& KernelMachine::machine() const {
    return *machine_;
}

void KernelMachine::redo(ActionId action) {
    steps_.push_back({machine_->mark(), *watch_, failures_});
    if (question_->alphabet.letters[static_cast<std::size_t>(action)].verb == Verb::FailAlloc)
        ++failures_;
    findingsBefore_ = watch_->report().findings.size();
    const mm::Operation& operation = operations_[static_cast<std::size_t>(action)];
    lastOutcome_ = kernel_->run(operation);
    watch_->after(operation, lastOutcome_, steps_.size() - 1);
}

void KernelMachine::undo() {
    assert(!steps_.empty());
    machine_->rewind(steps_.back().mark);
    *watch_ = std::move(steps_.back().watch);
    failures_ = steps_.back().failures;
    steps_.pop_back();
}

std::vector<check::Finding> KernelMachine::lastFindings() const {
    return watch_->findingsSince(findingsBefore_);
}

void KernelMachine::present(Emitter& out) {
    emit(ActionId{0}, out);
}

void KernelMachine::emit(ActionId action, Emitter& out) {
    bytes_.assign(1, static_cast<std::byte>(failures_));
    canonical_.form(machine_->state(), watch_->expectation(), bytes_);
    out.successor(bytes_, action);
}

void KernelMachine::expand(Emitter& out) {
    for (std::size_t letter = 0; letter < operations_.size(); ++letter) {
        if (!isPossible(question_->alphabet.letters[letter]))
            continue;
        const ActionId action{static_cast<std::uint16_t>(letter)};
        redo(action);
        for (const check::Finding& finding : lastFindings())
            out.finding(FindingKind{kindNumber(finding.kind)}, action);
        // What comes after the kernel's death proves nothing.
        if (!lastOutcome_.oops)
            emit(action, out);
        undo();
    }
}

bool KernelMachine::isPossible(const Letter& letter) const {
    const machine::State& state = machine_->state();
    if (!isRunning(machine::Pid(letter.process)))
        return false;
    const machine::MmId mm = *state.processes.at(machine::Pid(letter.process)).mm;
    const bool isRude = question_->alphabet.manners == Manners::None;
    const Layout layout(question_->geometry);
    switch (letter.verb) {
    case Verb::Fork:
        return state.processes.size() < question_->alphabet.processes;
    case Verb::FailAlloc: // whoever asks for it: the first that can
        return state.globals.failAllocationIn == 0 && failures_ < question_->alphabet.failures &&
               (letter.process == 1 || !isRunning(machine::Pid(1)));
    case Verb::MapDevice:
    case Verb::MapAnonymous:
    case Verb::MapShmem:
    case Verb::MapDax:
        return isFree(state, mm, layout.range(letter.target));
    case Verb::Mremap: {
        const VirtAddr to = layout.slotStart(letter.toSlot);
        return mayTouch(letter, mm) && isFree(state, mm, {to, to + layout.range(letter.target).size()});
    }
    case Verb::RemapPfnRange:
        return mayTouch(letter, mm) && (isRude || mayRemap(letter, mm));
    case Verb::SetVmOps:
        return mayTouch(letter, mm) && (isRude || isShared(letter, mm));
    case Verb::Exit:
        return true;
    default:
        return mayTouch(letter, mm);
    }
}

bool KernelMachine::isRunning(machine::Pid pid) const {
    const auto process = machine_->state().processes.find(pid);
    return process != machine_->state().processes.end() && process->second.mm &&
           process->second.state == machine::ProcessState::Running;
}

bool KernelMachine::mayTouch(const Letter& letter, machine::MmId mm) const {
    const machine::State& state = machine_->state();
    const VirtRange range = Layout(question_->geometry).range(letter.target);
    const auto vma = state.findVma(mm, range.start);
    return vma && state.vmas.at(*vma).range.overlaps(range);
}

/// A handler that inserts frames into a private PFN map meets a BUG_ON under every option: that is a broken
/// driver too.
bool KernelMachine::isShared(const Letter& letter, machine::MmId mm) const {
    return (flagsAt(letter, mm) & mm::vm::kShared) != 0;
}

/// A driver that remaps over pages it has mapped already is broken under every option (BUG_ON in
/// remap_pte_range); one that has zapped them first is not, and may find a table in the way. Nor may it where
/// its handlers insert into a mixed map: with VM_PFNMAP beside VM_MIXEDMAP vmf_insert_pfn() is a BUG_ON.
bool KernelMachine::mayRemap(const Letter& letter, machine::MmId mm) const {
    if ((flagsAt(letter, mm) & mm::vm::kMixedMap) != 0)
        return false;
    const VirtRange range = Layout(question_->geometry).range(letter.target);
    for (VirtAddr at = range.start; at < range.end; at += kPageSize) {
        const auto place = check::entryFor(machine_->state(), mm, at);
        if (!place || place->entry != 0)
            return false;
    }
    return true;
}

std::uint64_t KernelMachine::flagsAt(const Letter& letter, machine::MmId mm) const {
    const machine::State& state = machine_->state();
    const auto vma = state.findVma(mm, Layout(question_->geometry).range(letter.target).start);
    return vma ? state.vmas.at(*vma).flags : 0;
}

StateSize KernelModel::stateSize() const {
    return {};
}

std::string KernelModel::identity() const {
    std::string all = option::toYaml(question_.option) + describe(question_.alphabet);
    return fmt::format(
        "kernel option={} alphabet={} levels={} bits={} debug_vm={} deposits={} form={} content={:016x}",
        question_.option.name, question_.alphabet.name, question_.geometry.levels,
        question_.geometry.bitsPerLevel, question_.kernel.debugVm, question_.kernel.archNeedsDeposit,
        kCanonicalForm, hashBytes(std::as_bytes(std::span(all))));
}

std::unique_ptr<SearchWorker> KernelModel::makeWorker() const {
    return std::make_unique<ReplayWorker<KernelMachine>>(KernelMachine(question_));
}

} // namespace pfnscope::explore
