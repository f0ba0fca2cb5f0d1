// SPDX-License-Identifier: GPL-3.0-or-later
// Turns the module's dump of a process into the format's text: counts, and the `mm` object.
#pragma once

#include "step.h"

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace pfnscope::record {

enum class SoftDirty { dropped, kept };

/// Names of table pages, in order of first appearance in a sequence: U1, M1, P1, P2 ...
class TableNames {
public:
    const std::string& of(char kind, std::uint64_t phys);

private:
    std::map<std::pair<char, std::uint64_t>, std::string> names_;
    std::map<char, int> used_;
};

struct Counts {
    std::uint64_t hugePud = 0;
    std::uint64_t hugePmd = 0;
    std::uint64_t pteTables = 0;
    std::uint64_t ptes = 0;
    std::uint64_t deposits = 0;
    std::uint64_t tablePages = 0;
};

/// pgtables_bytes and rss (pages) when the sequence began; every dump is relative to them.
struct Baseline {
    std::int64_t pgtablesBytes = 0;
    std::int64_t file = 0;
    std::int64_t anon = 0;
    std::int64_t shmem = 0;
};

struct DumpText {
    Baseline absolute;
    Counts counts;
    std::string mm; ///< the `mm` object
};

/// `words` is what the module wrote. Soft-dirty bits exist on kernels with MEM_SOFT_DIRTY only; dropped, a
/// record of such a kernel reads as that of one without.
DumpText dumpText(std::span<const std::uint64_t> words, const Baseline& baseline, TableNames& names,
                  SoftDirty softDirty);

std::string countsText(const Counts& counts);

} // namespace pfnscope::record
