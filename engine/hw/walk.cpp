// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/walk.h"

#include "hw/x86_64.h"

namespace pfnscope::hw {
namespace {

using namespace x86_64;

Rights narrowed(const Rights& above, Word entry) {
    return {above.writable && (entry & kRw) != 0, above.user && (entry & kUs) != 0,
            above.executeDisable || (entry & kXd) != 0};
}

/// An entry as the walk itself would find it: a table that maps itself is read again after its A flag was
/// set.
Word readEntry(const PhysicalMemory& memory, PhysAddr at, const WalkResult& result) {
    Word entry = memory.read(at);
    for (const EntryUpdate& update : result.updates()) {
        if (update.at == at)
            entry = update.after;
    }
    return entry;
}

void setFlags(WalkResult& result, const WalkLevel& level, Word flags) {
    if ((level.entry & flags) != flags)
        result.updateList.push_back({level.entryAt(), level.entry, level.entry | flags, level.level});
}

std::uint32_t errorCode(const Registers& registers, const CpuFeatures& features, const Access& access) {
    const bool fetchTold = registers.smep() || (features.nx && registers.nxe());
    return (access.isWrite() ? kErrorWr : 0) | (access.isUser() ? kErrorUs : 0) |
           (access.isFetch() && fetchTold ? kErrorId : 0);
}

class Walk {
public:
    Walk(WalkRecord& record, const PhysicalMemory& memory, const Registers& registers,
         const CpuFeatures& features, const Geometry& geometry)
        : record_(record), memory_(memory), registers_(registers), features_(features), geometry_(geometry) {}

    void run() {
        const VirtAddr at = record_.access.at;
        if (!geometry_.isCanonical(at)) {
            record_.reason = Reason::NonCanonical;
            record_.fault = {kVectorGeneralProtection, 0, at};
            return;
        }
        WalkLevel level{record_.start.level, record_.start.table};
        Rights rights = record_.start.rights;
        while (step(level, rights)) {
            level.table = addressIn(level.entry, geometry_.depth(level.level), geometry_).frame();
            level.level = geometry_.below(level.level);
        }
    }

private:
    /// Reads one entry; true if it leads on to a lower table.
    bool step(WalkLevel& level, Rights& rights) {
        const unsigned depth = geometry_.depth(level.level);
        level.index = geometry_.index(record_.access.at, level.level);
        level.entry = readEntry(memory_, level.entryAt(), record_);
        level.reserved = reservedMask(level.entry, depth, geometry_, features_, registers_);
        const EntryKind kind = kindOf(level.entry, depth);
        if (kind != EntryKind::NotPresent)
            rights = narrowed(rights, level.entry);
        level.rights = rights;
        record_.levelList.push_back(level);
        record_.stoppedAt = level.level;
        if (kind == EntryKind::NotPresent)
            return pageFault(Reason::NotPresent, 0);
        if ((level.entry & level.reserved) != 0)
            return pageFault(Reason::ReservedBit, kErrorP | kErrorRsvd);
        if (kind == EntryKind::Leaf)
            return finish(level, depth);
        setFlags(record_, level, kA);
        return true;
    }

    bool pageFault(Reason reason, std::uint32_t code) {
        record_.reason = reason;
        record_.fault = {kVectorPageFault, code | errorCode(registers_, features_, record_.access),
                         record_.access.at};
        return false;
    }

    bool finish(const WalkLevel& level, unsigned depth) {
        const Permission permission =
            judge(registers_, level.rights, protectionKey(level.entry), record_.access);
        if (permission.reason != Reason::Allowed) {
            record_.reason = permission.reason;
            record_.fault = permissionFault(permission, registers_, features_, record_.access);
            return false;
        }
        const Word flags = record_.access.isWrite() ? kA | kD : kA;
        setFlags(record_, level, flags);
        record_.translation = translationOf(record_.access.at, level.entry | flags, depth, level.entryAt(),
                                            level.rights, registers_, geometry_);
        return false;
    }

    WalkRecord& record_;
    const PhysicalMemory& memory_;
    const Registers& registers_;
    const CpuFeatures& features_;
    const Geometry& geometry_;
};

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
    Walk(record, memory, registers, features, geometry).run();
    return record;
}

WalkRecord walk(const PhysicalMemory& memory, const Registers& registers, const CpuFeatures& features,
                const Geometry& geometry, const Access& access) {
    return walk(memory, registers, features, geometry, access, startAtCr3(registers, features, geometry));
}

} // namespace pfnscope::hw
