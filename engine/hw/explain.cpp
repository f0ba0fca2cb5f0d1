// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/explain.h"

#include "hw/x86_64.h"

#include <fmt/format.h>

namespace pfnscope::hw {
namespace {

using namespace x86_64;

std::string bitsOf(unsigned high, unsigned low) {
    return high == low ? fmt::format("bit {}", high) : fmt::format("bits {}:{}", high, low);
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i)
        text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
    return text;
}

/// The entries of the walk in which `flag` is `value`: "the PML4E and the PTE".
std::string entriesWith(const WalkRecord& record, Word flag, bool value, const Geometry& geometry) {
    std::vector<std::string> names;
    for (const WalkLevel& level : record.levels())
        if (((level.entry & flag) != 0) == value)
            names.push_back("the " + entryName(level.level, geometry));
    return names.empty() ? "the entries above, which a cache remembers" : joined(names);
}

/// Each reserved bit that is set, by the field it lies in.
std::string reservedBits(const WalkLevel& level, const Geometry& geometry, const CpuFeatures& features) {
    std::vector<std::string> parts;
    const EntryFormat format = formatOf(level.entry, level.level, geometry);
    for (const BitField& field : format.fields()) {
        const Word set = level.entry & level.reserved & field.mask();
        if (set == 0)
            continue;
        if (field.kind == FieldKind::Address)
            parts.push_back(fmt::format("bits 51:{} (above MAXPHYADDR)", features.maxphyaddr));
        else if (field.name == "PS" && field.kind == FieldKind::Control)
            parts.push_back("PS (the CPU has no 1-GByte pages)");
        else if (field.name == "XD")
            parts.push_back(features.nx ? "XD (EFER.NXE = 0)" : "XD (the CPU does not have it)");
        else
            parts.push_back(fmt::format("{} ({})", bitsOf(field.high, field.low), field.meaning));
    }
    return joined(parts);
}

Explanation explainKey(const WalkRecord& record, const Registers& registers) {
    const WalkLevel& leaf = record.levels().back();
    const unsigned key = protectionKey(leaf.entry);
    const bool user = leaf.rights.user;
    const std::uint32_t rights = user ? registers.pkru : registers.pkrs;
    const bool access = Registers::accessDisabled(rights, key);
    return {fmt::format("Protection key {} of a {}-mode address has {} = 1 in {}.", key,
                        user ? "user" : "supervisor", access ? "AD" : "WD", user ? "PKRU" : "IA32_PKRS"),
            "SDM 4.6.2"};
}

Explanation explainAllowed(const WalkRecord& record) {
    const Translation& to = record.translation;
    return {fmt::format("The {} goes through to {}, in a page of {} with memory type {} (PAT {}){}.",
                        nameOf(record.access.type), toText(to.at), toText(to.pageSize), nameOf(to.memoryType),
                        to.patIndex, to.global ? ", global" : ""),
            "SDM 4.6.1"};
}

} // namespace

std::string entryName(Level level, const Geometry& geometry) {
    return std::string(manualName(level, geometry)) + "E";
}

Explanation explainLevel(const WalkLevel& level, const Geometry& geometry) {
    const EntryFormat format = formatOf(level.entry, level.level, geometry);
    const unsigned depth = geometry.depth(level.level);
    const std::string where = fmt::format("{} {} of the table at {}", entryName(level.level, geometry),
                                          level.index, toText(PhysAddr(level.table)));
    const std::string section(format.section());
    switch (kindOf(level.entry, depth)) {
    case EntryKind::NotPresent:
        return {where + " is not present.", section};
    case EntryKind::Table:
        return {fmt::format("{} references the table at {}.", where,
                            toText(addressIn(level.entry, depth, geometry))),
                section};
    case EntryKind::Leaf:
        break;
    }
    return {fmt::format("{} maps the page of {} at {}.", where, toText(geometry.entrySpan(level.level)),
                        toText(addressIn(level.entry, depth, geometry))),
            section};
}

Explanation explainResult(const WalkRecord& record, const Registers& registers, const CpuFeatures& features,
                          const Geometry& geometry) {
    const auto entries = [&](Word flag, bool value) { return entriesWith(record, flag, value, geometry); };
    const auto last = [&] { return entryName(record.stoppedAt, geometry); };
    switch (record.reason) {
    case Reason::Allowed:
        return explainAllowed(record);
    case Reason::NonCanonical:
        return {fmt::format("The address is not canonical: bits 63:{} are not all equal.",
                            geometry.addressBits() - 1),
                "SDM volume 1, 3.3.7.1"};
    case Reason::NotPresent:
        return {fmt::format("P = 0 in the {}.", last()), "SDM 4.7"};
    case Reason::ReservedBit:
        return {fmt::format("Reserved in the {}, and set: {}.", last(),
                            reservedBits(record.levels().back(), geometry, features)),
                "SDM 4.7"};
    case Reason::SupervisorPage:
        return {fmt::format("U/S = 0 in {}: a supervisor-mode address, asked for in user mode.",
                            entries(kUs, false)),
                "SDM 4.6.1"};
    case Reason::Smep:
        return {"CR4.SMEP = 1: no supervisor-mode fetch from a user-mode address.", "SDM 4.6.1"};
    case Reason::Smap:
        return {"CR4.SMAP = 1 and EFLAGS.AC = 0: no supervisor-mode data access to a user-mode address.",
                "SDM 4.6.1"};
    case Reason::ReadOnly:
        return {fmt::format("R/W = 0 in {}.", entries(kRw, false)), "SDM 4.6.1"};
    case Reason::WriteProtect:
        return {fmt::format("R/W = 0 in {}, and CR0.WP = 1 binds supervisor-mode writes too.",
                            entries(kRw, false)),
                "SDM 4.6.1"};
    case Reason::ExecuteDisable:
        return {fmt::format("XD = 1 in {}.", entries(kXd, true)), "SDM 4.6.1"};
    case Reason::ProtectionKey:
        return explainKey(record, registers);
    }
    return {};
}

std::string explainErrorCode(std::uint32_t code) {
    const auto bit = [&](std::uint32_t mask) { return (code & mask) != 0 ? 1 : 0; };
    return fmt::format("P={} W/R={} U/S={} RSVD={} I/D={} PK={}", bit(kErrorP), bit(kErrorWr), bit(kErrorUs),
                       bit(kErrorRsvd), bit(kErrorId), bit(kErrorPk));
}

std::string fieldValue(const BitField& field, Word entry) {
    if (field.kind == FieldKind::Address)
        return toHex(entry & field.mask());
    return field.width() == 1 ? fmt::format("{}", field.get(entry)) : toHex(field.get(entry));
}

std::string_view nameOf(AccessType type) {
    switch (type) {
    case AccessType::Read:
        return "read";
    case AccessType::Write:
        return "write";
    case AccessType::Fetch:
        return "fetch";
    case AccessType::ReadModifyWrite:
        return "rmw";
    }
    return "?";
}

std::string_view nameOf(Privilege privilege) {
    return privilege == Privilege::User ? "user" : "supervisor";
}

std::string_view nameOf(MemoryType type) {
    switch (type) {
    case MemoryType::UC:
        return "UC";
    case MemoryType::WC:
        return "WC";
    case MemoryType::WT:
        return "WT";
    case MemoryType::WP:
        return "WP";
    case MemoryType::WB:
        return "WB";
    case MemoryType::UCMinus:
        return "UC-";
    }
    return "?";
}

std::string_view nameOf(Reason reason) {
    switch (reason) {
    case Reason::Allowed:
        return "allowed";
    case Reason::NonCanonical:
        return "not canonical";
    case Reason::NotPresent:
        return "not present";
    case Reason::ReservedBit:
        return "reserved bit";
    case Reason::SupervisorPage:
        return "supervisor page";
    case Reason::Smep:
        return "SMEP";
    case Reason::Smap:
        return "SMAP";
    case Reason::ReadOnly:
        return "read-only";
    case Reason::WriteProtect:
        return "write protect";
    case Reason::ExecuteDisable:
        return "execute-disable";
    case Reason::ProtectionKey:
        return "protection key";
    }
    return "?";
}

} // namespace pfnscope::hw
