// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"
#include "hw/access.h"
#include "hw/geometry.h"
#include "hw/inline_list.h"
#include "hw/permission.h"
#include "hw/physical_memory.h"
#include "hw/registers.h"
#include "hw/translation.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>

/// The MMU's walk through the paging structures (SDM 4.5 to 4.8), as a pure function: it reads memory and
/// changes nothing. What the hardware would write (A and D flags) comes back as a list, to be applied by the
/// caller in its order.
namespace pfnscope::hw {

inline constexpr unsigned kMaxLevels = 5;

inline constexpr unsigned kVectorGeneralProtection = 13;
inline constexpr unsigned kVectorPageFault = 14;

/// The page-fault error code, SDM 4.7.
inline constexpr std::uint32_t kErrorP = 1U << 0;
inline constexpr std::uint32_t kErrorWr = 1U << 1;
inline constexpr std::uint32_t kErrorUs = 1U << 2;
inline constexpr std::uint32_t kErrorRsvd = 1U << 3;
inline constexpr std::uint32_t kErrorId = 1U << 4;
inline constexpr std::uint32_t kErrorPk = 1U << 5;

struct Fault {
    std::uint32_t vector = 0; ///< 13 or 14
    std::uint32_t errorCode = 0;
    VirtAddr cr2; ///< the faulting address; meaningless for vector 13, which leaves CR2 alone
    constexpr bool operator==(const Fault&) const = default;
};

/// An A or D flag to set: `after` goes to `at`, which holds `before`.
struct EntryUpdate {
    PhysAddr at;
    Word before = 0;
    Word after = 0;
    Level level = Level::Pte;
    constexpr bool operator==(const EntryUpdate&) const = default;
};

/// Where a walk begins: CR3's table, or what a paging-structure cache remembers (SDM 4.10.3).
struct WalkStart {
    Level level = Level::Pgd; ///< of the table
    Pfn table;
    Rights rights; ///< of the entries above
    constexpr bool operator==(const WalkStart&) const = default;
};
WalkStart startAtCr3(const Registers& registers, const CpuFeatures& features, const Geometry& geometry);

/// `translation` holds for Allowed only, `fault` for everything else, `stoppedAt` for all but NonCanonical.
/// A flags of entries that lead on to a lower table are set as the walk uses them, even if it then faults;
/// flags of the leaf only once the access is allowed (SDM 4.8; the notes on #PF in 6.15 leave the leaf's A
/// flag on a fault to the model).
struct WalkResult {
    Reason reason = Reason::Allowed;
    Level stoppedAt = Level::Pte; ///< of the last entry read: the leaf's, or the one that ended the walk
    Fault fault;
    Translation translation;
    InlineList<EntryUpdate, kMaxLevels> updateList;

    bool ok() const { return reason == Reason::Allowed; }
    std::span<const EntryUpdate> updates() const { return updateList.span(); }
};

/// One level of a recorded walk.
struct WalkLevel {
    Level level = Level::Pgd;
    Pfn table;
    unsigned index = 0;
    Word entry = 0;    ///< as read, before its A or D flag is set
    Word reserved = 0; ///< the mask of bits that must be 0 in it; 0 if it is not present
    Rights rights;     ///< accumulated down to and including this entry
    PhysAddr entryAt() const { return PhysAddr(table) + Bytes(index * sizeof(Word)); }
};

/// The walk with all it saw: the one source of every explanation.
struct WalkRecord : WalkResult {
    Access access;
    WalkStart start;
    InlineList<WalkLevel, kMaxLevels> levelList;
    std::span<const WalkLevel> levels() const { return levelList.span(); }
};

/// Translates the page of access.at; of an access that crosses pages, each part is a walk of its own.
WalkRecord walk(const PhysicalMemory& memory, const Registers& registers, const CpuFeatures& features,
                const Geometry& geometry, const Access& access, const WalkStart& start);
WalkRecord walk(const PhysicalMemory& memory, const Registers& registers, const CpuFeatures& features,
                const Geometry& geometry, const Access& access);

/// The #PF of an access that `permission` forbids though the page is mapped; also what a TLB entry's rights
/// lead to.
Fault permissionFault(const Permission& permission, const Registers& registers, const CpuFeatures& features,
                      const Access& access);
/// The #GP(0) of an access whose first or last byte is not canonical; checked before any table is read.
std::optional<Fault> canonicalFault(const Geometry& geometry, const Access& access);

} // namespace pfnscope::hw
