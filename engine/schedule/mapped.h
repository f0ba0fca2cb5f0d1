// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "machine/state.h"
#include "mm/operation.h"

#include <map>
#include <string>
#include <vector>

namespace pfnscope::schedule {

/// Pages that lie one after another in memory and in the device. Frames of RAM are not told apart: which one
/// an allocation gives is a matter of order.
struct MappedRun {
    VirtRange range;
    Pfn frame; ///< of the first page; 0 for RAM
    bool writable = false;
    bool operator==(const MappedRun&) const = default;
};

/// What a process may reach through its tables, whatever the sizes of its entries.
std::vector<MappedRun> mappedRuns(const machine::State& state, machine::MmId mm);

/// What programs can tell of a state: what the operations answered, and what is mapped where.
struct Visible {
    std::vector<mm::Outcome> outcomes; ///< without what is a matter of numbers and counts
    std::map<machine::Pid, std::vector<MappedRun>> mapped;
};
Visible visible(const machine::State& state, const std::vector<mm::Operation>& operations,
                const std::vector<mm::Outcome>& outcomes);

/// In what `end` is like none of `orders`, in words; empty: in nothing. An answer is looked for among the
/// answers of all orders, and so is every page that is mapped, with its frame and the right to write; a page
/// that every order leaves mapped has to be. Which combination of these it is does not count: a fault may map
/// a page and fault again after another operation has come in between, and an operation may go on from one
/// PMD to the next. GUP-fast may give up at any time.
std::string unlikeAny(const Visible& end, const std::vector<Visible>& orders,
                      const std::vector<mm::Operation>& operations);

} // namespace pfnscope::schedule
