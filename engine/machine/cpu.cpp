// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/cpu.h"

namespace pfnscope::machine {

hw::Registers linuxRegisters(const hw::Geometry& geometry, const hw::CpuFeatures& features) {
    using R = hw::Registers;
    hw::Registers registers;
    registers.cr0 = R::kCr0Pg | R::kCr0Wp | R::kCr0Et | R::kCr0Pe;
    registers.cr4 =
        R::kCr4Pae | R::kCr4Pge | R::kCr4Smep | R::kCr4Smap | (geometry.levels == 5 ? R::kCr4La57 : 0);
    registers.efer = R::kEferLme | R::kEferLma | (features.nx ? R::kEferNxe : 0);
    registers.pat = 0x0407050600070106ULL;
    return registers;
}

} // namespace pfnscope::machine
