// SPDX-License-Identifier: GPL-3.0-or-later
#include "invariants.h"

#include "machine/mmu.h"
#include "mm/context.h"
#include "tree_walk.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>
#include <vector>

namespace pfnscope::mm::test {
namespace {

using hw::Level;
using machine::Position;
using machine::State;

std::size_t depositsOfMm(const State& state, MmId mm) {
    std::size_t count = 0;
    for (const auto& [owner, ring] : state.deposits)
        count += owner.mm == mm ? ring.size() : 0;
    return count;
}

/// I1: pgtables_bytes counts the linked PTE, PMD and PUD tables and the deposited ones.
Complaint bytes(const Moment& moment) {
    const State& state = moment.machine.state();
    for (const auto& [id, mm] : state.mms) {
        std::size_t tables = depositsOfMm(state, id);
        walkTables(state, id, [&](const Entry& entry, VirtAddr, Word value) {
            const Level below = entry.level == Level::Pte ? Level::Pte : state.geometry().below(entry.level);
            tables += entry.level != Level::Pte && isTable(value) && below != Level::P4d ? 1 : 0;
        });
        const auto expected = static_cast<std::int64_t>(tables * kPageSize.raw());
        if (mm.counter(Counter::PgtablesBytes) != expected)
            return fmt::format("mm {} counts {} bytes of tables and has {}", id.raw(),
                               mm.counter(Counter::PgtablesBytes), expected);
    }
    return std::nullopt;
}

/// A huge entry that the option's predicate believes to have a deposit.
bool isOfDepositedKind(const Moment& moment, const Context& k, MmId mm, VirtAddr at, Word pmd) {
    const auto vma = k.state().findVma(mm, at);
    return vma && k.vma(*vma).range.contains(at) &&
           moment.option.zapDeposited.holds(factsOf(k, k.vma(*vma), pmd));
}

/// I2: a PMD page holds as many deposited tables as it has huge entries of the deposited kind.
Complaint count(const Moment& moment) {
    const Context k(moment.machine, moment.option, moment.config, machine::CpuId(0), machine::Pid(1));
    const State& state = moment.machine.state();
    for (const auto& [id, mm] : state.mms) {
        std::map<Pfn, std::int64_t> missing;
        walkTables(state, id, [&](const Entry& entry, VirtAddr at, Word value) {
            const bool huge = entry.level == Level::Pmd && !isTable(value) && !isNone(value);
            if (huge && isOfDepositedKind(moment, k, id, at, value))
                ++missing[entry.table];
        });
        for (const auto& [owner, ring] : state.deposits)
            if (owner.mm == id && owner.pmdTable)
                missing[*owner.pmdTable] -= static_cast<std::int64_t>(ring.size());
        for (const auto& [table, difference] : missing)
            if (difference != 0)
                return fmt::format("PMD page {:#x} has {} deposits too {}", table.raw(), std::abs(difference),
                                   difference > 0 ? "few" : "many");
    }
    return std::nullopt;
}

/// I3: a list of deposits ends before its PMD page does, and what is on it is empty.
Complaint pmdPage(const Moment& moment) {
    const State& state = moment.machine.state();
    for (const auto& [owner, ring] : state.deposits) {
        const machine::PageTable* page = owner.pmdTable ? state.tableAt(*owner.pmdTable) : nullptr;
        if (page == nullptr || page->state != machine::TableState::Linked || page->level != Level::Pmd ||
            page->mm != owner.mm)
            return fmt::format("PMD page {:#x} is gone and leaves {} deposits behind",
                               owner.pmdTable.value_or(Pfn()).raw(), ring.size());
        for (const Pfn table : ring)
            for (const Word word : state.memory.frame(table))
                if (word != 0)
                    return fmt::format("the deposited table {:#x} is not empty", table.raw());
    }
    return std::nullopt;
}

/// I4, first half: check_mm() had nothing to say.
Complaint teardown(const Moment& moment) {
    const machine::Journal& journal = moment.machine.journal();
    for (Position i = moment.before.position; i < journal.end(); ++i)
        if (const auto* one = std::get_if<machine::Happening>(&journal.deltas()[i]))
            if (one->kind == HappeningKind::BadPageTables || one->kind == HappeningKind::BadRssCounter)
                return fmt::format("{} ({}, {})", one->what, one->detail,
                                   static_cast<std::int64_t>(one->otherDetail));
    return std::nullopt;
}

/// I4, second half: what check_mm() will look at in the end is right all the time.
Complaint rss(const Moment& moment) {
    const State& state = moment.machine.state();
    for (const auto& [id, mm] : state.mms) {
        std::map<machine::FolioKind, std::int64_t> mapped;
        walkTables(state, id, [&](const Entry& entry, VirtAddr, Word value) {
            const bool leaf = entry.level == Level::Pte ? !isNone(value) : !isTable(value);
            const bool present = entry.level == Level::Pte ? ptePresent(value) : pmdPresent(value);
            if (!leaf || isNone(value) || (present && isSpecial(value)) || entry.level > Level::Pmd)
                return;
            const Pfn frame = present ? entryPfn(state.geometry(), entry.level, value) : swapPfn(value);
            if (const auto folio = state.folioOf(frame))
                mapped[state.folios.at(*folio).kind] +=
                    static_cast<std::int64_t>(state.geometry().pagesPerEntry(entry.level));
        });
        using machine::FolioKind;
        for (const auto& [counter, kind] : {std::pair(Counter::AnonPages, FolioKind::Anon),
                                            std::pair(Counter::ShmemPages, FolioKind::Shmem),
                                            std::pair(Counter::FilePages, FolioKind::File)})
            if (mm.counter(counter) != mapped[kind])
                return fmt::format("mm {}: rss counter {} says {} pages, the tables {}", id.raw(),
                                   static_cast<int>(counter), mm.counter(counter), mapped[kind]);
    }
    return std::nullopt;
}

/// I5: the PMD lock of that very PMD page is held when a table is deposited or withdrawn.
Complaint lock(const Moment& moment) {
    const machine::Journal& journal = moment.machine.journal();
    std::multiset<LockId> held;
    const auto unlocked = [&](const machine::DepositOwner& owner) {
        return owner.pmdTable && held.count({LockKind::PmdLock, owner.pmdTable->raw()}) == 0;
    };
    for (Position i = moment.before.position; i < journal.end(); ++i) {
        const machine::Delta& delta = journal.deltas()[i];
        if (const auto* taken = std::get_if<machine::LockTaken>(&delta))
            held.insert(taken->lock);
        else if (const auto* released = std::get_if<machine::LockReleased>(&delta))
            held.erase(held.find(released->lock));
        const auto* deposited = std::get_if<machine::TableDeposited>(&delta);
        const auto* withdrawn = std::get_if<machine::TableWithdrawn>(&delta);
        if ((deposited != nullptr && unlocked(deposited->owner)) ||
            (withdrawn != nullptr && unlocked(withdrawn->owner)))
            return fmt::format("{} without the PMD lock", journal.call(journal.callOf(i)).function);
    }
    return held.empty() ? std::nullopt
                        : Complaint(fmt::format("{} locks are held after the operation", held.size()));
}

bool canRefault(const State& state, MmId mm, VirtAddr at) {
    const auto id = state.findVma(mm, at);
    if (!id || !state.vmas.at(*id).range.contains(at) || !state.vmas.at(*id).ops)
        return false;
    const machine::VmOps& ops = state.vmOps.at(*state.vmas.at(*id).ops);
    return ops.fault != machine::FaultHandler::None || ops.hugeFault.present;
}

/// The PMD entry that a split wrote last, as the machine stood when the split ended.
Complaint afterSplit(const Moment& moment, const machine::Call& call) {
    const State& state = moment.machine.state();
    for (Position i = call.last; i-- > call.first;) {
        const auto* written = std::get_if<machine::EntryWritten>(&moment.machine.journal().deltas()[i]);
        const machine::PageTable* table = written != nullptr ? state.tableAt(written->frame) : nullptr;
        if (table == nullptr || table->level != Level::Pmd)
            continue;
        const VirtAddr at = table->base + state.geometry().pmdSize() * written->index;
        const Word pmd = state.memory.read(written->frame, written->index);
        if (isNone(pmd))
            return canRefault(state, table->mm, at)
                       ? std::nullopt
                       : Complaint(
                             fmt::format("the split dropped {:#x}, which no fault brings back", at.raw()));
        if (!isTable(pmd))
            return fmt::format("the split left {:#x} at {:#x}", pmd, at.raw());
        const auto words = state.memory.frame(entryPfn(state.geometry(), Level::Pte, pmd));
        for (unsigned n = 0; n < state.geometry().entriesPerTable(); ++n)
            if (isNone(words[n]))
                return fmt::format("the split left a hole at {:#x}", (at + kPageSize * n).raw());
        return std::nullopt;
    }
    return "a split that wrote no PMD entry";
}

/// I6: a split leaves a full table of valid PTEs, or nothing where faults can bring it back.
Complaint split(const Moment& moment) {
    const machine::Journal& journal = moment.machine.journal();
    const Position end = journal.end();
    Complaint found;
    for (std::size_t i = journal.operations()[moment.before.operations].raw(); i < journal.calls().size();
         ++i) {
        const machine::Call& call = journal.calls()[i];
        if (found || call.function != "__split_huge_pmd_locked")
            continue;
        moment.machine.moveTo(call.last);
        found = afterSplit(moment, call);
    }
    moment.machine.moveTo(end);
    return found;
}

/// I7: a CPU never holds a small and a huge translation of one address, nor one that the tables do not give.
Complaint tlb(const Moment& moment) {
    const State& state = moment.machine.state();
    for (std::uint32_t cpu = 0; cpu < state.cpus.size(); ++cpu) {
        const hw::Tlb& cache = state.cpus[cpu].tlb;
        std::vector<hw::TlbEntry> entries;
        cache.forEachEntry([&](hw::TlbArray array, std::uint16_t, const hw::TlbEntry& entry) {
            if (array == hw::TlbArray::L1 || array == hw::TlbArray::SecondLevel)
                entries.push_back(entry);
        });
        for (const hw::TlbEntry& large : entries)
            for (const hw::TlbEntry& small : entries)
                if (small.depth < large.depth && small.pcid == large.pcid &&
                    VirtRange{large.page, large.page + cache.span(large)}.contains(small.page))
                    return fmt::format("CPU {} translates {:#x} by entries of two sizes", cpu,
                                       small.page.raw());
        if (!state.tables.contains(PhysAddr(state.cpus[cpu].registers.cr3).frame()))
            continue;
        for (const machine::StaleTranslation& stale : machine::staleTranslations(state, machine::CpuId(cpu)))
            return fmt::format("CPU {} still translates {:#x}", cpu, stale.at.raw());
    }
    return std::nullopt;
}

constexpr std::array<Invariant, 8> kInvariants{{{"I1 bytes", bytes},
                                                {"I2 count", count},
                                                {"I3 PMD page", pmdPage},
                                                {"I4 teardown", teardown},
                                                {"I4 rss", rss},
                                                {"I5 lock", lock},
                                                {"I6 never both", split},
                                                {"I7 no overlap in the TLB", tlb}}};

} // namespace

std::span<const Invariant> invariants() {
    return kInvariants;
}

std::vector<std::string> broken(const Moment& moment) {
    std::vector<std::string> found;
    for (const Invariant& invariant : kInvariants)
        if (const Complaint complaint = invariant.check(moment))
            found.push_back(fmt::format("{}: {}", invariant.name, *complaint));
    return found;
}

} // namespace pfnscope::mm::test
