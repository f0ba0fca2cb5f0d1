// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/geometry.h"

namespace pfnscope::hw {

std::string_view kernelName(Level level) {
    switch (level) {
    case Level::Pte:
        return "pte";
    case Level::Pmd:
        return "pmd";
    case Level::Pud:
        return "pud";
    case Level::P4d:
        return "p4d";
    case Level::Pgd:
        return "pgd";
    }
    return "?";
}

std::string_view manualName(Level level, const Geometry& geometry) {
    switch (geometry.depth(level)) {
    case 1:
        return "PT";
    case 2:
        return "PD";
    case 3:
        return "PDPT";
    case 4:
        return "PML4";
    case 5:
        return "PML5";
    default:
        return "?";
    }
}

} // namespace pfnscope::hw
