// SPDX-License-Identifier: GPL-3.0-or-later
#include "conformance/random_tables.h"

#include "hw/x86_64.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace pfnscope::conformance {
namespace {

using namespace hw::x86_64;
using R = hw::Registers;

} // namespace

Word RandomTables::flags(bool leaf) {
    Word flags = kP | (chance(85) ? kRw : 0) | (chance(80) ? kUs : 0) | (random_() & (kPwt | kPcd | kA));
    flags |= random_() & 0xe00; // software's bits
    flags |= random_() & (Word{0x7f} << 52);
    flags |= chance(8) ? kXd : 0;
    if (leaf)
        flags |= random_() & (kD | kG | Word{0xf} << 59);
    else
        flags |= random_() & (kD | Word{0xf} << 59); // not looked at where no page is mapped
    return flags;
}

/// Now and then what makes the hardware stop at an entry.
Word RandomTables::spoiled(Word entry, unsigned depth, bool leaf) {
    if (chance(2))
        entry &= ~kP;
    if (chance(2))
        entry |= Word{1} << (kMaxphyaddr + below(52 - kMaxphyaddr));
    if (depth > 3 && chance(2))
        entry |= kPs;
    if (leaf && depth > 1 && chance(3))
        entry |= Word{1} << (13 + below(9 * (depth - 1) - 1));
    return entry;
}

Word RandomTables::leafEntry(unsigned depth) {
    const std::uint64_t offset = below(kPoolSize.raw());
    const std::uint64_t page =
        (kPool + Bytes(offset)).raw() & ~((std::uint64_t{1} << (12 + 9 * (depth - 1))) - 1);
    const Word pat = chance(30) ? (depth == 1 ? kPatOfPte : kPatOfLarge) : 0;
    return spoiled(page | flags(true) | pat | (depth > 1 ? kPs : 0), depth, true);
}

Word RandomTables::tableEntry(unsigned depth, Pfn table) {
    return spoiled(PhysAddr(table).raw() | flags(false), depth, false);
}

hw::Registers RandomTables::registers(Pfn top) {
    hw::Registers r;
    r.cr0 = R::kCr0Pg | R::kCr0Pe | R::kCr0Et | (random_() & R::kCr0Wp);
    r.cr3 = PhysAddr(top).raw() | (random_() & 0x18);
    r.cr4 = R::kCr4Pae | (levels_ == 5 ? R::kCr4La57 : 0) |
            (random_() & (R::kCr4Pge | R::kCr4Smep | R::kCr4Smap));
    r.cr4 |= (chance(25) ? R::kCr4Pke : 0) | (chance(25) ? R::kCr4Pks : 0);
    r.efer = R::kEferLme | R::kEferLma | (chance(85) ? R::kEferNxe : 0);
    r.rflags = 2 | (random_() & R::kRflagsAc);
    r.pkru = static_cast<std::uint32_t>(random_());
    r.pkrs = static_cast<std::uint32_t>(random_()) & ~3U; // key 0 is the guest's own
    return r;
}

RandomCase RandomTables::next() {
    RandomCase result;
    result.geometry = levels_ == 5 ? hw::kFiveLevels : hw::kFourLevels;
    result.features.levels = static_cast<std::uint8_t>(levels_);
    result.features.maxphyaddr = kMaxphyaddr;
    const unsigned leafDepth = chance(60) ? 1 : chance(60) ? 2 : 3;
    std::array<unsigned, 256> frames{};
    std::iota(frames.begin(), frames.end(), 0U);
    for (unsigned i = 0; i < levels_; ++i)
        std::swap(frames[i], frames[i + below(frames.size() - i)]);

    const auto table = [&](unsigned depth) { return kFirstTable + frames[levels_ - depth]; };
    std::uint64_t at = below(256) * 16; // in units of the pool
    for (unsigned depth = 1; depth <= levels_; ++depth) {
        unsigned index = static_cast<unsigned>(below(512));
        if (depth == levels_)
            index = 1 + static_cast<unsigned>(below(511)); // slot 0 is the guest's own
        if (leafDepth == 3 && depth == 2)
            index = static_cast<unsigned>((kPool + Bytes(below(kPoolSize.raw()))).raw() >> 21);
        at |= std::uint64_t{index} << (12 + 9 * (depth - 1));
    }
    for (unsigned depth = levels_; depth >= leafDepth; --depth) {
        const unsigned index = static_cast<unsigned>(at >> (12 + 9 * (depth - 1))) & 511;
        const PhysAddr entryAt = PhysAddr(table(depth)) + Bytes(index * sizeof(Word));
        result.entries.push_back(
            {entryAt, depth == leafDepth ? leafEntry(depth) : tableEntry(depth, table(depth - 1))});
    }
    result.entries.push_back({PhysAddr(result.entries.back().at.raw() ^ 8), leafEntry(leafDepth)});
    result.registers = registers(table(levels_));
    const unsigned unused = 64 - result.geometry.addressBits();
    at = static_cast<std::uint64_t>(static_cast<std::int64_t>(at << unused) >> unused);
    if (chance(2))
        at ^= std::uint64_t{1} << (result.geometry.addressBits() + below(unused));
    result.access = {VirtAddr(at), static_cast<hw::AccessType>(below(4)),
                     static_cast<hw::Privilege>(below(2)), Bytes(8)};
    return result;
}

} // namespace pfnscope::conformance
