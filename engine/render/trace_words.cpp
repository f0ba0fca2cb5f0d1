// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/trace_words.h"

#include <fmt/format.h>

#include <variant>

namespace pfnscope::render {
namespace {

using namespace machine;
using Details = std::vector<std::pair<std::string, std::string>>;

std::string text(Pfn frame) {
    return toHex(frame.raw());
}
std::string text(std::uint64_t number) {
    return fmt::format("{}", number);
}

std::string text(const DepositOwner& owner) {
    return owner.pmdTable ? "pmd table " + text(*owner.pmdTable) : fmt::format("mm {}", owner.mm.raw());
}

std::string text(const PageTable& table) {
    static constexpr std::string_view kStates[] = {"detached", "linked", "deposited"};
    return fmt::format("{} {} at {} of mm {}", kStates[static_cast<std::size_t>(table.state)],
                       hw::kernelName(table.level), toText(table.base), table.mm.raw());
}

std::string_view name(Writer writer) {
    static constexpr std::string_view kNames[] = {"mmu", "kernel", "user"};
    return kNames[static_cast<std::size_t>(writer)];
}

std::string_view name(Counter counter) {
    static constexpr std::string_view kNames[] = {"file_pages", "anon_pages", "swap_entries", "shmem_pages",
                                                  "pgtables_bytes"};
    return kNames[static_cast<std::size_t>(counter)];
}

std::string_view name(LockKind kind) {
    static constexpr std::string_view kNames[] = {"mmap_lock",     "vma_lock",  "page_table_lock",
                                                  "pmd_lock",      "pte_lock",  "i_mmap_rwsem",
                                                  "anon_vma_lock", "folio_lock"};
    return kNames[static_cast<std::size_t>(kind)];
}

template <class Key, class Record>
TraceWords changed(std::string_view kind, const RecordChanged<Key, Record>& record) {
    const auto& change = *record.change;
    const char* what = !change.before ? "made" : !change.after ? "removed" : "changed";
    return {kind, {{"key", text(std::uint64_t{record.key.raw()})}, {"change", what}}};
}

struct Words {
    TraceWords operator()(const EntryWritten& d) const {
        return {"entry_written",
                {{"frame", text(d.frame)},
                 {"index", text(std::uint64_t{d.index})},
                 {"writer", std::string(name(d.writer))},
                 {"before", toHex(d.before)},
                 {"after", toHex(d.after)}}};
    }
    TraceWords operator()(const EntriesFilled& d) const {
        return {"entries_filled",
                {{"frame", text(d.frame)},
                 {"first", text(std::uint64_t{d.run.first})},
                 {"count", text(std::uint64_t{d.run.count})},
                 {"value", toHex(d.run.value)},
                 {"step", toHex(d.run.step)}}};
    }
    TraceWords operator()(const FrameAllocated& d) const {
        return {"frame_allocated",
                {{"frame", text(d.block.head)}, {"order", text(std::uint64_t{d.block.order})}}};
    }
    TraceWords operator()(const FrameFreed& d) const {
        return {"frame_freed", {{"frame", text(d.head)}, {"order", text(std::uint64_t{d.order})}}};
    }
    TraceWords operator()(const TableAllocated& d) const {
        return {"table_allocated", {{"frame", text(d.frame)}, {"table", text(d.table)}}};
    }
    TraceWords operator()(const TableFreed& d) const {
        return {"table_freed", {{"frame", text(d.frame)}, {"table", text(d.table)}}};
    }
    TraceWords operator()(const TableLinked& d) const {
        return {"table_linked",
                {{"frame", text(d.frame)}, {"before", text(d.before)}, {"after", text(d.after)}}};
    }
    TraceWords operator()(const TableDeposited& d) const {
        return {"table_deposited",
                {{"frame", text(d.table)}, {"owner", text(d.owner)}, {"for", toText(d.forAddress)}}};
    }
    TraceWords operator()(const TableWithdrawn& d) const {
        return {"table_withdrawn",
                {{"frame", text(d.table)}, {"owner", text(d.owner)}, {"for", toText(d.forAddress)}}};
    }
    TraceWords operator()(const CounterMoved& d) const {
        return {"counter_moved",
                {{"mm", text(std::uint64_t{d.mm.raw()})},
                 {"counter", std::string(name(d.counter))},
                 {"amount", fmt::format("{}", d.amount)}}};
    }
    TraceWords operator()(const LockTaken& d) const { return lock("lock_taken", d.lock, d.holder); }
    TraceWords operator()(const LockReleased& d) const { return lock("lock_released", d.lock, d.holder); }
    TraceWords operator()(const MmChanged& d) const { return changed("mm", d); }
    TraceWords operator()(const ProcessChanged& d) const { return changed("process", d); }
    TraceWords operator()(const VmaChanged& d) const { return changed("vma", d); }
    TraceWords operator()(const VmOpsChanged& d) const { return changed("vm_ops", d); }
    TraceWords operator()(const MappingChanged& d) const { return changed("mapping", d); }
    TraceWords operator()(const FolioChanged& d) const { return changed("folio", d); }
    TraceWords operator()(const GlobalsChanged&) const { return {"globals", {}}; }
    TraceWords operator()(const RegistersChanged& d) const {
        return {"registers", {{"cpu", text(std::uint64_t{d.cpu.raw()})}}};
    }
    TraceWords operator()(const TlbChanged& d) const {
        return {"tlb",
                {{"cpu", text(std::uint64_t{d.cpu.raw()})},
                 {"slots", text(std::uint64_t{d.change.slots.size()})}}};
    }
    TraceWords operator()(const Happening& d) const {
        return {"happening",
                {{"what", std::string(render::name(d.kind))},
                 {"mm", text(std::uint64_t{d.mm.raw()})},
                 {"at", toText(d.at)},
                 {"detail", toHex(d.detail)},
                 {"words", std::string(d.what)}}};
    }

private:
    static TraceWords lock(std::string_view kind, const LockId& lock, const LockHolder& holder) {
        return {kind,
                {{"lock", std::string(name(lock.kind))},
                 {"object", toHex(lock.object)},
                 {"mode", holder.mode == LockMode::Read ? "read" : "write"},
                 {"cpu", text(std::uint64_t{holder.cpu.raw()})}}};
    }
};

} // namespace

std::string_view name(HappeningKind kind) {
    switch (kind) {
    case HappeningKind::PageFault:
        return "page_fault";
    case HappeningKind::HandlerCalled:
        return "handler_called";
    case HappeningKind::HandlerAnswered:
        return "handler_answered";
    case HappeningKind::SignalSent:
        return "signal_sent";
    case HappeningKind::NotifierStart:
        return "notifier_start";
    case HappeningKind::NotifierEnd:
        return "notifier_end";
    case HappeningKind::FlushRange:
        return "flush_range";
    case HappeningKind::GatherQueued:
        return "gather_queued";
    case HappeningKind::AllocationFailed:
        return "allocation_failed";
    case HappeningKind::Warn:
        return "warn";
    case HappeningKind::Bug:
        return "bug";
    case HappeningKind::VmBug:
        return "vm_bug";
    case HappeningKind::Oops:
        return "oops";
    case HappeningKind::BadPageTables:
        return "bad_page_tables";
    case HappeningKind::BadRssCounter:
        return "bad_rss_counter";
    case HappeningKind::Refused:
        return "refused";
    case HappeningKind::SkippedCheck:
        return "skipped_check";
    case HappeningKind::InterruptSent:
        return "interrupt_sent";
    case HappeningKind::InterruptTaken:
        return "interrupt_taken";
    case HappeningKind::Message:
        return "message";
    }
    return "happening";
}

TraceWords traceWords(const Delta& delta) {
    return std::visit(Words{}, delta);
}

} // namespace pfnscope::render
