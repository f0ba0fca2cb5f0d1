// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule/listing.h"

#include "hw/x86_64.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

namespace pfnscope::schedule {
namespace {

constexpr std::size_t kColumn = 36;

constexpr std::array<std::string_view, 8> kLocks{"mmap_lock",     "vma_lock",  "page_table_lock",
                                                 "pmd_lock",      "pte_lock",  "i_mmap_rwsem",
                                                 "anon_vma_lock", "folio_lock"};

/// The level of a table that may be gone by now: of what the history says of it last before `position`.
class Levels {
public:
    explicit Levels(const machine::Machine& machine) {
        for (const machine::Delta& delta : machine.journal().deltas())
            if (const auto* made = std::get_if<machine::TableAllocated>(&delta))
                levels_.insert_or_assign(made->frame, made->table.level);
        for (const auto& [frame, table] : machine.state().tables)
            levels_.insert_or_assign(frame, table.level);
    }
    std::string entry(Pfn frame, unsigned index) const {
        static constexpr std::array<std::string_view, 6> kNames{"", "pte", "pmd", "pud", "p4d", "pgd"};
        const auto found = levels_.find(frame);
        const auto level = found == levels_.end() ? 0U : static_cast<unsigned>(found->second);
        return fmt::format("{}[{}]", level < kNames.size() && level > 0 ? kNames[level] : "page", index);
    }

private:
    std::map<Pfn, hw::Level> levels_;
};

std::string valueWords(Word value) {
    if (value == 0)
        return "none";
    if ((value & hw::x86_64::kP) == 0)
        return fmt::format("{:#x} (not present)", value);
    const bool leaf = (value & hw::x86_64::kPs) != 0;
    return fmt::format("{} {:#x}", leaf ? "leaf" : "->", (value & hw::x86_64::kAddress) >> 12);
}

/// The line for a delta; empty: none.
struct Line {
    const Levels& levels;

    std::string operator()(const machine::EntryWritten& d) const {
        if (d.writer == machine::Writer::Mmu)
            return fmt::format("{}: the MMU sets A/D", levels.entry(d.frame, d.index));
        if (d.writer == machine::Writer::User)
            return "the program writes";
        return fmt::format("{} = {}", levels.entry(d.frame, d.index), valueWords(d.after));
    }
    std::string operator()(const machine::EntriesFilled& d) const {
        return fmt::format("{}.. {} {}", levels.entry(d.frame, d.run.first), d.run.count,
                           d.run.value == 0 && d.run.step == 0 ? "cleared" : "filled");
    }
    std::string operator()(const machine::TableDeposited& d) const {
        return fmt::format("deposits table {:#x}", d.table.raw());
    }
    std::string operator()(const machine::TableWithdrawn& d) const {
        return fmt::format("withdraws table {:#x}", d.table.raw());
    }
    std::string operator()(const machine::TableFreed& d) const {
        return fmt::format("frees table {:#x}", d.frame.raw());
    }
    std::string operator()(const machine::LockTaken& d) const {
        return fmt::format("takes {}{}", wordsOf(d.lock),
                           d.holder.mode == machine::LockMode::Read ? " (read)" : "");
    }
    std::string operator()(const machine::LockReleased& d) const {
        return fmt::format("releases {}", wordsOf(d.lock));
    }
    std::string operator()(const machine::TlbChanged& d) const {
        std::size_t dropped = 0;
        for (const hw::TlbSlotChange& slot : d.change.slots)
            dropped += slot.after.isEmpty() ? 1 : 0;
        return dropped == d.change.slots.size() ? fmt::format("TLB drops {}", dropped) : "TLB is filled";
    }
    std::string operator()(const machine::Happening& d) const {
        using machine::HappeningKind;
        switch (d.kind) {
        case HappeningKind::PageFault:
            return fmt::format("page fault at {}", toText(d.at));
        case HappeningKind::SignalSent:
            return fmt::format("{} at {}", d.what, toText(d.at));
        case HappeningKind::InterruptSent:
            return fmt::format("interrupt to CPU{}", d.detail);
        case HappeningKind::InterruptTaken:
            return fmt::format("interrupt from CPU{}", d.detail);
        case HappeningKind::Warn:
        case HappeningKind::Bug:
        case HappeningKind::VmBug:
            return std::string(d.what);
        case HappeningKind::Oops:
            return fmt::format("the kernel dies in {}", d.what);
        default:
            return {};
        }
    }
    template <class Other> std::string operator()(const Other&) const { return {}; }
};

} // namespace

std::string wordsOf(const machine::LockId& lock) {
    return fmt::format("{} {:#x}", kLocks[static_cast<std::size_t>(lock.kind)], lock.object);
}

std::string listing(const machine::Machine& machine, machine::Position from, machine::Position to) {
    const machine::Journal& journal = machine.journal();
    const Levels levels(machine);
    std::map<std::uint32_t, std::optional<machine::CallId>> shown; // per CPU: the function named last
    std::uint32_t columns = 1;
    for (machine::Position at = from; at < to; ++at)
        columns = std::max(columns, journal.call(journal.callOf(at)).cpu.raw() + 1);
    std::string text;
    const auto line = [&](std::uint32_t cpu, std::string words) {
        const std::size_t room = cpu + 1 == columns ? kColumn : kColumn - 1;
        if (words.size() > room)
            words = words.substr(0, room - 1) + "~";
        text += std::string(cpu * kColumn, ' ') + words + "\n";
    };
    std::string head;
    for (std::uint32_t cpu = 0; cpu < columns; ++cpu)
        head += fmt::format("{:<{}}", fmt::format("CPU{}", cpu), cpu + 1 == columns ? 0 : kColumn);
    text = head + "\n";
    for (machine::Position at = from; at < to; ++at) {
        const machine::CallId id = journal.callOf(at);
        const machine::Call& call = journal.call(id);
        std::string words = std::visit(Line{levels}, journal.deltas()[at]);
        if (words.empty())
            continue;
        auto& last = shown[call.cpu.raw()];
        if (last != id)
            line(call.cpu.raw(), fmt::format("{}()", call.function));
        last = id;
        line(call.cpu.raw(), "  " + std::move(words));
    }
    return text;
}

} // namespace pfnscope::schedule
