// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/x86_64.h"

namespace pfnscope::hw::x86_64 {

EntryFormat formatOf(EntryKind kind, Level level, const Geometry& geometry) {
    if (kind == EntryKind::NotPresent)
        return kNotPresent;
    const unsigned depth = geometry.depth(level);
    const bool leaf = kind == EntryKind::Leaf;
    switch (depth) {
    case 1:
        return kPte;
    case 2:
        return leaf ? detail::large(kPde2M.name(), kPde2M.section(), geometry.shift(level)) : kPde;
    case 3:
        return leaf ? detail::large(kPdpte1G.name(), kPdpte1G.section(), geometry.shift(level)) : kPdpte;
    case 4:
        return kPml4e;
    default:
        return kPml5e;
    }
}

} // namespace pfnscope::hw::x86_64
