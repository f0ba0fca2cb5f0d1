// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/context.h"

#include <exception>

namespace pfnscope::mm {
namespace {

/// VMEMMAP_START of x86-64 without KASLR, and where a struct page keeps the page table's lock.
constexpr std::uint64_t kVmemmap = 0xffffea0000000000ULL;
constexpr std::uint64_t kDirectMap = 0xffff888000000000ULL; ///< PAGE_OFFSET, likewise
constexpr std::uint64_t kStructPageSize = 64;
constexpr Bytes kPtlOffset{0x28};

/// The operation itself is no kernel function.
std::vector<std::string_view> callersOf(const machine::Journal& journal, std::string_view function,
                                        std::optional<machine::CallId> operation) {
    std::vector<std::string_view> names;
    for (auto call = journal.current(); call && call != operation; call = journal.call(*call).parent)
        names.push_back(journal.call(*call).function);
    if (!names.empty() && names.front() == function)
        names.erase(names.begin());
    return names;
}

} // namespace

std::string_view Context::currentFunction() const {
    const auto call = machine.journal().current();
    return call ? machine.journal().call(*call).function : std::string_view{};
}

void Context::stop(std::string_view function, VirtAddr address, HappeningKind kind, std::string_view what) {
    Oops oops{function, address, callersOf(machine.journal(), function, operation),
              kind != HappeningKind::Oops};
    happen(kind, {}, address, 0, 0, what);
    throw KernelDied{std::move(oops)};
}

void Context::bugOn(bool condition, std::string_view check, VirtAddr at) {
    if (condition)
        stop(currentFunction(), at, HappeningKind::Bug, check);
}

void Context::vmBugOn(bool condition, std::string_view check, VirtAddr at) {
    if (!condition)
        return;
    if (config.debugVm)
        stop(currentFunction(), at, HappeningKind::VmBug, check);
    happen(HappeningKind::SkippedCheck, {}, at, 0, 0, check);
}

void Context::die(std::string_view function, VirtAddr address) {
    stop(function, address, HappeningKind::Oops, function);
}

VirtAddr Context::structPage(Pfn frame) const {
    return VirtAddr(kVmemmap + frame.raw() * kStructPageSize);
}

VirtAddr Context::directMap(Pfn frame) const {
    return VirtAddr(kDirectMap + PhysAddr(frame).raw());
}

LockScope::LockScope(Context& k, LockId lock, LockMode mode, LockWait wait)
    : k_(k), lock_(lock), mode_(mode), unwinding_(std::uncaught_exceptions()) {
    if (wait == LockWait::Try) {
        k.machine.pause({.kind = machine::PauseKind::TryLock, .lock = lock, .mode = mode});
        held_ = k.machine.isFree(lock, mode);
        if (!held_)
            return;
    } else if (!k.machine.awaitLock(lock, mode)) {
        // Where operations run one after another, whoever still holds a lock has died with it.
        throw TaskHung{};
    }
    k.machine.takeLock(lock, mode, k.cpu);
}

LockScope::~LockScope() {
    if (held_ && std::uncaught_exceptions() == unwinding_)
        release();
}

namespace {

/// mm_lock_seq is counted up: one step, whatever the number of VMAs.
void vma_end_write_all(Context& k) {
    std::vector<machine::LockReleased> held;
    for (const auto& [lock, holders] : k.state().locks)
        if (lock.kind == LockKind::VmaLock)
            for (const machine::LockHolder& holder : holders)
                if (holder.cpu == k.cpu && holder.mode == LockMode::Write)
                    held.push_back({lock, holder, 0});
    for (const machine::LockReleased& each : held)
        k.machine.commit(each);
}

} // namespace

void LockScope::release() {
    held_ = false;
    if (lock_.kind == LockKind::MmapLock && mode_ == LockMode::Write)
        vma_end_write_all(k_);
    k_.machine.releaseLock(lock_, k_.cpu);
}

LockId pmdLock(Context& k, MmId mm, const Entry& pmd) {
    if (k.config.depositStorage == DepositStorage::RingPerMm)
        return {LockKind::PageTableLock, mm.raw()};
    if (k.state().tableAt(pmd.table) == nullptr && !k.isRam(pmd.table))
        k.die("_raw_spin_lock", k.structPage(pmd.table) + kPtlOffset);
    return {LockKind::PmdLock, pmd.table.raw()};
}

const machine::VmOps* opsOf(const Context& k, const Vma& vma) {
    return vma.ops ? &k.state().vmOps.at(*vma.ops) : nullptr;
}

bool vmaIsDax(const Context& k, const Vma& vma) {
    return vma.file && k.state().mappings.at(*vma.file).kind == machine::MappingKind::Dax;
}

bool vmaIsSpecialHuge(const Context& k, const Vma& vma) {
    const bool dax = vmaIsDax(k, vma) && !k.config.version7; // 7.x: its leaves are those of folios
    return dax || (vma.file && (vma.flags & (vm::kPfnMap | vm::kMixedMap)) != 0);
}

option::Facts factsOf(const Context& k, const Vma& vma) {
    using option::Fact;
    option::Facts facts;
    const machine::VmOps* ops = opsOf(k, vma);
    facts.set(Fact::ArchNeedsDeposit, k.config.archNeedsDeposit)
        .set(Fact::VmaPfnmap, (vma.flags & vm::kPfnMap) != 0)
        .set(Fact::VmaMixedmap, (vma.flags & vm::kMixedMap) != 0)
        .set(Fact::VmaAnonymous, vmaIsAnonymous(vma))
        .set(Fact::VmaDax, vmaIsDax(k, vma))
        .set(Fact::VmaFault, ops != nullptr && ops->fault != machine::FaultHandler::None)
        .set(Fact::VmaHugeFault, ops != nullptr && ops->hugeFault.present)
        .set(Fact::VmaMarked, vma.marked);
    return facts;
}

option::Facts factsOf(const Context& k, const Vma& vma, Word pmd) {
    using option::Fact;
    option::Facts facts = factsOf(k, vma);
    const bool hugeZero = isHugeZeroPmd(k, pmd);
    facts.set(Fact::EntryMarked, pmdPresent(pmd) && (pmd & bits::kMarked) != 0)
        .set(Fact::EntrySpecial, pmdPresent(pmd) && isSpecial(pmd))
        .set(Fact::EntryHugeZero, hugeZero);
    if (hugeZero)
        return facts;
    const auto folio = isSwapPmd(pmd) ? k.state().folioOf(swapPfn(pmd)) : normalFolio(k, Level::Pmd, pmd);
    if (folio) {
        const bool anon = k.folio(*folio).kind == machine::FolioKind::Anon;
        facts.set(Fact::EntryAnon, anon).set(Fact::EntryFile, !anon);
    }
    return facts;
}

bool isHugeZeroPmd(const Context& k, Word pmd) {
    const auto folio = k.state().globals.hugeZeroFolio;
    return folio && pmdPresent(pmd) && isLeaf(pmd) &&
           entryPfn(k.geometry(), Level::Pmd, pmd) == k.folio(*folio).head;
}

std::optional<machine::FolioId> normalFolio(const Context& k, Level level, Word entry) {
    if (isNone(entry) || isSpecial(entry))
        return std::nullopt;
    return k.state().folioOf(entryPfn(k.geometry(), level, entry));
}

} // namespace pfnscope::mm
