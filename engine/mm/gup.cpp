// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/gup.h"

#include "mm/fault.h"
#include "mm/page_table.h"
#include "mm/rmap.h"

namespace pfnscope::mm {
namespace {

bool isMapped(const Context& k, MmId mm, VirtAddr at, bool write) {
    Entry entry = pgdOffset(k, mm, at);
    for (;;) {
        const Word value = k.read(entry);
        if (entry.level == Level::Pte || !isTable(value))
            return ptePresent(value) && (entry.level == Level::Pte || isLeaf(value)) &&
                   (!write || isWritable(value));
        entry = offsetBelow(k, entry, at);
    }
}

/// touch_pmd(): get_user_pages() with FOLL_TOUCH sets the bits that the hardware would have set, of a leaf.
void touch_pmd(Context& k, MmId mm, VirtAddr at, bool write) {
    const auto pmd = lookup(k, mm, at, Level::Pmd);
    if (!pmd || !pmdTransHuge(k.read(*pmd)))
        return;
    const Word entry = mkyoung(k.read(*pmd));
    k.write(*pmd, write ? mkdirty(entry, k.config.softDirty) : entry);
}

/// A leaf that no fault makes writable (write notification in a MIXEDMAP VMA) would be asked for without end.
constexpr unsigned kMostFaults = 12;

/// faultin_page(), until the page is there.
Errno faultin_page(Context& k, VmaId vma, VirtAddr at, bool write) {
    const MmId mm = k.vma(vma).mm;
    for (unsigned tries = 0; !isMapped(k, mm, at, write); ++tries) {
        if (tries == kMostFaults)
            return Errno::Fault;
        FaultState fault;
        fault.vma = vma;
        fault.mm = mm;
        fault.address = at;
        fault.write = write;
        const FaultResult result = handle_mm_fault(k, fault);
        if ((result & vmfault::kOom) != 0)
            return Errno::NoMem;
        if ((result & vmfault::kError) != 0)
            return Errno::Fault;
        if ((result & vmfault::kRetry) != 0)
            return Errno::Again;
    }
    touch_pmd(k, mm, at, write);
    return Errno::None;
}

/// local_irq_save() for a scope. While interrupts are off here, no one gets past a TLB flush that has to ask
/// this CPU, so no table that the walk stands on is freed.
class InterruptsOff {
public:
    explicit InterruptsOff(Context& k) : k_(k) { k_.machine.setInterrupts(false); }
    ~InterruptsOff() { k_.machine.setInterrupts(true); }
    InterruptsOff(const InterruptsOff&) = delete;
    InterruptsOff& operator=(const InterruptsOff&) = delete;

private:
    Context& k_;
};

/// gup_fast_pgd_range() to gup_fast_pte_range(): the leaf; empty: the fast way gives up.
std::optional<Entry> gup_fast_pgd_range(Context& k, MmId mm, VirtAddr at, bool write, Word& value) {
    Entry entry = pgdOffset(k, mm, at);
    for (;;) {
        value = k.readLockless(entry);
        if (entry.level == Level::Pte || !isTable(value))
            break;
        const Level below = k.geometry().below(entry.level);
        entry = {entryPfn(k.geometry(), Level::Pte, value), k.geometry().index(at, below), below};
    }
    const bool permitted =
        (value & bits::kP) != 0 && (value & bits::kUs) != 0 && (!write || isWritable(value));
    if (!permitted || isSpecial(value) || (entry.level != Level::Pte && !isLeaf(value)))
        return std::nullopt;
    return entry;
}

/// try_grab_folio_fast(), and the look whether the entry is still what it was.
std::optional<machine::FolioId> grab(Context& k, const Entry& leaf, Word value) {
    const auto folio = normalFolio(k, leaf.level, value);
    if (!folio)
        return std::nullopt;
    folio_get_refs(k, *folio, 1);
    if (k.readLockless(leaf) == value)
        return folio;
    folio_put_refs(k, *folio, 1);
    return std::nullopt;
}

} // namespace

void gup_fast(Context& k, const GupFast& op) {
    const auto scope = k.enter("gup_fast", {{"start", op.at}});
    const bool write = op.access != hw::AccessType::Read;
    Word value = 0;
    std::optional<Entry> leaf;
    std::optional<machine::FolioId> folio;
    {
        const InterruptsOff off(k);
        leaf = gup_fast_pgd_range(k, k.currentMm(), op.at, write, value);
        if (leaf)
            folio = grab(k, *leaf, value);
    }
    if (!folio) {
        k.outcome.error = Errno::Again;
        return;
    }
    const Bytes span = k.geometry().entrySpan(leaf->level);
    k.outcome.value = (entryPfn(k.geometry(), leaf->level, value) + op.at.offsetIn(span).pages()).raw();
    folio_put_refs(k, *folio, 1);
}

Errno faultin_page_range(Context& k, VmaId vma, VirtRange range, GupAccess access) {
    const auto scope = k.enter("faultin_page_range", {{"start", range.start}, {"end", range.end}});
    const bool write = access == GupAccess::Write;
    const std::uint64_t flags = k.vma(vma).flags;
    if ((flags & (vm::kIo | vm::kPfnMap)) != 0 || (flags & (write ? vm::kWrite : vm::kRead)) == 0)
        return Errno::Inval;
    for (VirtAddr at = range.start; at < range.end; at += kPageSize)
        if (const Errno error = faultin_page(k, vma, at, write); error != Errno::None)
            return error;
    return Errno::None;
}

} // namespace pfnscope::mm
