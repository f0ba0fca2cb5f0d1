// SPDX-License-Identifier: GPL-3.0-or-later
// The table of sequences: every source crossed with every operation that makes sense for it, and the special
// ones.
#pragma once

#include "step.h"

#include <string>
#include <vector>

namespace pfnscope::record {

using Steps = std::vector<Step>;

struct Sequence {
    std::string name;   ///< "R/munmap_mid4k" or "X/remap_shapes"
    std::string source; ///< "R", or "-" for a special one
    Steps steps;
    bool wantsFailures = false; ///< some allocation has to fail at will
};

/// Where the pages of a generic sequence come from: its first step.
struct Source {
    std::string letter;
    Step map;
    bool fromDevice = true; ///< so that the driver's calls reach it
};

std::vector<Source> sources();

/// What is done with those pages: the rest of a generic sequence. The map is 4 MiB from the window's base on.
struct Operation {
    std::string name;
    Steps steps;
    bool byDriver = false; ///< needs a device mapping
};

std::vector<Operation> operations();

std::vector<Sequence> genericSequences();
std::vector<Sequence> randomSequences();
std::vector<Sequence> combinationSequences();
std::vector<Sequence> mixtureSequences();
std::vector<Sequence> specialSequences();
std::vector<Sequence> variationSequences();
std::vector<Sequence> allSequences();

} // namespace pfnscope::record
