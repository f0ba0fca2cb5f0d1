// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/state.h"
#include "mm/operation.h"

#include <map>
#include <optional>

/// What a program may rightly expect to find mapped: what remap_pfn_range() mapped and nobody unmapped, kept
/// apart from the tables that the kernel model writes. Page by page in meaning, by ranges in memory. A value:
/// copying is how the search remembers where it was.
namespace pfnscope::check {

struct ExpectedPage {
    Pfn frame;
    mm::CacheMode cache = mm::CacheMode::UncachedMinus;
    bool operator==(const ExpectedPage&) const = default;
};

class Expectation {
public:
    /// Called with the state as it is after `operation` was answered with `outcome`.
    void after(const mm::Operation& operation, const mm::Outcome& outcome, const machine::State& state);

    std::optional<ExpectedPage> at(machine::MmId mm, VirtAddr va) const;
    bool operator==(const Expectation&) const = default;

    /// Every stretch of pages in one piece, by mm and address: each(MmId, VirtRange, ExpectedPage of the
    /// first page).
    template <class Each> void forEachPiece(Each&& each) const {
        for (const auto& [mm, pieces] : pieces_)
            for (const auto& [start, piece] : pieces)
                each(mm, VirtRange{start, piece.end}, ExpectedPage{piece.frame, piece.cache});
    }

private:
    friend struct Follow;
    struct Piece {
        VirtAddr end;
        Pfn frame; ///< of the first page
        mm::CacheMode cache = mm::CacheMode::UncachedMinus;
        bool operator==(const Piece&) const = default;
    };
    using Pieces = std::map<VirtAddr, Piece>;

    void map(machine::MmId mm, VirtRange range, Pfn frame, mm::CacheMode cache);
    void forget(machine::MmId mm, VirtRange range);
    void move(machine::MmId mm, VirtRange from, VirtAddr to);
    void keepOnlyMapped(machine::MmId mm, const machine::State& state);

    std::map<machine::MmId, Pieces> pieces_;
};

} // namespace pfnscope::check
