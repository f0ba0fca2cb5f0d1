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

/// rmap_walk(): each(VmaId, Entry pmd, VirtAddr at) for every PMD entry of every process, `at` being where
/// the entry's part of the VMA begins.
template <class Each> void rmapWalk(const Context& k, Each&& each) {
    for (const auto& [id, vma] : k.state().vmas) {
        if (vma.ops && !vma.file)
            continue;
        for (VirtAddr at = vma.range.start; at < vma.range.end;
             at = addrEnd(k, at, vma.range.end, Level::Pmd))
            if (const auto pmd = lookup(k, vma.mm, at, Level::Pmd))
                each(id, *pmd, at);
    }
}

/// Each PTE of `pmd`'s table in the VMA's part: each(Entry pte, VirtAddr at).
template <class Each>
void forEachPte(const Context& k, VmaId vma, const Entry& pmd, VirtAddr start, Each&& each) {
    if (!isTable(k.read(pmd)))
        return;
    const VirtAddr end = addrEnd(k, start, k.vma(vma).range.end, Level::Pmd);
    for (VirtAddr at = start; at < end; at += kPageSize)
        each(offsetBelow(k, pmd, at), at);
}

/// The migration entry for a page that `before` maps: whether it may be written, is nobody else's, is young
/// and dirty lives on in it.
Word migrationEntry(const Context& k, FolioId folio, unsigned page, Word before) {
    const bool exclusive = k.folio(folio).kind == FolioKind::Anon && isAnonExclusive(k.folio(folio), page);
    const SwapType type = isWritable(before) ? SwapType::MigrationWrite
                          : exclusive        ? SwapType::MigrationReadExclusive
                                             : SwapType::MigrationRead;
    Word entry = makeSwapEntry(type, k.folio(folio).head + page);
    if ((before & bits::kA) != 0)
        entry = mkMigrationYoung(entry);
    return isDirty(before) ? mkMigrationDirty(entry) : entry;
}

void set_pmd_migration_entry(Context& k, VmaId id, const Entry& pmd, VirtAddr at, FolioId folio) {
    const auto scope = k.enter("set_pmd_migration_entry", {{"address", at}});
    const Vma& vma = k.vma(id);
    const NotifierRange notifier(k, vma.mm, {at, at + k.pmdSize()});
    const LockScope lock(k, pmdLock(k, vma.mm, pmd));
    const Word before = pmdp_invalidate(k, vma, at, pmd);
    k.write(pmd, migrationEntry(k, folio, 0, before));
    folio_remove_rmap(k, folio, wholeFolio(k));
}

void setPteMigrationEntry(Context& k, VmaId id, const Entry& pte, VirtAddr at, FolioId folio) {
    const LockScope lock(k, pteLock(pte.table));
    const Word before = k.read(pte);
    const auto page = static_cast<unsigned>(entryPfn(k.geometry(), Level::Pte, before) - k.folio(folio).head);
    k.write(pte, 0);
    flushTlbRange(k, k.vma(id).mm, {at, at + kPageSize}, kPageSize);
    k.write(pte, migrationEntry(k, folio, page, before));
    folio_remove_rmap(k, folio, {RmapLevel::Pte, page, 1});
}

/// try_to_migrate(): nobody maps the folio any more, each place where it was remembers it.
void try_to_migrate(Context& k, FolioId folio) {
    const auto scope = k.enter("try_to_migrate");
    rmapWalk(k, [&](VmaId vma, const Entry& pmd, VirtAddr start) {
        if (pmdTransHuge(k.read(pmd)) && normalFolio(k, Level::Pmd, k.read(pmd)) == folio)
            set_pmd_migration_entry(k, vma, pmd, start.alignedDown(k.pmdSize()), folio);
        forEachPte(k, vma, pmd, start, [&](const Entry& pte, VirtAddr at) {
            if (ptePresent(k.read(pte)) && normalFolio(k, Level::Pte, k.read(pte)) == folio)
                setPteMigrationEntry(k, vma, pte, at, folio);
        });
    });
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

/// The entry that maps page `page` of the folio again, as the migration entry remembers it.
Word restoredEntry(Context& k, VmaId id, Level level, FolioId folio, unsigned page, Word migration) {
    Word entry = makeEntry(k.geometry(), level, k.folio(folio).head + page, k.vma(id).pageProt) |
                 (level == Level::Pmd ? bits::kPse : 0);
    if (swapType(migration) == SwapType::MigrationWrite)
        entry = mkwrite(entry);
    if (!isMigrationYoung(migration))
        entry = mkold(entry);
    if (isMigrationDirty(migration))
        entry = mkdirty(entry, k.config.softDirty);
    const RmapPages pages = level == Level::Pmd ? wholeFolio(k) : RmapPages{RmapLevel::Pte, page, 1};
    folio_add_rmap(k, folio, pages);
    if (k.folio(folio).kind == FolioKind::Anon)
        setAnonExclusive(k, folio, pages, swapType(migration) != SwapType::MigrationRead);
    return entry;
}

/// remove_migration_ptes(): every place that remembers a page of `old` maps that of `folio`, which may be the
/// same.
void remove_migration_ptes(Context& k, Pfn oldHead, FolioId folio) {
    const auto scope = k.enter("remove_migration_ptes");
    const std::uint64_t pages = k.hpagePmdNr();
    const auto pageOf = [&](Word entry) -> std::optional<unsigned> {
        const Pfn frame = swapPfn(entry);
        return frame < oldHead || frame >= oldHead + pages
                   ? std::nullopt
                   : std::optional(static_cast<unsigned>(frame - oldHead));
    };
    rmapWalk(k, [&](VmaId vma, const Entry& pmd, VirtAddr start) {
        const Word value = k.read(pmd);
        if (isSwapPmd(value) && pageOf(value)) {
            const auto inner = k.enter("remove_migration_pmd", {{"address", start.alignedDown(k.pmdSize())}});
            const LockScope lock(k, pmdLock(k, k.vma(vma).mm, pmd));
            k.write(pmd, restoredEntry(k, vma, Level::Pmd, folio, 0, value));
        }
        forEachPte(k, vma, pmd, start, [&](const Entry& pte, VirtAddr) {
            const Word entry = k.read(pte);
            if (isNone(entry) || ptePresent(entry) || !pageOf(entry))
                return;
            const LockScope lock(k, pteLock(pte.table));
            k.write(pte, restoredEntry(k, vma, Level::Pte, folio, *pageOf(entry), entry));
        });
    });
}

Errno startMigration(Context& k, const Entry& pmd) {
    const Word value = k.read(pmd);
    const auto folio =
        pmdTransHuge(value) && !isHugeZeroPmd(k, value) ? normalFolio(k, Level::Pmd, value) : std::nullopt;
    // folio_isolate_lru(): the pages of a DAX device are on no LRU list, and stay where they are.
    if (!folio || !k.isRam(k.folio(*folio).head))
        return Errno::Inval;
    try_to_migrate(k, *folio);
    return Errno::None;
}

/// A folio that somebody mapped meanwhile stays where it is.
Errno finishMigration(Context& k, const Entry& pmd) {
    const Word value = k.read(pmd);
    const auto old = isSwapPmd(value) ? k.state().folioOf(swapPfn(value)) : std::nullopt;
    if (!old)
        return Errno::Inval;
    const Pfn oldHead = k.folio(*old).head;
    const auto moved = folio_mapcount(k.folio(*old)) == 0 ? moveFolio(k, *old) : std::nullopt;
    remove_migration_ptes(k, oldHead, moved.value_or(*old));
    return moved ? Errno::None : Errno::Again;
}

} // namespace

Errno migrateHugePage(Context& k, const Migrate& call) {
    const auto scope = k.enter("migrate_pages", {{"address", call.at}});
    const MmId mm = k.currentMm();
    const LockScope lock(k, mmapLock(mm), LockMode::Read);
    const VirtAddr at = call.at.alignedDown(k.pmdSize());
    const auto pmd = lookup(k, mm, at, Level::Pmd);
    if (!vmaAt(k, mm, at) || !pmd)
        return Errno::Inval;
    return call.phase == Migration::Start ? startMigration(k, *pmd) : finishMigration(k, *pmd);
}

} // namespace pfnscope::mm
