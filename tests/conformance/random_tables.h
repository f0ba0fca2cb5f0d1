// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "conformance/qemu_guest.h"
#include "hw/walk.h"

#include <random>
#include <vector>

namespace pfnscope::conformance {

struct EntryAt {
    PhysAddr at;
    Word value = 0;
};

/// One access through tables of its own: the path's entries from the top down, then a decoy beside the last.
struct RandomCase {
    hw::Geometry geometry;
    hw::CpuFeatures features;
    hw::Registers registers;
    std::vector<EntryAt> entries;
    hw::Access access;
};

class RandomTables {
public:
    RandomTables(std::uint64_t seed, unsigned levels) : random_(seed), levels_(levels) {}
    RandomCase next();

    std::uint64_t below(std::uint64_t end) { return random_() % end; }
    bool chance(unsigned percent) { return random_() % 100 < percent; }
    hw::Registers registers(Pfn top);
    /// A leaf at `depth` that maps a piece of the pool, or all that a larger page spans.
    Word leafEntry(unsigned depth);
    Word tableEntry(unsigned depth, Pfn table);

private:
    Word flags(bool leaf);
    Word spoiled(Word entry, unsigned depth, bool leaf);

    std::mt19937_64 random_;
    unsigned levels_;
};

} // namespace pfnscope::conformance
