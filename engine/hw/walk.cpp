// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/walk.h"

#include "hw/x86_64.h"

namespace pfnscope::hw {
namespace {

using namespace x86_64;

/// What translate() records: nothing.
struct NoRecord {
    static void level(const Geometry&, unsigned, Pfn, unsigned, Word, Word, Word) {}
};

constexpr Rights rightsOf(Word common) {
    return {(common & kRw) != 0, (common & kUs) != 0, (common & kXd) == 0};
}
/// R/W and U/S as they stand, XD inverted: so that one AND accumulates all three.
constexpr Word commonBits(Word entry) {
    return (entry & (kRw | kUs)) | (~entry & kXd);
}
constexpr Word commonBits(const Rights& rights) {
    return (rights.writable ? kRw : 0) | (rights.user ? kUs : 0) | (rights.executeDisable ? 0 : kXd);
}

struct FullRecord {
    WalkRecord& record;
    void level(const Geometry& geometry, unsigned depth, Pfn table, unsigned index, Word entry, Word reserved,
               Word common) {
        record.levelList[record.levelCount++] = {
            geometry.levelAt(depth), table, index, entry, reserved, rightsOf(common & commonBits(entry))};
    }
};

/// An entry as the walk itself would find it: a table that maps itself is read again after its A flag was
/// set.
Word readEntry(const PhysicalMemory& memory, PhysAddr at, const WalkResult& result) {
    for (unsigned i = result.updateCount; i-- > 0;) {
        if (result.updateList[i].at == at)
            return result.updateList[i].after;
    }
    return memory.read(at);
}

void setFlags(WalkResult& result, PhysAddr at, Word entry, Word flags, Level level) {
    if ((entry & flags) != flags)
        result.updateList[result.updateCount++] = {at, entry, entry | flags, level};
}

std::uint32_t errorCode(const Registers& registers, const CpuFeatures& features, const Access& access) {
    const bool fetchTold = registers.smep() || (features.nx && registers.nxe());
    return (access.isWrite() ? kErrorWr : 0) | (access.isUser() ? kErrorUs : 0) |
           (access.isFetch() && fetchTold ? kErrorId : 0);
}

void pageFault(WalkResult& result, Reason reason, std::uint32_t code, VirtAddr at) {
    result.reason = reason;
    result.fault = {kVectorPageFault, code, at};
}

/// The walk has found a leaf without reserved bits.
void finish(WalkResult& result, Word leaf, unsigned depth, PhysAddr entryAt, Word common,
            const Registers& registers, const CpuFeatures& features, const Geometry& geometry,
            const Access& access) {
    const Rights rights = rightsOf(common);
    const unsigned key = protectionKey(leaf);
    const Permission permission = judge(registers, rights, key, access);
    if (permission.reason != Reason::Allowed) {
        result.reason = permission.reason;
        result.fault = permissionFault(permission, registers, features, access);
        return;
    }
    const Word flags = access.isWrite() ? kA | kD : kA;
    setFlags(result, entryAt, leaf, flags, result.stoppedAt);
    const unsigned shift = geometry.pageShift + geometry.bitsPerLevel * (depth - 1U);
    const Bytes pageSize(1ULL << shift);
    const unsigned pat = patIndex(leaf, depth);
    Translation& to = result.translation;
    to.at = addressIn(leaf, depth, geometry) + access.at.offsetIn(pageSize);
    to.pageSize = pageSize;
    to.rights = rights;
    to.memoryType = registers.memoryType(pat);
    to.patIndex = static_cast<std::uint8_t>(pat);
    to.key = static_cast<std::uint8_t>(key);
    to.global = (leaf & kG) != 0 && registers.pge();
    to.dirty = ((leaf | flags) & kD) != 0;
    to.leaf = result.stoppedAt;
    to.leafEntryAt = entryAt;
}

template <class Record>
void walkInto(WalkResult& result, Record record, const PhysicalMemory& memory, const Registers& registers,
              const CpuFeatures& features, const Geometry& geometry, const Access& access,
              const WalkStart& start) {
    if (!geometry.isCanonical(access.at)) {
        result.reason = Reason::NonCanonical;
        result.fault = {kVectorGeneralProtection, 0, access.at};
        return;
    }
    const Word reservedAlways =
        reservedAbove(features.maxphyaddr) | (features.nx && registers.nxe() ? Word{0} : kXd);
    const unsigned indexMask = geometry.entriesPerTable() - 1;
    Word common = commonBits(start.rights);
    Pfn table = start.table;
    unsigned depth = geometry.depth(start.level);
    unsigned shift = geometry.shift(start.level);
    for (;; --depth, shift -= geometry.bitsPerLevel) {
        const unsigned index = static_cast<unsigned>(access.at.raw() >> shift) & indexMask;
        const PhysAddr at = PhysAddr(table) + Bytes(index * sizeof(Word));
        const Word entry = readEntry(memory, at, result);
        const EntryKind kind = kindOf(entry, depth);
        const Word reserved = kind == EntryKind::NotPresent
                                  ? 0
                                  : reservedAlways | reservedByKind(kind, depth, geometry, features);
        record.level(geometry, depth, table, index, entry, reserved, common);
        result.stoppedAt = geometry.levelAt(depth);
        if (kind == EntryKind::NotPresent)
            return pageFault(result, Reason::NotPresent, errorCode(registers, features, access), access.at);
        if ((entry & reserved) != 0)
            return pageFault(result, Reason::ReservedBit,
                             errorCode(registers, features, access) | kErrorP | kErrorRsvd, access.at);
        common &= commonBits(entry);
        if (kind == EntryKind::Leaf)
            return finish(result, entry, depth, at, common, registers, features, geometry, access);
        setFlags(result, at, entry, kA, result.stoppedAt);
        table = PhysAddr(entry & kAddress).frame();
    }
}

} // namespace

Fault permissionFault(const Permission& permission, const Registers& registers, const CpuFeatures& features,
                      const Access& access) {
    return {kVectorPageFault,
            errorCode(registers, features, access) | kErrorP | (permission.keyDenies ? kErrorPk : 0),
            access.at};
}

std::optional<Fault> canonicalFault(const Geometry& geometry, const Access& access) {
    const VirtAddr last = access.at + access.length() - Bytes(1);
    if (geometry.isCanonical(access.at) && geometry.isCanonical(last))
        return std::nullopt;
    return Fault{kVectorGeneralProtection, 0, access.at};
}

WalkStart startAtCr3(const Registers& registers, const CpuFeatures& features, const Geometry& geometry) {
    const PhysAddr table(registers.cr3 & kAddress & ~reservedAbove(features.maxphyaddr));
    return {geometry.top(), table.frame(), Rights{}};
}

WalkRecord walk(const PhysicalMemory& memory, const Registers& registers, const CpuFeatures& features,
                const Geometry& geometry, const Access& access, const WalkStart& start) {
    WalkRecord record;
    record.access = access;
    record.start = start;
    walkInto(record, FullRecord{record}, memory, registers, features, geometry, access, start);
    return record;
}

WalkRecord walk(const PhysicalMemory& memory, const Registers& registers, const CpuFeatures& features,
                const Geometry& geometry, const Access& access) {
    return walk(memory, registers, features, geometry, access, startAtCr3(registers, features, geometry));
}

WalkResult translate(const PhysicalMemory& memory, const Registers& registers, const CpuFeatures& features,
                     const Geometry& geometry, const Access& access, const WalkStart& start) {
    WalkResult result;
    walkInto(result, NoRecord{}, memory, registers, features, geometry, access, start);
    return result;
}

WalkResult translate(const PhysicalMemory& memory, const Registers& registers, const CpuFeatures& features,
                     const Geometry& geometry, const Access& access) {
    return translate(memory, registers, features, geometry, access,
                     startAtCr3(registers, features, geometry));
}

} // namespace pfnscope::hw
