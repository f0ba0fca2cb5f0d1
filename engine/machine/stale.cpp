// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/x86_64.h"
#include "machine/mmu.h"

#include <algorithm>

namespace pfnscope::machine {
namespace {

/// Reads the tables as they stand, for any address and whatever its rights.
class TablesNow {
public:
    TablesNow(const State& state, const Cpu& cpu) : state_(state), cpu_(cpu), registers_(cpu.registers) {
        using R = hw::Registers;
        registers_.cr4 &= ~(R::kCr4Smap | R::kCr4Pke | R::kCr4Pks);
    }
    /// As walked for a supervisor's read, which no right forbids now.
    hw::WalkRecord at(VirtAddr address) const {
        const hw::Access access{address, hw::AccessType::Read, hw::Privilege::Supervisor, Bytes(1)};
        return hw::walk(state_.memory, registers_, cpu_.features, state_.geometry(), access);
    }
    const hw::Geometry& geometry() const { return state_.geometry(); }

private:
    const State& state_;
    const Cpu& cpu_;
    hw::Registers registers_;
};

bool allowsMore(const hw::Rights& cached, const hw::Rights& now) {
    return (cached.writable && !now.writable) || (cached.user && !now.user) ||
           (!cached.executeDisable && now.executeDisable);
}

std::optional<StaleKind> compare(const hw::TlbEntry& entry, PhysAddr cached, const hw::WalkRecord& now) {
    if (!now.ok())
        return StaleKind::NotMapped;
    if (cached != now.translation.at)
        return StaleKind::OtherFrame;
    if (allowsMore(entry.rights, now.translation.rights))
        return StaleKind::MoreRights;
    if (entry.memoryType != now.translation.memoryType)
        return StaleKind::OtherMemoryType;
    if (entry.key != now.translation.key)
        return StaleKind::OtherKey;
    if (entry.dirty && !now.translation.dirty)
        return StaleKind::DirtyUnseen;
    return std::nullopt;
}

/// Page by page of what memory maps now, which may be smaller than the cached page.
std::optional<StaleTranslation> judgeTranslation(hw::TlbArray array, const hw::TlbEntry& entry, Bytes span,
                                                 const TablesNow& tables) {
    Bytes done;
    while (done < span) {
        const VirtAddr at = entry.page + done;
        const hw::WalkRecord now = tables.at(at);
        if (const auto kind = compare(entry, entry.to + done, now))
            return StaleTranslation{array, entry, at, *kind};
        done += std::min(span, now.translation.pageSize);
    }
    return std::nullopt;
}

std::optional<StaleTranslation> judgeStructure(hw::TlbArray array, const hw::TlbEntry& entry,
                                               const TablesNow& tables) {
    const hw::WalkRecord now = tables.at(entry.page);
    for (const hw::WalkLevel& level : now.levels()) {
        const unsigned depth = tables.geometry().depth(level.level);
        if (depth != entry.depth)
            continue;
        const bool same = hw::x86_64::kindOf(level.entry, depth) == hw::x86_64::EntryKind::Table &&
                          (level.entry & level.reserved) == 0 &&
                          hw::x86_64::addressIn(level.entry, depth, tables.geometry()) == entry.to;
        if (!same)
            break;
        if (!allowsMore(entry.rights, level.rights))
            return std::nullopt;
        return StaleTranslation{array, entry, entry.page, StaleKind::MoreRights};
    }
    return StaleTranslation{array, entry, entry.page, StaleKind::OtherTable};
}

} // namespace

std::vector<StaleTranslation> staleTranslations(const State& state, CpuId id) {
    const Cpu& cpu = state.cpus[id.raw()];
    const TablesNow tables(state, cpu);
    std::vector<StaleTranslation> found;
    cpu.tlb.forEachEntry([&](hw::TlbArray array, std::uint16_t, const hw::TlbEntry& entry) {
        if (!entry.global && entry.pcid != cpu.registers.pcid())
            return;
        const bool translation = array == hw::TlbArray::L1 || array == hw::TlbArray::SecondLevel;
        const auto stale = translation ? judgeTranslation(array, entry, cpu.tlb.span(entry), tables)
                                       : judgeStructure(array, entry, tables);
        if (stale)
            found.push_back(*stale);
    });
    return found;
}

} // namespace pfnscope::machine
