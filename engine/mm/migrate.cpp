// SPDX-License-Identifier: GPL-3.0-or-later
#include "mm/migrate.h"

#include "mm/fault.h"
#include "mm/mmu_gather.h"
#include "mm/pgtable_generic.h"
#include "mm/rmap.h"
#include "mm/vma.h"

namespace pfnscope::mm {
namespace {

RmapPages wholeFolio(const Context& k) {
    return {RmapLevel::Pmd, 0, static_cast<unsigned>(k.hpagePmdNr())};
}

Errno set_pmd_migration_entry(Context& k, VmaId id, const Entry& pmd, VirtAddr at) {
    const auto scope = k.enter("set_pmd_migration_entry", {{"address", at}});
    const Vma& vma = k.vma(id);
    const NotifierRange notifier(k, vma.mm, {at, at + k.pmdSize()});
    const LockScope lock(k, pmdLock(k, vma.mm, pmd));
    const Word before = k.read(pmd);
    const auto folio =
        pmdTransHuge(before) && !isHugeZeroPmd(k, before) ? normalFolio(k, Level::Pmd, before) : std::nullopt;
    if (!folio)
        return Errno::Inval;
    pmdp_invalidate(k, vma, at, pmd);
    const bool exclusive = k.folio(*folio).kind == FolioKind::Anon && isAnonExclusive(k.folio(*folio), 0);
    const SwapType type = isWritable(before) ? SwapType::MigrationWrite
                          : exclusive        ? SwapType::MigrationReadExclusive
                                             : SwapType::MigrationRead;
    Word entry = makeSwapEntry(type, k.folio(*folio).head);
    if ((before & bits::kA) != 0)
        entry = mkMigrationYoung(entry);
    if (isDirty(before))
        entry = mkMigrationDirty(entry);
    k.write(pmd, entry);
    folio_remove_rmap(k, *folio, wholeFolio(k));
    return Errno::None;
}

/// migrate_folio(): content, state and place in the page cache move; every reference but the map's follows.
std::optional<FolioId> moveFolio(Context& k, FolioId from) {
    const auto scope = k.enter("migrate_folio");
    const auto to = allocFolio(k, k.folio(from).kind, k.folio(from).order);
    if (!to)
        return std::nullopt;
    const machine::Folio old = k.folio(from);
    for (std::uint64_t i = 0; i < (std::uint64_t{1} << old.order); ++i)
        copyPage(k, k.folio(*to).head + i, old.head + i);
    machine::Folio moved = old;
    moved.head = k.folio(*to).head;
    k.machine.put(*to, moved);
    if (old.mapping) {
        machine::Mapping cache = k.state().mappings.at(*old.mapping);
        cache.folios[old.index] = *to;
        k.machine.put(*old.mapping, std::move(cache));
    }
    folio_put_refs(k, from, old.refcount);
    return to;
}

Errno remove_migration_pmd(Context& k, VmaId id, const Entry& pmd, VirtAddr at) {
    const auto scope = k.enter("remove_migration_pmd", {{"address", at}});
    const Word entry = k.read(pmd);
    const auto old = isSwapPmd(entry) ? k.state().folioOf(swapPfn(entry)) : std::nullopt;
    if (!old)
        return Errno::Inval;
    const auto folio = moveFolio(k, *old);
    if (!folio)
        return Errno::NoMem;
    const Vma& vma = k.vma(id);
    const LockScope lock(k, pmdLock(k, vma.mm, pmd));
    Word leaf = makeEntry(k.geometry(), Level::Pmd, k.folio(*folio).head, vma.pageProt) | bits::kPse;
    if (swapType(entry) == SwapType::MigrationWrite)
        leaf = mkwrite(leaf);
    if (!isMigrationYoung(entry))
        leaf = mkold(leaf);
    if (isMigrationDirty(entry))
        leaf = mkdirty(leaf, k.config.softDirty);
    folio_add_rmap(k, *folio, wholeFolio(k));
    if (k.folio(*folio).kind == FolioKind::Anon)
        setAnonExclusive(k, *folio, wholeFolio(k), swapType(entry) != SwapType::MigrationRead);
    k.write(pmd, leaf);
    return Errno::None;
}

} // namespace

Errno migrateHugePage(Context& k, const Migrate& call) {
    const auto scope = k.enter("migrate_pages", {{"address", call.at}});
    const MmId mm = k.currentMm();
    const LockScope lock(k, mmapLock(mm), LockMode::Read);
    const VirtAddr at = call.at.alignedDown(k.pmdSize());
    const auto vma = vmaAt(k, mm, at);
    const auto pmd = lookup(k, mm, at, Level::Pmd);
    if (!vma || !pmd)
        return Errno::Inval;
    return call.phase == Migration::Start ? set_pmd_migration_entry(k, *vma, *pmd, at)
                                          : remove_migration_pmd(k, *vma, *pmd, at);
}

} // namespace pfnscope::mm
