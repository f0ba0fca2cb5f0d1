// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hw/access.h"
#include "hw/registers.h"

/// Who may do what with a linear address whose translation is known (SDM 4.6).
namespace pfnscope::hw {

/// What all entries of a translation together allow: R/W and U/S are the AND over the levels, XD is the OR.
struct Rights {
    bool writable = true;
    bool user = true; ///< a user-mode address: U/S = 1 in every entry
    bool executeDisable = false;
    constexpr bool operator==(const Rights&) const = default;
};

/// Why an access does not go through, in the order in which causes are named when several hold. Words:
/// hw/explain.h.
enum class Reason : std::uint8_t {
    Allowed,
    NonCanonical,   ///< #GP(0), SDM volume 1, 3.3.7.1
    NotPresent,     ///< P = 0 in the entry where the walk stopped
    ReservedBit,    ///< a reserved bit is set in the entry where the walk stopped
    SupervisorPage, ///< user-mode access to a supervisor-mode address
    Smep,           ///< supervisor-mode fetch from a user-mode address, CR4.SMEP = 1
    Smap,           ///< supervisor-mode data access to a user-mode address, CR4.SMAP = 1 and EFLAGS.AC = 0
    ReadOnly,       ///< user-mode write, R/W = 0 in some entry
    WriteProtect,   ///< supervisor-mode write, R/W = 0 in some entry, CR0.WP = 1
    ExecuteDisable, ///< fetch, XD = 1 in some entry
    ProtectionKey,  ///< only the protection key forbids it
};

struct Permission {
    Reason reason = Reason::Allowed;
    bool keyDenies = false; ///< PK of the error code: the key forbids it, whatever else does (SDM 4.7)
    constexpr bool operator==(const Permission&) const = default;
};

/// Protection keys, SDM 4.6.2: PKRU for user-mode addresses if CR4.PKE, PKRS for supervisor-mode ones if
/// CR4.PKS.
constexpr bool keyDenies(const Registers& registers, const Rights& rights, unsigned key,
                         const Access& access) {
    const bool inUse = rights.user ? registers.pke() : registers.pks();
    if (!inUse || access.isFetch())
        return false;
    const std::uint32_t keys = rights.user ? registers.pkru : registers.pkrs;
    const bool writeCounts = access.isWrite() && (access.isUser() || registers.wp());
    return Registers::accessDisabled(keys, key) || (writeCounts && Registers::writeDisabled(keys, key));
}

/// SDM 4.6.1, without protection keys.
constexpr Reason rightsReason(const Registers& registers, const Rights& rights, const Access& access) {
    if (access.isUser() && !rights.user)
        return Reason::SupervisorPage;
    if (!access.isUser() && rights.user) {
        if (access.isFetch() && registers.smep())
            return Reason::Smep;
        if (!access.isFetch() && registers.smap() && !registers.ac())
            return Reason::Smap;
    }
    if (access.isWrite() && !rights.writable) {
        if (access.isUser())
            return Reason::ReadOnly;
        if (registers.wp())
            return Reason::WriteProtect;
    }
    if (access.isFetch() && registers.nxe() && rights.executeDisable)
        return Reason::ExecuteDisable;
    return Reason::Allowed;
}

constexpr Permission judge(const Registers& registers, const Rights& rights, unsigned key,
                           const Access& access) {
    const Reason reason = rightsReason(registers, rights, access);
    const bool denied = keyDenies(registers, rights, key, access);
    return {reason == Reason::Allowed && denied ? Reason::ProtectionKey : reason, denied};
}

} // namespace pfnscope::hw
