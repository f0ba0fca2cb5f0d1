// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "check/expectation.h"
#include "explore/symmetry.h"
#include "machine/state.h"

#include <cstddef>
#include <span>
#include <vector>

namespace pfnscope::explore {

/// The state of a machine as bytes that are equal exactly for states that no operation can tell apart.
///
/// Left out, or renamed by the order of first appearance on a walk through the processes: the frames of
/// tables, of folios and of other RAM; the numbers of mms, VMAs, folios, anon_vmas, vm_ops; the order inside
/// a deposit ring (all its tables are empty, and so interchangeable); the histories of counters that are back
/// at the same value; free frames; places of TLB entries within their arrays (no set overflows within the
/// bounds of a search). Kept as they are: virtual addresses, device frames, every bit of every entry,
/// vm_flags, reservations of cache types. Which process and which slot is which is kept too, unless the
/// alphabet treats them alike: then the bytes are the least of those that the symmetries give
/// (explore/symmetry.h says where that is sound).
class Canonical {
public:
    /// The first symmetry is Identity.
    Canonical(std::span<const Symmetry> symmetries, const Layout& layout);

    /// Appends to `out`.
    void form(const machine::State& state, const check::Expectation& expectation,
              std::vector<std::byte>& out);

private:
    std::vector<Renaming> renamings_;
    std::vector<std::byte> image_;
};

} // namespace pfnscope::explore
