// SPDX-License-Identifier: GPL-3.0-or-later
#include "hw/translator.h"

namespace pfnscope::hw {

using namespace x86_64;

Translator::Translator(const PhysicalMemory& memory, const Registers& registers, const CpuFeatures& features,
                       const Geometry& geometry)
    : memory_(memory), registers_(registers), features_(features), geometry_(geometry),
      top_(PhysAddr(startAtCr3(registers, features, geometry).table).raw()) {
    if ((geometry == kFourLevels || geometry == kFiveLevels) && top_ < PhysicalMemory::kWindowSize.raw())
        levels_ = geometry.levels;
    if (registers.pke() || registers.pks())
        return;
    for (unsigned type = 0; type < expected_.size(); ++type)
        for (unsigned privilege = 0; privilege < 2; ++privilege)
            expected_[type][privilege] =
                expectedFor({{}, static_cast<AccessType>(type), static_cast<Privilege>(privilege), Bytes(1)});
}

/// Rights that each entry has to give by itself are asked of each; a supervisor-mode address, where only that
/// will do, of the leaf.
Translator::Expected Translator::expectedFor(const Access& kind) const {
    const auto allows = [&](bool writable, bool user, bool executeDisable) {
        return rightsReason(registers_, {writable, user, executeDisable}, kind) == Reason::Allowed;
    };
    const bool asUser = allows(true, true, false);
    const bool asSupervisor = allows(true, false, false);
    Word ones = kP | kA;
    Word zeros = 0;
    ones |= allows(false, asUser, false) ? 0 : kRw;
    ones |= asSupervisor ? 0 : kUs;
    zeros |= allows(true, asUser, true) ? 0 : kXd;

    Expected expected;
    const Word outside = kAddress & ~kTableInWindow;
    expected.tableValue = ones;
    expected.tableMask = ones | zeros | kPs | outside | reservedMask(kP, 2, geometry_, features_, registers_);
    for (unsigned depth = 1; depth <= 3; ++depth) {
        const Word size = depth == 1 ? 0 : kPs;
        const Word reserved = reservedMask(kP | size, depth, geometry_, features_, registers_);
        // Where PS itself is reserved no entry is a leaf: 0 is never P.
        expected.leafValue[depth] = (ones & ~kA) | size;
        expected.leafMask[depth] =
            (reserved & size) != 0 ? 0 : expected.leafValue[depth] | zeros | reserved | (asUser ? 0 : kUs);
    }
    expected.flags = kind.isWrite() ? kA | kD : kA;
    return expected;
}

void Translator::walkFor(Translated& result, Access access) const {
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
