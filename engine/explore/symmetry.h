// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "explore/alphabet.h"
#include "machine/state.h"

#include <cstdint>
#include <vector>

/// What a search takes as the same: states that differ only by which process, or which of two slots, is
/// called which.
///
/// A symmetry is used only where the alphabet has it too, that is, where every letter's mirror image is a
/// letter. Then whatever can follow a state can, mirrored, follow its mirror image, and one is enough.
///
/// Processes: parent and child. The kernel model asks no process for its number or its parent, and fork comes
/// once, since processes stay on the list. What fork itself makes is not symmetric (the child's entries are
/// old); states become so by what follows. `child: same` in an alphabet's bounds gives the child all letters.
///
/// Slots: 0 and 1, which lie under one PMD table. Sound only as long as no operation treats the two as one.
/// Hence not if one mmap maps both: what happens to a slot would split that VMA, and a later set_vm_ops or
/// mremap depends on where it was split. Nor with a place `both`; nor with anonymous or private memory in the
/// slots, which merges VMAs and allocates pages; nor with fail_alloc: fork takes the slots in order of
/// address, and which of them the failure hits is a difference.
///
/// exit, fork and unmap_mapping_range visit slots and processes in an order that a mirror image reverses. It
/// decides one thing, which of two deaths comes first; the other is then found by munmap of its slot by its
/// process, at the same length. An alphabet without that letter loses it.
namespace pfnscope::explore {

enum class Symmetry : std::uint8_t { Identity, Processes, Slots, ProcessesAndSlots };

/// All that the alphabet is closed under; the first is Identity.
std::vector<Symmetry> symmetriesOf(const Alphabet& alphabet);

/// A machine seen through a symmetry: every name that it changes.
class Renaming {
public:
    Renaming(Symmetry symmetry, const Layout& layout);

    /// False: the state has no mirror image (one process only; a VMA that is neither in one slot nor in
    /// none).
    bool appliesTo(const machine::State& state) const;

    bool swapsProcesses() const { return swapsProcesses_; }
    VirtAddr boundary() const { return second_; } ///< between slots 0 and 1
    VirtAddr at(VirtAddr address) const {
        if (!swapsSlots_ || address < first_ || address >= second_ + slot_)
            return address;
        return address < second_ ? address + slot_ : address - slot_;
    }
    Pfn deviceFrame(Pfn frame) const {
        return Pfn(page(frame.raw(), (frame < othersBase_ ? deviceBase_ : othersBase_).raw()));
    }
    std::uint64_t fileOffset(std::uint64_t pages) const { return page(pages, 0); }

private:
    std::uint64_t page(std::uint64_t number, std::uint64_t base) const {
        if (!swapsSlots_ || number < base || number >= base + 2 * slotPages_)
            return number;
        return number < base + slotPages_ ? number + slotPages_ : number - slotPages_;
    }

    bool swapsProcesses_;
    bool swapsSlots_;
    VirtAddr first_, second_;
    Bytes slot_;
    std::uint64_t slotPages_;
    Pfn deviceBase_, othersBase_;
};

/// The letter as the symmetry renames it.
Letter mirrored(const Letter& letter, Symmetry symmetry);

} // namespace pfnscope::explore
