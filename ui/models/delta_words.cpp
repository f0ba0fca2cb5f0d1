// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/delta_words.h"

#include "models/text.h"

namespace pfnscope::ui {

namespace {

using namespace machine;
using view::Role;

QString hex(std::uint64_t value) {
    return qt(toHex(value));
}

QString pfn(Pfn frame) {
    return QStringLiteral("pfn %1").arg(qt(toHex(frame.raw())));
}

QString lockName(const LockId& lock) {
    static constexpr std::string_view names[] = {"mmap_lock of mm", "vma lock of vma", "page_table_lock of mm",
                                                 "PMD lock of pfn", "PTE lock of pfn", "i_mmap_rwsem of mapping",
                                                 "anon_vma lock of", "folio lock of folio"};
    const bool byFrame = lock.kind == LockKind::PmdLock || lock.kind == LockKind::PteLock;
    return qt(names[std::size_t(lock.kind)]) + u' ' + (byFrame ? hex(lock.object) : QString::number(lock.object));
}

QString ownerName(const DepositOwner& owner) {
    return owner.pmdTable ? QStringLiteral("PMD table at %1").arg(pfn(*owner.pmdTable))
                          : QStringLiteral("mm %1").arg(owner.mm.raw());
}

QString counterName(Counter counter) {
    static constexpr std::string_view names[] = {"MM_FILEPAGES", "MM_ANONPAGES", "MM_SWAPENTS", "MM_SHMEMPAGES",
                                                 "pgtables_bytes"};
    return qt(names[std::size_t(counter)]);
}

QString happeningName(HappeningKind kind) {
    static constexpr std::string_view names[] = {
        "page fault", "handler called", "handler answered", "signal", "mmu_notifier start", "mmu_notifier end",
        "TLB flush of a range", "queued for the gather", "allocation failed", "WARN_ON", "BUG_ON", "VM_BUG_ON",
        "oops", "non-zero pgtables_bytes on freeing mm", "bad rss-counter", "refused: -EINVAL", "check compiled out"};
    return qt(names[std::size_t(kind)]);
}

bool isBad(HappeningKind kind) {
    using enum HappeningKind;
    return kind == Warn || kind == Bug || kind == VmBug || kind == Oops || kind == BadPageTables ||
           kind == BadRssCounter || kind == AllocationFailed;
}

/// One overload a kind of delta.
struct Speaker {
    DeltaWords operator()(const EntryWritten& d) const {
        const QString who = d.writer == Writer::Mmu ? QStringLiteral("MMU: ") : QString();
        return {QStringLiteral("entry"),
                QStringLiteral("%1%2 [%3]  %4 -> %5").arg(who, pfn(d.frame)).arg(d.index).arg(hex(d.before), hex(d.after))};
    }
    DeltaWords operator()(const EntriesFilled& d) const {
        return {QStringLiteral("entries"),
                QStringLiteral("%1 [%2..%3] = %4%5")
                    .arg(pfn(d.frame))
                    .arg(d.run.first)
                    .arg(d.run.first + d.run.count - 1)
                    .arg(hex(d.run.value), d.run.step ? QStringLiteral(" + n * %1").arg(hex(d.run.step)) : QString())};
    }
    DeltaWords operator()(const FrameAllocated& d) const {
        return {QStringLiteral("alloc"), QStringLiteral("%1, order %2").arg(pfn(d.block.head)).arg(d.block.order)};
    }
    DeltaWords operator()(const FrameFreed& d) const {
        return {QStringLiteral("free"), QStringLiteral("%1, order %2").arg(pfn(d.head)).arg(d.order)};
    }
    DeltaWords operator()(const TableAllocated& d) const {
        return {QStringLiteral("table"), QStringLiteral("%1 becomes a %2 table").arg(pfn(d.frame), qt(hw::kernelName(d.table.level))), Role::TablePointer};
    }
    DeltaWords operator()(const TableFreed& d) const {
        return {QStringLiteral("table"), QStringLiteral("%1 is no %2 table any more").arg(pfn(d.frame), qt(hw::kernelName(d.table.level))), Role::TablePointer};
    }
    DeltaWords operator()(const TableLinked& d) const {
        const bool linked = d.after.state == TableState::Linked;
        return {QStringLiteral("table"),
                linked ? QStringLiteral("%1 linked at %2 [%3]").arg(pfn(d.frame), pfn(d.after.parent)).arg(d.after.index)
                       : QStringLiteral("%1 unlinked").arg(pfn(d.frame)),
                Role::TablePointer};
    }
    DeltaWords operator()(const TableDeposited& d) const {
        return {QStringLiteral("deposit"), QStringLiteral("%1 deposited at the %2 for %3").arg(pfn(d.table), ownerName(d.owner), hex(d.forAddress.raw())), Role::Deposit};
    }
    DeltaWords operator()(const TableWithdrawn& d) const {
        return {QStringLiteral("withdraw"), QStringLiteral("%1 withdrawn from the %2 for %3").arg(pfn(d.table), ownerName(d.owner), hex(d.forAddress.raw())), Role::Deposit};
    }
    DeltaWords operator()(const CounterMoved& d) const {
        return {QStringLiteral("counter"), QStringLiteral("mm %1: %2 %3%4").arg(d.mm.raw()).arg(counterName(d.counter), d.amount > 0 ? QStringLiteral("+") : QString()).arg(d.amount)};
    }
    DeltaWords operator()(const LockTaken& d) const {
        return {QStringLiteral("lock"), QStringLiteral("take the %1 (%2)").arg(lockName(d.lock), d.holder.mode == LockMode::Write ? QStringLiteral("write") : QStringLiteral("read"))};
    }
    DeltaWords operator()(const LockReleased& d) const {
        return {QStringLiteral("lock"), QStringLiteral("release the %1").arg(lockName(d.lock))};
    }
    template <class Key, class Record> DeltaWords operator()(const RecordChanged<Key, Record>& d) const {
        const QString what = !d.change->before ? QStringLiteral("made") : !d.change->after ? QStringLiteral("removed") : QStringLiteral("changed");
        return {QStringLiteral("record"), QStringLiteral("%1 %2 %3").arg(recordName(d)).arg(d.key.raw()).arg(what)};
    }
    DeltaWords operator()(const GlobalsChanged&) const {
        return {QStringLiteral("record"), QStringLiteral("kernel globals changed")};
    }
    DeltaWords operator()(const Happening& d) const {
        QString text = happeningName(d.kind);
        if (!d.what.empty())
            text += QStringLiteral(" in ") + qt(d.what);
        return {QStringLiteral("event"), QStringLiteral("%1 at %2, detail %3").arg(text, hex(d.at.raw()), hex(d.detail)),
                isBad(d.kind) ? Role::Fault : Role::Plain};
    }
    DeltaWords operator()(const RegistersChanged& d) const {
        return {QStringLiteral("cpu"), QStringLiteral("CPU %1: control registers changed, CR3 %2").arg(d.cpu.raw()).arg(hex(d.beforeAfter->second.cr3))};
    }
    DeltaWords operator()(const TlbChanged& d) const {
        std::size_t filled = 0;
        for (const hw::TlbSlotChange& slot : d.change.slots)
            filled += slot.after.isEmpty() ? 0 : 1;
        return {QStringLiteral("tlb"), QStringLiteral("CPU %1: %2 entries filled, %3 dropped").arg(d.cpu.raw()).arg(filled).arg(d.change.slots.size() - filled)};
    }

    static QString recordName(const MmChanged&) { return QStringLiteral("mm"); }
    static QString recordName(const ProcessChanged&) { return QStringLiteral("process"); }
    static QString recordName(const VmaChanged&) { return QStringLiteral("vma"); }
    static QString recordName(const VmOpsChanged&) { return QStringLiteral("vm_ops"); }
    static QString recordName(const MappingChanged&) { return QStringLiteral("address_space"); }
    static QString recordName(const FolioChanged&) { return QStringLiteral("folio"); }
};

} // namespace

DeltaWords wordsOf(const machine::Delta& delta) {
    return std::visit(Speaker{}, delta);
}

} // namespace pfnscope::ui
