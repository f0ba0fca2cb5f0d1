// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "mm/operation.h"

#include <string>
#include <vector>

/// Situations in which any operations may overlap: what the search through all pairs goes over.
namespace pfnscope::schedule {

struct Situation {
    std::string name;
    std::vector<mm::Operation> before;      ///< run one after another first
    std::vector<mm::Operation> overlapping; ///< each with each, and with itself; on whatever CPU
};

/// A driver that answers faults, one that has remapped, one that has not yet, anonymous memory, a huge page
/// of shmem, pages of a file, and a parent with its child: each with a map of two PMD entries' span, and what
/// is mapped in the TLBs of CPU 0 and 1. The machine needs as many CPUs as operations overlap, at least two.
std::vector<Situation> situations();

using Operations = std::vector<mm::Operation>;

/// On CPU 0, 1, ...; of several forks each names its child differently.
Operations overlap(Operations operations);
/// The same of two actions of the first process.
Operations overlap(const mm::Action& one, const mm::Action& other);

/// Every `count` of the situation's operations at once, whatever their order. A process that exits does
/// nothing else meanwhile: its mm is not torn down while another thread of it runs.
std::vector<Operations> groupsOf(const Situation& situation, std::size_t count);

/// "munmap 0x100000000000 4K", with " of process 2" if it is not the first.
std::string describe(const mm::Operation& operation);
/// "munmap 0x100000000000 4K / fork".
std::string describe(const Operations& operations);

} // namespace pfnscope::schedule
