// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/translator.h"

namespace pfnscope::hw {
namespace {

using namespace x86_64;

static_assert(kRw == 2 && kUs == 4 && kXd == Word{1} << 63,
              "Translator::isAllowed() makes a number of these");

/// Bit r: rights r allow the access.
std::uint8_t allowedRights(const Registers& registers, const Access& access) {
    unsigned allowed = 0;
    for (unsigned r = 0; r < 8; ++r) {
        const Rights rights{(r & 1) != 0, (r & 2) != 0, (r & 4) != 0};
        if (rightsReason(registers, rights, access) == Reason::Allowed)
            allowed |= 1U << r;
    }
    return static_cast<std::uint8_t>(allowed);
}

} // namespace

Translator::Translator(const PhysicalMemory& memory, const Registers& registers, const CpuFeatures& features,
                       const Geometry& geometry)
    : memory_(memory), registers_(registers), features_(features), geometry_(geometry),
      levels_(geometry == kFourLevels || geometry == kFiveLevels ? geometry.levels : std::uint8_t{0}),
      top_(PhysAddr(startAtCr3(registers, features, geometry).table).raw()),
      tableMask_(kP | kPs | reservedMask(kP, 2, geometry, features, registers)) {
    for (unsigned depth = 1; depth <= 3; ++depth) {
        leafValue_[depth] = depth == 1 ? kP : kP | kPs;
        const Word reserved = reservedMask(leafValue_[depth], depth, geometry, features, registers);
        // Where PS itself is reserved no entry is a leaf: 0 is never P | PS.
        leafMask_[depth] = (reserved & kPs) != 0 && depth > 1 ? 0 : leafValue_[depth] | reserved;
    }
    if (registers.pke() || registers.pks())
        return;
    for (unsigned type = 0; type < allowed_.size(); ++type)
        for (unsigned privilege = 0; privilege < 2; ++privilege)
            allowed_[type][privilege] = allowedRights(
                registers, {{}, static_cast<AccessType>(type), static_cast<Privilege>(privilege), Bytes(1)});
}

void Translator::walkFor(Translated& result, const Access& access) const {
    const WalkRecord record = walk(memory_, registers_, features_, geometry_, access);
    result.reason = record.reason;
    result.fault = record.fault;
    result.updateList = record.updateList;
    if (!record.ok())
        return;
    const WalkLevel& last = record.levels().back();
    result.depth = static_cast<std::uint8_t>(geometry_.depth(last.level));
    result.at = record.translation.at;
    result.leaf = last.entry | (access.isWrite() ? kA | kD : kA);
}

} // namespace pfnscope::hw
