// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

/// Which RAM frames are in use. Freed blocks are handed out again last in, first out, as the kernel's per-CPU
/// lists do.
namespace pfnscope::machine {

/// RAM lies in two windows, so that single frames never break up what a huge page needs. Everything else is
/// the devices'.
struct FramePoolConfig {
    Pfn smallStart{0x4000};  ///< 64 MiB
    Pfn smallEnd{0x40000};   ///< 1 GiB
    Pfn largeStart{0xc0000}; ///< 3 GiB; aligned for every order used
    Pfn largeEnd{0x100000};  ///< 4 GiB
    bool operator==(const FramePoolConfig&) const = default;
    bool isRam(Pfn frame) const {
        return (smallStart <= frame && frame < smallEnd) || (largeStart <= frame && frame < largeEnd);
    }
};

class FramePool {
public:
    FramePool() : FramePool(FramePoolConfig{}) {}
    explicit FramePool(FramePoolConfig config);

    struct Block {
        Pfn head;
        std::uint8_t order = 0;
        bool recycled = false; ///< came off the free list, not from untouched memory
        Pfn brkBefore;         ///< where untouched memory began before, alignment gap included
        bool operator==(const Block&) const = default;
    };

    /// The block that the next allocation of this order gets; empty when RAM is exhausted.
    std::optional<Block> next(std::uint8_t order) const;

    void take(const Block& block); ///< must be what next() said
    void untake(const Block& block);
    void give(Pfn head, std::uint8_t order);
    void ungive(Pfn head, std::uint8_t order);

    std::size_t inUse() const { return used_.size(); }
    const std::map<Pfn, std::uint8_t>& blocks() const {
        return used_;
    } ///< head -> order, of the blocks in use
    const std::map<std::uint8_t, std::vector<Pfn>>& freeLists() const { return free_; }
    Pfn smallBrk() const { return smallBrk_; }
    Pfn largeBrk() const { return largeBrk_; }

private:
    FramePoolConfig config_;
    Pfn smallBrk_;
    Pfn largeBrk_;
    std::map<Pfn, std::uint8_t> used_;
    std::map<std::uint8_t, std::vector<Pfn>> free_;
};

} // namespace pfnscope::machine
