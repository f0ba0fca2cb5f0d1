// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/migrate.h"

#include "mm/huge_memory.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"
#include "mm/vma.h"

namespace pfnscope::mm {
namespace {

bool set_pmd_migration_entry(Context& k, VmaId id, const Entry& pmd, VirtAddr at) {
    const auto scope = k.enter("set_pmd_migration_entry", {{"address", at}});
    const LockScope lock(k, pmdLock(k, k.vma(id).mm, pmd));
    const Word value = k.read(pmd);
    const auto folio = pmdTransHuge(value) ? normalFolio(k, Level::Pmd, value) : std::nullopt;
    if (!folio || k.folio(*folio).kind == FolioKind::HugeZero)
        return false;
    const Word before = pmdp_invalidate(k, k.vma(id), at, pmd);
    SwapType type = SwapType::MigrationRead;
    if (isWritable(before))
        type = SwapType::MigrationWrite;
    else if (isAnonExclusive(k.folio(*folio), 0))
        type = SwapType::MigrationReadExclusive;
    k.write(pmd, makeSwapEntry(type, entryPfn(k.geometry(), Level::Pmd, before)));
    // The map's reference goes to the migration entry, so only the map count changes.
    folio_remove_rmap(k, *folio, {RmapLevel::Pmd, 0, static_cast<unsigned>(k.hpagePmdNr())});
    return true;
}

bool remove_migration_pmd(Context& k, VmaId id, const Entry& pmd, VirtAddr at) {
    const auto scope = k.enter("remove_migration_pmd", {{"address", at}});
    const Vma& vma = k.vma(id);
    const LockScope lock(k, pmdLock(k, vma.mm, pmd));
    const Word value = k.read(pmd);
    if (!isSwapPmd(value))
        return false;
    Word entry = makeEntry(k.geometry(), Level::Pmd, swapPfn(value), vma.pageProt) | bits::kPse;
    if (swapType(value) == SwapType::MigrationWrite)
        entry = maybeMkwrite(vma, entry);
    if (const auto folio = k.state().folioOf(swapPfn(value)))
        folio_add_rmap(k, *folio, {RmapLevel::Pmd, 0, static_cast<unsigned>(k.hpagePmdNr())});
    k.write(pmd, entry);
    return true;
}

/// move_pages_huge_pmd(): always takes a deposit along, whatever the entry.
Errno move_pages_huge_pmd(Context& k, VmaId from, VmaId to, VirtAddr src, VirtAddr dst) {
    const auto scope = k.enter("move_pages_huge_pmd", {{"dst_addr", dst}, {"src_addr", src}});
    const MmId mm = k.vma(from).mm;
    const auto srcPmd = lookup(k, mm, src, Level::Pmd);
    const auto dstPmd = allocDown(k, mm, dst, Level::Pmd);
    if (!dstPmd)
        return Errno::NoMem;
    if (!srcPmd || !pmdTransHuge(k.read(*srcPmd)))
        return Errno::Inval;
    if (!isNone(k.read(*dstPmd)))
        return Errno::Exist;
    const Word value = k.read(*srcPmd);
    const bool zero = isHugeZeroPmd(k, value);
    const auto folio = zero ? std::nullopt : normalFolio(k, Level::Pmd, value);
    if (!zero && (!folio || !isAnonExclusive(k.folio(*folio), 0)))
        return Errno::Busy;
    const LockId srcLock = pmdLock(k, mm, *srcPmd);
    const LockId dstLock = pmdLock(k, mm, *dstPmd);
    const LockScope first(k, srcLock);
    std::optional<LockScope> second;
    if (dstLock != srcLock)
        second.emplace(k, dstLock);
    pmdp_huge_clear_flush(k, k.vma(from), src, *srcPmd);
    const Word prot = k.vma(to).pageProt;
    const Word entry = makeEntry(k.geometry(), Level::Pmd, entryPfn(k.geometry(), Level::Pmd, value), prot) |
                       bits::kPse | (zero ? value & bits::kSpecial : 0);
    k.write(*dstPmd, zero ? entry : maybeMkwrite(k.vma(to), mkdirty(entry, k.config.softDirty)));
    const Pfn table = pgtable_trans_huge_withdraw(k, mm, *srcPmd, src);
    pgtable_trans_huge_deposit(k, mm, *dstPmd, dst, table);
    return Errno::None;
}

} // namespace

void migrate(Context& k, const Migrate& op) {
    const auto id = vmaAt(k, k.currentMm(), op.at);
    const VirtAddr at = op.at.alignedDown(k.pmdSize());
    const auto pmd = id ? lookup(k, k.currentMm(), at, Level::Pmd) : std::nullopt;
    const bool done = pmd && (op.phase == Migration::Start ? set_pmd_migration_entry(k, *id, *pmd, at)
                                                           : remove_migration_pmd(k, *id, *pmd, at));
    if (!done)
        k.outcome.error = Errno::Inval;
}

void userfaultMove(Context& k, const UserfaultMove& op) {
    const auto scope = k.enter("userfaultfd_move");
    const Bytes span = k.pmdSize();
    if (!op.from.isAligned(span) || !op.to.isAligned(span) || !op.size.isMultipleOf(span)) {
        k.outcome.error = Errno::Inval;
        return;
    }
    const LockScope lock(k, mmapLock(k.currentMm()), LockMode::Read);
    for (Bytes offset; offset < op.size; offset += span) {
        const auto from = vmaAt(k, k.currentMm(), op.from + offset);
        const auto to = vmaAt(k, k.currentMm(), op.to + offset);
        if (!from || !to || !vmaIsAnonymous(k.vma(*from)) || !vmaIsAnonymous(k.vma(*to))) {
            k.outcome.error = Errno::Inval;
            return;
        }
        anon_vma_prepare(k, *to);
        k.outcome.error = move_pages_huge_pmd(k, *from, *to, op.from + offset, op.to + offset);
        if (k.outcome.error != Errno::None)
            return;
    }
}

} // namespace pfnscope::mm
