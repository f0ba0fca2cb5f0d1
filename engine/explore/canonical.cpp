// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/canonical.h"

#include "hw/x86_64.h"

#include <algorithm>
#include <map>
#include <set>

namespace pfnscope::explore {
namespace {

using namespace hw::x86_64;

constexpr Word kProtNone = 1U << 8; // _PAGE_PROTNONE: G while P = 0; the frame's bits are then inverted

class Writer {
public:
    Writer(const machine::State& state, std::vector<std::byte>& out) : state_(state), out_(out) {}

    void all(const check::Expectation& expectation) {
        for (const auto& [pid, process] : state_.processes)
            processAt(pid, process);
        number(state_.globals.failAllocationIn);
        number(state_.globals.hugeZeroFolio.has_value());
        number(state_.tables.size() - tables_.size()); // tables that no walk reaches
        pageCache();
        number(state_.folios.size() - folios_.size());
        for (const machine::Cpu& cpu : state_.cpus)
            tlb(cpu);
        expectation.forEachPiece(
            [&](machine::MmId mm, const VirtRange& range, const check::ExpectedPage& page) {
                number(renamed(mms_, mm));
                number(range.start.raw());
                number(range.size().raw());
                number(page.frame.raw());
                number(static_cast<std::uint64_t>(page.cache));
            });
    }

private:
    void number(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7)
            out_.push_back(static_cast<std::byte>(value | 0x80));
        out_.push_back(static_cast<std::byte>(value));
    }
    void signedNumber(std::int64_t value) {
        number((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
    }
    template <class Key> std::uint64_t renamed(std::map<Key, std::uint64_t>& names, Key key) {
        return names.emplace(key, names.size()).first->second;
    }
    template <class Key> void optional(std::map<Key, std::uint64_t>& names, const std::optional<Key>& key) {
        number(key ? renamed(names, *key) + 1 : 0);
    }

    void processAt(machine::Pid pid, const machine::Process& process) {
        number(pid.raw());
        number(static_cast<std::uint64_t>(process.state));
        number(process.mm ? 1 : 0);
        if (!process.mm || !state_.mms.contains(*process.mm))
            return;
        const bool seen = mms_.contains(*process.mm);
        number(renamed(mms_, *process.mm));
        if (!seen)
            mm(*process.mm, state_.mms.at(*process.mm));
    }

    void mm(machine::MmId id, const machine::Mm& record) {
        for (const std::int64_t counter : record.counters)
            signedNumber(counter);
        number(record.users);
        const auto vmas = state_.vmasOf(id);
        number(vmas.size());
        for (const machine::VmaId vmaId : vmas)
            vma(state_.vmas.at(vmaId));
        deposits([&](const machine::DepositOwner& owner) { return !owner.pmdTable && owner.mm == id; });
        tableAt(record.pgd, state_.geometry().top());
    }

    void vma(const machine::Vma& record) {
        number(record.range.start.raw());
        number(record.range.size().raw());
        number(record.flags);
        number(record.pageProt);
        number(record.pgoff);
        number(record.marked);
        optional(mappings_, record.file);
        optional(anonVmas_, record.anonVma);
        number(record.ops.has_value());
        if (record.ops)
            ops(state_.vmOps.at(*record.ops));
    }

    /// By content: which of two equal vm_operations_structs it is makes no difference.
    void ops(const machine::VmOps& record) {
        number(record.basePfn.raw());
        number(static_cast<std::uint64_t>(record.fault));
        number((record.hugeFault.pmd ? 1U : 0U) | (record.hugeFault.pud ? 2U : 0U) |
               (record.hugeFault.present ? 4U : 0U) | (record.pteOrderAllowed ? 8U : 0U) |
               (record.pageMkwrite ? 16U : 0U) | (record.access ? 32U : 0U));
    }

    void tableAt(Pfn frame, hw::Level level) {
        tables_.insert(frame);
        deposits([&](const machine::DepositOwner& owner) { return owner.pmdTable == frame; });
        const auto words = state_.memory.frame(frame);
        for (unsigned index = 0; index < state_.geometry().entriesPerTable(); ++index) {
            if (words[index] == 0)
                continue;
            number(index + 1);
            entry(words[index], level);
        }
        number(0);
    }

    /// Only how many: deposited tables are empty, and so interchangeable.
    template <class IsOwner> void deposits(IsOwner&& isOwner) {
        std::size_t count = 0;
        for (const auto& [owner, ring] : state_.deposits) {
            if (!isOwner(owner))
                continue;
            count += ring.size();
            tables_.insert(ring.begin(), ring.end());
        }
        number(count);
    }

    void entry(Word value, hw::Level level) {
        const EntryKind kind = kindOf(value, state_.geometry().depth(level));
        if (kind == EntryKind::Table) {
            number(value & ~kAddress);
            tableAt(PhysAddr(value & kAddress).frame(), state_.geometry().below(level));
            return;
        }
        const bool inverted = kind == EntryKind::NotPresent && (value & kProtNone) != 0;
        if (kind == EntryKind::NotPresent && !inverted) {
            number(value);
            return;
        }
        const Word address = (inverted ? ~value : value) & kAddress;
        number(value & ~kAddress);
        page(PhysAddr(address).frame());
    }

    void page(Pfn frame) {
        if (!state_.config.frames.isRam(frame)) {
            number(frame.raw());
            return;
        }
        const auto owner = folioOf(frame);
        if (!owner) {
            number(0); // RAM that no folio owns: the frame's number means nothing
            return;
        }
        number(1);
        number((frame - state_.folios.at(*owner).head));
        folio(*owner);
    }

    std::optional<machine::FolioId> folioOf(Pfn frame) const {
        for (const auto& [id, folio] : state_.folios)
            if (folio.head <= frame && frame < folio.head + (1ULL << folio.order))
                return id;
        return std::nullopt;
    }

    void folio(machine::FolioId id) {
        const bool seen = folios_.contains(id);
        number(renamed(folios_, id));
        if (seen)
            return;
        const machine::Folio& record = state_.folios.at(id);
        number(static_cast<std::uint64_t>(record.kind));
        number(record.order);
        signedNumber(record.refcount);
        signedNumber(record.entireMapcount);
        for (const std::int32_t count : record.pageMapcount)
            signedNumber(count);
        for (const bool exclusive : record.anonExclusive)
            number(exclusive);
        number((record.dirty ? 1U : 0U) | (record.referenced ? 2U : 0U) | (record.swapBacked ? 4U : 0U) |
               (record.onLru ? 8U : 0U));
        optional(mappings_, record.mapping);
        number(record.index);
    }

    void pageCache() {
        for (const auto& [id, mapping] : state_.mappings) {
            if (!mappings_.contains(id) && mapping.folios.empty())
                continue;
            number(renamed(mappings_, id));
            number(static_cast<std::uint64_t>(mapping.kind));
            for (const auto& [index, folioId] : mapping.folios) {
                number(index + 1);
                folio(folioId);
            }
            number(0);
        }
    }

    /// What the CPU may still believe, as a set.
    void tlb(const machine::Cpu& cpu) {
        const auto loaded = std::find_if(state_.mms.begin(), state_.mms.end(), [&](const auto& mm) {
            return mm.second.pgd == PhysAddr(cpu.registers.cr3 & kAddress).frame();
        });
        number(loaded == state_.mms.end() ? 0 : renamed(mms_, loaded->first) + 1);
        std::vector<std::vector<std::uint64_t>> entries;
        cpu.tlb.forEachEntry([&](hw::TlbArray array, std::uint16_t, const hw::TlbEntry& e) {
            const bool translation = array == hw::TlbArray::L1 || array == hw::TlbArray::SecondLevel;
            const Pfn to = e.to.frame();
            const bool ram = state_.config.frames.isRam(to);
            entries.push_back({static_cast<std::uint64_t>(array), e.page.raw(), e.depth, ram ? 0 : to.raw(),
                               translation && ram ? ramPage(to) : 0, static_cast<std::uint64_t>(e.dirty),
                               e.patIndex, static_cast<std::uint64_t>(e.global), rightsOf(e)});
        });
        std::sort(entries.begin(), entries.end());
        number(entries.size());
        for (const auto& entry : entries)
            for (const std::uint64_t field : entry)
                number(field);
    }

    std::uint64_t ramPage(Pfn frame) {
        const auto owner = folioOf(frame);
        return owner ? (renamed(folios_, *owner) << 20) + (frame - state_.folios.at(*owner).head) + 1 : 0;
    }

    static std::uint64_t rightsOf(const hw::TlbEntry& entry) {
        return (entry.rights.writable ? 1U : 0U) | (entry.rights.user ? 2U : 0U) |
               (entry.rights.executeDisable ? 4U : 0U);
    }

    const machine::State& state_;
    std::vector<std::byte>& out_;
    std::map<machine::MmId, std::uint64_t> mms_;
    std::map<machine::MappingId, std::uint64_t> mappings_;
    std::map<std::uint32_t, std::uint64_t> anonVmas_;
    std::map<machine::FolioId, std::uint64_t> folios_;
    std::set<Pfn> tables_;
};

} // namespace

void canonicalForm(const machine::State& state, const check::Expectation& expectation,
                   std::vector<std::byte>& out) {
    Writer(state, out).all(expectation);
}

} // namespace pfnscope::explore
