// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/canonical.h"

#include "hw/x86_64.h"
#include "mm/vma.h"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <array>

namespace pfnscope::explore {
namespace {

using namespace hw::x86_64;

constexpr Word kProtNone = 1U << 8; // _PAGE_PROTNONE: G while P = 0; the frame's bits are then inverted

/// Keys in the order of first appearance. Few at a time: looking through them is the fastest way to find one.
template <class Key> class Names {
public:
    std::uint64_t of(Key key) {
        const auto found = std::find(keys_.begin(), keys_.end(), key);
        if (found == keys_.end())
            keys_.push_back(key);
        return static_cast<std::uint64_t>(found - keys_.begin());
    }
    bool contains(Key key) const { return std::find(keys_.begin(), keys_.end(), key) != keys_.end(); }
    std::size_t size() const { return keys_.size(); }

private:
    boost::container::small_vector<Key, 16> keys_;
};

class Writer {
public:
    Writer(const machine::State& state, const Renaming& renaming, std::vector<std::byte>& out)
        : state_(state), renaming_(renaming), out_(out), used_(out.size()) {}

    void all(const check::Expectation& expectation) {
        processes();
        globals();
        number(state_.tables.size() - tables_.size()); // tables that no walk reaches
        pageCache();
        number(state_.folios.size() - folios_.size());
        for (const machine::Cpu& cpu : state_.cpus)
            tlb(cpu);
        expected(expectation);
        out_.resize(used_);
    }

private:
    /// Seven bits a byte, the lowest first.
    void number(std::uint64_t value) {
        constexpr std::size_t kLongest = 10;
        if (used_ + kLongest > out_.size())
            out_.resize(std::max(out_.capacity(), 2 * out_.size() + kLongest));
        for (; value >= 0x80; value >>= 7)
            out_[used_++] = static_cast<std::byte>(value | 0x80);
        out_[used_++] = static_cast<std::byte>(value);
    }
    void signedNumber(std::int64_t value) {
        number((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
    }
    template <class Key> void optional(Names<Key>& names, const std::optional<Key>& key) {
        number(key ? names.of(*key) + 1 : 0);
    }

    void processes() {
        if (renaming_.swapsProcesses())
            for (auto at = state_.processes.rbegin(); at != state_.processes.rend(); ++at)
                process(at->second);
        else
            for (const auto& [pid, record] : state_.processes)
                process(record);
        number(0);
    }

    void process(const machine::Process& process) {
        number(1 + static_cast<std::uint64_t>(process.state));
        number(process.mm ? 1 : 0);
        if (!process.mm || !state_.mms.contains(*process.mm))
            return;
        const bool seen = mms_.contains(*process.mm);
        number(mms_.of(*process.mm));
        if (!seen)
            mm(*process.mm, state_.mms.at(*process.mm));
    }

    void globals() {
        const machine::KernelGlobals& globals = state_.globals;
        number(globals.failAllocationIn);
        number(globals.hugeZeroFolio.has_value());
        number(globals.hugeZeroUsers);
        boost::container::small_vector<std::array<std::uint64_t, 3>, 16> memtypes;
        for (const machine::Memtype& type : globals.memtypes)
            memtypes.push_back({renaming_.deviceFrame(type.start.frame()).raw(),
                                (type.end - type.start).raw(), type.cacheBits});
        std::sort(memtypes.begin(), memtypes.end());
        number(memtypes.size());
        for (const auto& memtype : memtypes)
            for (const std::uint64_t field : memtype)
                number(field);
    }

    void mm(machine::MmId id, const machine::Mm& record) {
        for (const std::int64_t counter : record.counters)
            signedNumber(counter);
        number(record.users);
        number(record.hugeZero);
        vmas(id);
        deposits([&](const machine::DepositOwner& owner) { return !owner.pmdTable && owner.mm == id; });
        tableAt(record.pgd, state_.geometry().top(), VirtAddr(0));
    }

    void vmas(machine::MmId id) {
        boost::container::small_vector<std::pair<VirtAddr, const machine::Vma*>, 16> inOrder;
        for (auto at = state_.vmaByStart.lower_bound({id, VirtAddr(0)});
             at != state_.vmaByStart.end() && at->first.first == id; ++at)
            inOrder.emplace_back(renaming_.at(at->first.second), &state_.vmas.at(at->second));
        std::sort(inOrder.begin(), inOrder.end());
        number(inOrder.size());
        for (const auto& [start, record] : inOrder)
            vma(start, *record);
    }

    void vma(VirtAddr start, const machine::Vma& record) {
        number(start.raw());
        number(record.range.size().raw());
        number(record.flags);
        number(record.pageProt);
        number(record.file ? renaming_.fileOffset(record.pgoff) : record.pgoff);
        number(record.marked);
        optional(mappings_, record.file);
        optional(anonVmas_, record.anonVma);
        number(record.anonVma.value_or(0) & mm::kForkedAnonVma);
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

    void tableAt(Pfn frame, hw::Level level, VirtAddr base) {
        tables_.of(frame);
        deposits([&](const machine::DepositOwner& owner) { return owner.pmdTable == frame; });
        const auto words = state_.memory.frame(frame);
        const Bytes span = state_.geometry().entrySpan(level);
        for (unsigned index = 0; index < state_.geometry().entriesPerTable(); ++index) {
            const VirtAddr at = base + span * index;
            const VirtAddr source = level == hw::Level::Pmd ? renaming_.at(at) : at;
            const Word value = words[(source - base) / span];
            if (value == 0)
                continue;
            number(index + 1);
            entry(value, level, source);
        }
        number(0);
    }

    /// Only how many: deposited tables are empty, and so interchangeable. Where each has a slot of its own,
    /// which.
    template <class IsOwner> void deposits(IsOwner&& isOwner) {
        std::size_t count = 0;
        for (const auto& [owner, ring] : state_.deposits) {
            if (!isOwner(owner))
                continue;
            count += ring.size();
            if (owner.slot)
                number(*owner.slot + 1U);
            for (const Pfn table : ring)
                tables_.of(table);
        }
        number(count);
    }

    void entry(Word value, hw::Level level, VirtAddr base) {
        const EntryKind kind = kindOf(value, state_.geometry().depth(level));
        if (kind == EntryKind::Table) {
            number(value & ~kAddress);
            tableAt(PhysAddr(value & kAddress).frame(), state_.geometry().below(level), base);
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
            number(renaming_.deviceFrame(frame).raw());
            return;
        }
        const auto owner = state_.folioOf(frame);
        if (!owner) {
            number(0); // RAM that no folio owns: the frame's number means nothing
            return;
        }
        number(1);
        number((frame - state_.folios.at(*owner).head));
        folio(*owner);
    }

    void folio(machine::FolioId id) {
        const bool seen = folios_.contains(id);
        number(folios_.of(id));
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
            if (!mappings_.contains(id) && mapping.folios.empty() && mapping.extents.empty())
                continue;
            number(mappings_.of(id));
            number(static_cast<std::uint64_t>(mapping.kind));
            for (const auto& [index, folioId] : mapping.folios) {
                number(index + 1);
                folio(folioId);
            }
            number(0);
            number(mapping.extents.size());
            for (const std::uint64_t extent : mapping.extents)
                number(extent);
        }
    }

    struct Cached {
        std::uint64_t array, page, depth, frame, ramPage, dirty, pat, global, rights;
        auto operator<=>(const Cached&) const = default;
    };

    /// What the CPU may still believe, as a set.
    void tlb(const machine::Cpu& cpu) {
        const Pfn root = PhysAddr(cpu.registers.cr3 & kAddress).frame();
        const auto loaded = std::find_if(state_.mms.begin(), state_.mms.end(),
                                         [&](const auto& mm) { return mm.second.pgd == root; });
        number(loaded == state_.mms.end() ? 0 : mms_.of(loaded->first) + 1);
        boost::container::small_vector<Cached, 32> entries;
        cpu.tlb.forEachEntry([&](hw::TlbArray array, std::uint16_t, const hw::TlbEntry& e) {
            entries.push_back(cached(array, e));
        });
        std::sort(entries.begin(), entries.end());
        number(entries.size());
        for (const Cached& e : entries)
            for (const std::uint64_t field :
                 {e.array, e.page, e.depth, e.frame, e.ramPage, e.dirty, e.pat, e.global, e.rights})
                number(field);
    }

    Cached cached(hw::TlbArray array, const hw::TlbEntry& e) {
        const bool translation = array == hw::TlbArray::L1 || array == hw::TlbArray::SecondLevel;
        const Pfn to = e.to.frame();
        const bool ram = state_.config.frames.isRam(to);
        constexpr unsigned kPde = 2; // what is cached from further up spans both slots
        return {static_cast<std::uint64_t>(array),
                (e.depth <= kPde ? renaming_.at(e.page) : e.page).raw(),
                e.depth,
                ram ? 0 : renaming_.deviceFrame(to).raw(),
                translation && ram ? ramPage(to) : 0,
                e.dirty ? 1U : 0U,
                e.patIndex,
                e.global ? 1U : 0U,
                (e.rights.writable ? 1U : 0U) | (e.rights.user ? 2U : 0U) |
                    (e.rights.executeDisable ? 4U : 0U)};
    }

    std::uint64_t ramPage(Pfn frame) {
        const auto owner = state_.folioOf(frame);
        return owner ? (folios_.of(*owner) << 20) + (frame - state_.folios.at(*owner).head) + 1 : 0;
    }

    /// What lies over both slots is told in two pieces, so that a mirror image is told alike.
    void expected(const check::Expectation& expectation) {
        struct Piece {
            std::uint64_t mm;
            VirtAddr start;
            Bytes size;
            Pfn frame;
            mm::CacheMode cache;
        };
        boost::container::small_vector<Piece, 16> pieces;
        expectation.forEachPiece([&](machine::MmId mm, const VirtRange& range,
                                     const check::ExpectedPage& page) {
            const std::uint64_t name = mms_.of(mm);
            const VirtAddr cut = std::clamp(renaming_.boundary(), range.start, range.end);
            for (const VirtRange& part : {VirtRange{range.start, cut}, VirtRange{cut, range.end}})
                if (part.start != part.end)
                    pieces.push_back({name, renaming_.at(part.start), part.size(),
                                      renaming_.deviceFrame(page.frame + (part.start - range.start).pages()),
                                      page.cache});
        });
        std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
            return std::pair(a.mm, a.start) < std::pair(b.mm, b.start);
        });
        for (const Piece& piece : pieces) {
            number(piece.mm);
            number(piece.start.raw());
            number(piece.size.raw());
            number(piece.frame.raw());
            number(static_cast<std::uint64_t>(piece.cache));
        }
    }

    const machine::State& state_;
    const Renaming& renaming_;
    std::vector<std::byte>& out_;
    std::size_t used_; ///< of out_, which is kept longer while numbers come
    Names<machine::MmId> mms_;
    Names<machine::MappingId> mappings_;
    Names<std::uint32_t> anonVmas_;
    Names<machine::FolioId> folios_;
    Names<Pfn> tables_;
};

} // namespace

Canonical::Canonical(std::span<const Symmetry> symmetries, const Layout& layout) {
    for (const Symmetry symmetry : symmetries)
        renamings_.emplace_back(symmetry, layout);
}

void Canonical::form(const machine::State& state, const check::Expectation& expectation,
                     std::vector<std::byte>& out) {
    const std::size_t begin = out.size();
    Writer(state, renamings_.front(), out).all(expectation);
    for (auto renaming = renamings_.begin() + 1; renaming != renamings_.end(); ++renaming) {
        if (!renaming->appliesTo(state))
            continue;
        image_.clear();
        Writer(state, *renaming, image_).all(expectation);
        const auto own = out.begin() + static_cast<std::ptrdiff_t>(begin);
        if (std::lexicographical_compare(image_.begin(), image_.end(), own, out.end())) {
            out.erase(own, out.end());
            out.insert(out.end(), image_.begin(), image_.end());
        }
    }
}

} // namespace pfnscope::explore
