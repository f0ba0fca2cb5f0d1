// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/address.h"

#include <fmt/format.h>

namespace pfnscope {

std::string toHex(std::uint64_t value) {
    return fmt::format("{:#x}", value);
}
std::string toText(VirtAddr address) {
    return toHex(address.raw());
}
std::string toText(PhysAddr address) {
    return toHex(address.raw());
}
std::string toText(Pfn frame) {
    return toHex(frame.raw());
}

std::string toText(Bytes length) {
    const std::uint64_t count = length.raw();
    if (count == 0)
        return "0";
    for (const auto& [shift, unit] :
         {std::pair{40, 'T'}, std::pair{30, 'G'}, std::pair{20, 'M'}, std::pair{10, 'K'}}) {
        if ((count & ((1ULL << shift) - 1)) == 0)
            return fmt::format("{}{}", count >> shift, unit);
    }
    return fmt::format("{}", count);
}

} // namespace pfnscope
