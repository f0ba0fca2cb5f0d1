// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "hw/permission.h"
#include "hw/registers.h"
#include "hw/x86_64.h"

namespace pfnscope::hw {

/// What a completed walk says of the page, and what the TLB keeps of it.
struct Translation {
    PhysAddr at; ///< of the access's first byte
    Bytes pageSize;
    PhysAddr leafEntryAt;
    Rights rights;
    MemoryType memoryType = MemoryType::WB;
    std::uint8_t patIndex = 0;
    std::uint8_t key = 0; ///< bits 62:59 of the leaf; they count only with CR4.PKE or CR4.PKS
    bool global = false;  ///< G = 1 in the leaf and CR4.PGE = 1
    bool dirty = false;   ///< D of the leaf after this access
    Level leaf = Level::Pte;
    constexpr bool operator==(const Translation&) const = default;
};

/// What the walk that ended at `leaf` says. `leaf` is the entry at `entryAt` as it stands once the access has
/// set its flags.
inline Translation translationOf(VirtAddr at, Word leaf, unsigned depth, PhysAddr entryAt,
                                 const Rights& rights, const Registers& registers, const Geometry& geometry) {
    const Bytes pageSize = geometry.entrySpan(geometry.levelAt(depth));
    const unsigned pat = x86_64::patIndex(leaf, depth);
    return {x86_64::addressIn(leaf, depth, geometry) + at.offsetIn(pageSize),
            pageSize,
            entryAt,
            rights,
            registers.memoryType(pat),
            static_cast<std::uint8_t>(pat),
            static_cast<std::uint8_t>(x86_64::protectionKey(leaf)),
            (leaf & x86_64::kG) != 0 && registers.pge(),
            (leaf & x86_64::kD) != 0,
            geometry.levelAt(depth)};
}

} // namespace pfnscope::hw
