// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/kernel.h"

#include <array>
#include <random>
#include <string>
#include <vector>

/// Operations drawn at random, all kinds of them, by several processes on two CPUs. What no kernel survives
/// is left out: a remap over live entries, a mapping handler on a private PFN map, handlers taken away from
/// under a leaf, and on 6.12 a part of a 1 GiB leaf.
namespace pfnscope::mm::test {

class RandomOperations {
public:
    RandomOperations(const machine::Machine& machine, std::uint64_t seed, bool version7);

    /// The next ones to run: mostly one; a remap comes after what empties its range.
    std::vector<Operation> next();

private:
    using Draw = Action (RandomOperations::*)();

    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    bool chance(unsigned oneIn) { return below(oneIn) == 0; }
    template <class T, std::size_t N> const T& oneOf(const std::array<T, N>& choices) {
        return choices[below(N)];
    }

    machine::Pid drawProcess();
    VirtAddr drawAddress();
    Bytes drawSize();
    VirtRange drawWhole();
    VirtRange drawRange();
    Protection drawProtection();
    Driver drawDriver(Share share);

    Action mapMemory();
    Action mapDevice();
    Action mapHugeDevice();
    Action unmap();
    Action protect();
    Action move();
    Action advise();
    Action hold();
    Action fork();
    Action exit();
    Action touch();
    Action takeOver();
    Action revoke();
    Action zap();
    Action split();
    Action collapse();
    Action migrate();
    Action moveByUserfault();
    Action failAllocation();
    std::vector<Action> drawScript();
    std::vector<Action> freshMove();
    std::vector<Action> remap();

    const machine::Vma* vmaAt(VirtAddr at) const;

    const machine::Machine& machine_;
    std::mt19937_64 random_;
    bool version7_;
    machine::Pid process_{1}; ///< of the operation under construction
    Bytes pmd_;
    Bytes pud_;
    VirtAddr slot_; ///< where the last address was drawn
};

/// "2: munmap 0x48000+0x1000": who, what and where.
std::string describe(const Operation& operation);

} // namespace pfnscope::mm::test
